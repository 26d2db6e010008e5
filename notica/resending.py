"""Sending once more, to those only whom a message did not reach (requirement C7)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from notica.actions import send
from notica.choices import RETRYABLE, Audience, MessageState, Way
from notica.drafts import Choice, Draft
from notica.models import Message, Recipient
from notica.refusals import Refused
from notica.writing.filling import PLACEHOLDERS
from plumier.models import User

FOUND_AGAIN = ("straight_to_mail", PLACEHOLDERS)  # parameters that sending finds by itself
ENDED = (MessageState.FINISHED, MessageState.CANCELLED)


@transaction.atomic
def resend(
    message: Message, *, client_key: str, students: Collection[int] | None = None, by: User, now: datetime
) -> Message:
    """The same to those whom it failed to reach, once, as a message of its own with its own acuse.

    Of a message to students, `students` (ids) narrows it to those whom it still concerns.

    Who may be written to is looked at anew. Raises Refused when it has not ended, when nobody was missed, and
    for all that `send` refuses; the same key again is the same message.
    """
    Message.objects.select_for_update().get(pk=message.pk)  # two at the same instant: one after the other
    again = message.resent.exclude(state=MessageState.CANCELLED)
    if known := again.filter(sender=by, client_key=client_key).first():
        return known
    if again.exists():
        raise Refused(_("Este envío ya se reintentó. Si aún hay fallidos, hágalo desde el último reintento."))
    if message.state not in ENDED or message.finished_at is None:
        raise Refused(_("Este envío sigue en curso. Espere a que termine para reintentar los fallidos."))
    if not Recipient.objects.filter(message=message, outcome__in=RETRYABLE).exists():
        raise Refused(_("No hay fallidos: no queda nadie a quien reintentar."))
    return send(_draft(message, client_key, students), by=by, now=now)


def _draft(message: Message, client_key: str, students: Collection[int] | None) -> Draft:
    params = {name: value for name, value in message.params.items() if name not in FOUND_AGAIN}
    return Draft(
        school=message.school,
        kind=message.kind,
        choice=_choice(message) if students is None else Choice(Audience.STUDENT, students=tuple(students)),
        way=Way(message.way),
        client_key=client_key,
        body=message.body,
        subject=message.subject,
        email_after=message.email_after,
        files=tuple(one.kept for one in message.attachments.all()),
        params=params,
        resends=message,
        student=message.student,
        in_reply_to=message.in_reply_to,
    )


def _choice(message: Message) -> Choice:
    chosen = message.audience
    return Choice(
        Audience(message.to),
        groups=tuple(chosen.get("groups", ())),
        students=tuple(chosen.get("students", ())),
        staff=tuple(chosen.get("staff", ())),
        everyone=chosen.get("everyone", False),
        guardian=chosen.get("guardian"),
    )
