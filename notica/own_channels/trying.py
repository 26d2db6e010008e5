"""«Enviarme una prueba»: to one of her own addresses and to no other, and what came of it (requirement B11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from notica.choices import DeliveryState, Way, channel_word
from notica.marks import Mark, delivery_mark, outcome_mark
from notica.models import Delivery, Message, Recipient
from notica.one_off import OneOff, release, send_one_off
from notica.own_channels.showing import ways_to
from notica.reasons import sentence
from notica.refusals import Refused
from notica.throttling import too_often
from plumier.clock import day_in
from plumier.contacts import mask
from plumier.family_access import shielded_of
from plumier.models import Contact, ContactKind, SchoolPolicy, User

KIND: Final = "test"
OWN: Final = "own"  # in a test's params: she sent it to herself
MOST_AN_HOUR: Final = 5
MOST_SMS_A_DAY: Final = 2  # each is paid for by the school
AN_HOUR, A_DAY = 3600, 86_400  # seconds
SHOWN_FOR: Final = timedelta(hours=1)
_MOVING: Final = (DeliveryState.READY, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Trial:
    """One test of hers: where it went, and by channel how it stands; `moves` while that can still change by itself."""

    end: str
    at: datetime
    results: list[tuple[str, Mark, str]]
    moves: bool


@transaction.atomic
def send_own_trial(contact: Contact, way: str, client_key: str, *, by: User, now: datetime) -> Message:
    """Send it. The same client key again returns the same one.

    Raises Refused for an address that is not hers, a way that does not lead there, and after too many.
    """
    if contact.person.user_id != by.pk:
        raise Refused(_("Esa dirección no es suya."))
    known = Message.objects.filter(sender=by, client_key=client_key).first()
    if known is not None:
        return known
    school = contact.person.school
    if way not in ways_to(contact, SchoolPolicy.objects.get(school=school).channels):
        raise Refused(_("A esa dirección no se le puede enviar una prueba."))
    if shielded_of([contact.person_id], day_in(school, now)):
        raise Refused(_("Datos protegidos: el centro no le escribe por ningún canal."))
    _check_how_often(way, by)
    message = send_one_off(
        OneOff(
            school=school,
            kind=KIND,
            address=contact.value,
            address_kind="email" if contact.kind == ContactKind.EMAIL else "mobile",
            client_key=client_key,
            person=contact.person,
            way=Way(way),
            subject=_("Mensaje de prueba"),
            body=_("Mensaje de prueba de %(school)s. Si lo lee, este canal funciona.") % {"school": school},
            params={OWN: True},
        ),
        by=by,
        now=now,
    )
    release(message, now)
    return message


def _check_how_often(way: str, by: User) -> None:
    if way == Way.SMS and too_often("own_trial_sms", str(by.pk), MOST_SMS_A_DAY, A_DAY):
        raise Refused(_("Ya ha enviado %(most)d pruebas por SMS hoy.") % {"most": MOST_SMS_A_DAY})
    if too_often("own_trial", str(by.pk), MOST_AN_HOUR, AN_HOUR):
        raise Refused(
            _("Ya ha enviado %(most)d pruebas en una hora. Espere un poco.") % {"most": MOST_AN_HOUR}
        )


def trials_of(user: User, now: datetime) -> list[Trial]:
    """Those of the last hour, newest first; three queries."""
    rows = Message.objects.filter(
        sender=user, kind=KIND, params__has_key=OWN, created_at__gt=now - SHOWN_FOR
    ).order_by("-created_at", "-pk")
    messages = list(rows.select_related("school").defer("search_text")[:MOST_AN_HOUR])
    ids = [message.pk for message in messages]
    deliveries: dict[int, list[Delivery]] = {pk: [] for pk in ids}
    for delivery in Delivery.objects.filter(message_id__in=ids).order_by("step", "channel", "pk"):
        deliveries[delivery.message_id].append(delivery)
    recipients = {one.message_id: one for one in Recipient.objects.filter(message__in=ids)}
    return [_trial(one, deliveries[one.pk], recipients.get(one.pk), now) for one in messages]


def _trial(message: Message, tried: list[Delivery], recipient: Recipient | None, now: datetime) -> Trial:
    zone = ZoneInfo(message.school.time_zone)
    address = next(iter(message.audience.values()))["address"]
    results = [
        (channel_word(one.channel), delivery_mark(one, now, zone), sentence(one.reason)) for one in tried
    ]
    if not tried and recipient is not None:
        mark = outcome_mark(recipient.outcome, recipient.reason)
        results = [(str(Way(message.way).label), mark, sentence(recipient.reason))]
    moves = any(one.state in _MOVING for one in tried) or recipient is None
    return Trial(mask(address), message.created_at, results, moves)
