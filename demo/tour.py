"""The tour's messages and the truthful account of them, checked against what the providers took."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from demo.sandbox import SandboxControl
from notica.actions import send
from notica.choices import SUCCESS_STATES, Audience, MessageState, Way
from notica.drafts import Choice, Draft
from notica.files import keep
from notica.kinds import GENERAL, JOURNAL
from notica.models import Delivery, Message, Recipient
from notica.preparing import context_of
from notica.previewing import Preview, preview
from notica.waiting import resumes_at
from plumier.clock import database_now
from plumier.models import ContactKind, EnrolmentStatus, Group, Guardianship, School, User

CIRCULAR = Path(__file__).parent / "files" / "circular-excursion.pdf"


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom the tour writes to: two groups, a third one, one family, and a parent who blocked the bot."""

    groups: tuple[Group, Group]
    mail_group: Group
    sms_student_id: int
    blocker: str


def cast_of(school: School) -> Cast:
    """Choose from the register, always the same people."""
    groups = list(Group.objects.filter(school=school, year__is_current=True, stage__kind="eso")[:3])
    ties = Guardianship.objects.filter(
        student__enrolments__status=EnrolmentStatus.ACTIVE, student__protected=False, receives_messages=True
    ).order_by("student__expediente", "order")
    with_mobile = ties.filter(guardian__contacts__kind=ContactKind.MOBILE)
    first = with_mobile.filter(student__enrolments__group=groups[0]).first()
    last = with_mobile.filter(student__enrolments__group=groups[2]).first()
    if first is None or last is None:
        raise LookupError("the roster has no family with a mobile in its first and third group of ESO")
    mobiles = first.guardian.contacts.filter(kind=ContactKind.MOBILE).order_by("slot")
    phone = mobiles.values_list("value", flat=True)[0]
    return Cast((groups[0], groups[1]), groups[2], last.student_id, phone)


def drafts_of(school: School, cast: Cast, run: str) -> list[Draft]:
    """A Telegram/TokApp message to two groups' families, a mail with a PDF, an SMS to one family."""
    return [
        Draft(
            school=school,
            kind="message",
            choice=Choice(Audience.FAMILY, groups=tuple(group.pk for group in cast.groups)),
            way=Way.TELEGRAM_TOKAPP,
            client_key=f"{run}-chat",
            subject=_("Reunión de familias"),
            body=_("El jueves a las 18:00 hay reunión de familias en el salón de actos. Les esperamos."),
            email_after=True,
        ),
        Draft(
            school=school,
            kind="message",
            choice=Choice(Audience.FAMILY, groups=(cast.mail_group.pk,)),
            way=Way.EMAIL,
            client_key=f"{run}-mail",
            subject=_("Excursión a Cartagena"),
            body=_("Adjuntamos la circular de la excursión. Entréguenla firmada antes del viernes."),
            files=(keep(CIRCULAR),),
        ),
        Draft(
            school=school,
            kind="message",
            choice=Choice(Audience.FAMILY, students=(cast.sms_student_id,)),
            way=Way.SMS,
            client_key=f"{run}-sms",
            body=_("Su hijo se ha olvidado el abono del autobús. Puede recogerlo en conserjería."),
        ),
    ]


def plans(drafts: list[Draft], by: User) -> list[Preview]:
    """The plan of each, before anything is sent."""
    return [preview(draft, by=by, now=database_now()) for draft in drafts]


def send_all(drafts: list[Draft], by: User) -> list[Message]:
    """Send them."""
    return [send(draft, by=by, now=database_now()) for draft in drafts]


def since(began: datetime) -> list[int]:
    """All that has been told in this run, the procedures' and the clock's too, and what a run before left waiting."""
    open_ones = Message.objects.filter(state__in=(MessageState.QUEUED, MessageState.SENDING))
    old = set(open_ones.filter(created_at__lt=began).values_list("pk", flat=True))
    tried = Delivery.objects.filter(message_id__in=old, tries__gt=0).values_list("message_id", flat=True)
    new = Message.objects.filter(created_at__gte=began).values_list("pk", flat=True)
    return sorted({*new, *(old - set(tried))})


def told_families(began: datetime) -> list[Message]:
    """What desks have told families in this run."""
    rows = Message.objects.filter(created_at__gte=began, kind__in=(GENERAL, JOURNAL))
    return list(rows.select_related("school__policy").order_by("pk"))


def waiting(message_ids: list[int]) -> list[tuple[Message, datetime]]:
    """Those that wait for their hour, nothing of them gone out yet, each with when it goes on."""
    rows = Message.objects.filter(pk__in=message_ids, state__in=(MessageState.QUEUED, MessageState.SENDING))
    tried = set(
        Delivery.objects.filter(message_id__in=message_ids, tries__gt=0).values_list("message_id", flat=True)
    )
    found: list[tuple[Message, datetime]] = []
    for message in rows.select_related("school").order_by("pk"):
        at = resumes_at([message.pk])
        if at is not None and message.pk not in tried:
            found.append((message, context_of(message).allowed_from(at)))
    return found


def _counted(sends: Iterable[tuple[str, str]]) -> "Counter[str]":
    """Sends by channel and address; mail servers do not tell capitals apart."""
    return Counter(f"{channel} {address.casefold()}" for channel, address in sends)


def losses(message_ids: list[int], control: SandboxControl) -> list[str]:
    """Sentences about anything lost or claimed; none when the account is true."""
    found: list[str] = []
    held = {message.pk for message, _at in waiting(message_ids)}
    due = [pk for pk in message_ids if pk not in held]
    still_open = Recipient.objects.filter(message__in=due, outcome="").count()
    if still_open:
        found.append(_("%(number)d destinatarios sin terminar.") % {"number": still_open})
    rows = Delivery.objects.filter(message_id__in=message_ids, state__in=SUCCESS_STATES)
    claimed = _counted(rows.values_list("channel", "endpoint"))
    taken = _counted(control.taken())
    if unseen := (claimed - taken).total():
        found.append(_("%(number)d dados por entregados que ningún canal recibió.") % {"number": unseen})
    if unknown := (taken - claimed).total():
        found.append(_("%(number)d recibidos por los canales que no constan.") % {"number": unknown})
    return found
