"""The desk mends what each family is to read, approves it, and sends it (requirement C9; V 3.2)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from journal.choices import JournalState
from journal.models import Journal, JournalDay, JournalSend, JournalText
from journal.models.journals import TEXT_LENGTH
from journal.rules import is_stale
from notica.choices import MessageState, Outcome
from notica.events import FamiliesEvent, tell_families
from notica.kinds import JOURNAL
from notica.models import Message, RecipientAbout
from plumier.access import students_kept_from
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import Enrolment, School, User
from plumier.names import clean_text
from plumier.refusals import Refused

FEW: Final = 3  # classes that a send is called by
TOLD: Final = (Outcome.REACHED, Outcome.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class TypedText:
    """A pupil's text as it was sent; empty where there is to be none. `version` is the one shown, 0 for none."""

    version: int
    text: str


@transaction.atomic
def save_texts(
    journal: Journal, typed: Mapping[int, TypedText], *, by: User, now: datetime
) -> dict[int, str]:
    """Keep these by enrolment; what is changed has to be approved again. What stands of those changed meanwhile.

    What has gone out stays. Raises Refused where it is not the desk's, or for a text too long; then nothing is kept.
    """
    held = _desks(journal)
    clean = {pk: TypedText(one.version, _tidy(one.text)) for pk, one in typed.items()}
    stands = {row.enrolment_id: row for row in JournalText.objects.filter(journal=held)}
    of_class = Enrolment.objects.filter(group=held.group_id, pk__in=list(clean))
    conflicts: dict[int, str] = {}
    made: list[JournalText] = []
    changed: list[JournalText] = []
    gone: list[int] = []
    for pk in of_class.order_by("pk").values_list("pk", flat=True):
        one, row = clean[pk], stands.get(pk)
        kept = row.text if row else ""
        if (row is not None and row.send_id) or one.text == kept:
            continue
        _check_length(one.text)
        if is_stale(one.version, row.version if row else 0, one.text, kept):
            conflicts[pk] = kept
        elif row is None:
            made.append(_new(held, pk, one.text, by))
        elif one.text:
            changed.append(_changed(row, one.text, by))
        else:
            gone.append(row.pk)
    with acting(by.pk, "journal_desk"):
        JournalText.objects.bulk_create(made)
        fields = ("text", "version", "edited_by", "approved_at", "approved_by")
        JournalText.objects.bulk_update(changed, fields)
        JournalText.objects.filter(pk__in=gone).delete()
    return conflicts


def _new(journal: Journal, enrolment: int, text: str, by: User) -> JournalText:
    return JournalText(
        school_id=journal.school_id, journal=journal, enrolment_id=enrolment, text=text, edited_by=by
    )


def _changed(row: JournalText, text: str, by: User) -> JournalText:
    row.text, row.edited_by, row.version = text, by, row.version + 1
    row.approved_at, row.approved_by = None, None
    return row


def _tidy(text: str) -> str:
    """Its rows without what stands round them."""
    rows = [clean_text(" ".join(row.split())) for row in text.splitlines()]
    return "\n".join(rows).strip()


def _check_length(text: str) -> None:
    if len(text) > TEXT_LENGTH:
        raise Refused(
            _("«%(begins)s…» es demasiado largo: a una familia se le mandan como mucho %(most)d caracteres.")
            % {"begins": text[:30], "most": TEXT_LENGTH}
        )


def _desks(journal: Journal) -> Journal:
    held = Journal.objects.select_for_update(of=("self",)).get(pk=journal.pk)
    if not held.is_desks:
        raise Refused(_("Este diario no está en la mesa: falta que el tutor lo entregue."))
    return held


def _at_desk(school: School, day: date, journal: Journal | None) -> list[int]:
    """The journals of a day that are the desk's, or this one if it is; held, so that no text of theirs changes."""
    rows = Journal.objects.filter(school=school, day=day, state=JournalState.HANDED)
    if journal is not None:
        rows = rows.filter(pk=journal.pk)
    return list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def approve(
    school: School,
    day: date,
    *,
    by: User,
    now: datetime,
    journal: Journal | None = None,
    enrolments: Collection[int] | None = None,
) -> int:
    """Approve what waits of a day: of one class, of these pupils of it, or of every class handed in; how many.

    Of a pupil from whom a court keeps her she approves nothing: somebody else of the desk does; nor is a text approved
    that is longer than a family is sent (`too_long`).
    """
    rows = JournalText.objects.filter(journal__in=_at_desk(school, day, journal), approved_at__isnull=True)
    if enrolments is not None:
        rows = rows.filter(enrolment__in=enrolments)
    rows = rows.exclude(enrolment__student__in=students_kept_from(by, day_in(school, now)).values("pk"))
    rows = rows.annotate(length=Length("text")).filter(length__lte=TEXT_LENGTH)
    with acting(by.pk, "journal_desk"):
        return rows.update(approved_at=now, approved_by=by, version=F("version") + 1)


def too_long(school: School, day: date, journal: Journal | None = None) -> list[str]:
    """Of a day, or of one class, whose text («Name (group)») has to be shortened first: nothing is cut off unseen."""
    rows = JournalText.objects.filter(journal__school=school, journal__day=day, approved_at__isnull=True)
    if journal is not None:
        rows = rows.filter(journal=journal)
    found = rows.annotate(length=Length("text")).filter(length__gt=TEXT_LENGTH)
    found = found.select_related("enrolment__student__person", "journal__group").order_by("pk")
    return [f"{one.enrolment.student.person.full_name} ({one.journal.group.name})" for one in found]


@transaction.atomic
def take_back(journal: Journal, enrolments: Collection[int], *, by: User, now: datetime) -> int:
    """These are not approved any more, where nothing of them has gone out; how many. Raises Refused as `save_texts`."""
    held = _desks(journal)
    rows = JournalText.objects.filter(
        journal=held, enrolment__in=enrolments, approved_at__isnull=False, send__isnull=True
    )
    with acting(by.pk, "journal_desk"):
        return rows.update(approved_at=None, approved_by=None, version=F("version") + 1)


@transaction.atomic
def send_approved(
    school: School, day: date, *, by: User, now: datetime, journal: Journal | None = None
) -> JournalSend:
    """Send what is approved and has not gone out, of one class or of all: one message, each family its own child's.

    Two who press at once send it once. Raises Refused where nothing waits.
    """
    JournalDay.objects.bulk_create([JournalDay(school=school, day=day)], ignore_conflicts=True)
    JournalDay.objects.select_for_update(of=("self",)).get(school=school, day=day)
    held = _at_desk(school, day, journal)
    rows = JournalText.objects.filter(journal__in=held, approved_at__isnull=False, send__isnull=True)
    found = list(rows.order_by("pk").values_list("pk", "enrolment__student", "journal__group__name"))
    if not found:
        raise Refused(_("No hay nada aprobado por enviar. Apruebe antes los textos."))
    sent = JournalSend.objects.create(school=school, day=day, by=by, at=now)
    with acting(by.pk, "journal_desk"):
        JournalText.objects.filter(pk__in=[pk for pk, *_rest in found]).update(send=sent)
    students = tuple(sorted({student for _pk, student, _group in found}))
    subject = _called((group for *_rest, group in found), day)
    params = {"journal": sent.pk, "day": day.isoformat()}
    event = FamiliesEvent(JOURNAL, school, students, f"journal-{sent.pk}", subject, params)
    sent.message = tell_families(event, by=by, now=now)
    sent.save(update_fields=["message"])
    return sent


@transaction.atomic
def take_up_again(sent: JournalSend, *, by: User) -> int:
    """Lay on the desk again what of a cancelled send had reached nobody, to be mended and approved anew; how many.

    Raises Refused where it was not cancelled, or what is in flight has not come to its end.
    """
    JournalDay.objects.select_for_update(of=("self",)).get(school=sent.school_id, day=sent.day)
    _at_desk(sent.school, sent.day, None)
    message = Message.objects.filter(journal_send=sent).first()
    if message is None or message.state != MessageState.CANCELLED or message.finished_at is None:
        raise Refused(_("Solo vuelve a la mesa un texto cuyo envío se anuló."))
    told = RecipientAbout.objects.filter(recipient__message=message)
    told = told.filter(Q(recipient__outcome__in=TOLD) | Q(recipient__inbox_entries__isnull=False))
    rows = JournalText.objects.filter(send=sent).exclude(enrolment__student__in=told.values("student"))
    with acting(by.pk, "journal_desk"):
        return rows.update(send=None, approved_at=None, approved_by=None, version=F("version") + 1)


def _called(groups: Iterable[str], day: date) -> str:
    """«10A1 · 27/11/2026»: of a few classes which, of many the day alone."""
    names = sorted(set(groups))
    written = f"{day:%d/%m/%Y}"
    return f"{', '.join(names)} · {written}" if len(names) <= FEW else written


def sent_texts(messages: Collection[Message], students: Collection[int]) -> dict[tuple[int, str], str]:
    """By message and student, what her family reads of her, under her name and class; for `own_texts`.

    Who changed class that day has a text of each.
    """
    by_send: dict[int, list[int]] = {}
    for message in messages:
        by_send.setdefault(message.params["journal"], []).append(message.pk)
    rows = JournalText.objects.filter(send__in=list(by_send), enrolment__student__in=list(students))
    found = rows.select_related("enrolment__student__person", "journal__group").order_by("pk")
    texts: dict[tuple[int, str], list[str]] = {}
    for one in found:
        for key in by_send[one.send_id or 0]:
            texts.setdefault((key, str(one.enrolment.student_id)), []).append(_under_name(one))
    return {key: "\n\n".join(of_hers) for key, of_hers in texts.items()}


def _under_name(text: JournalText) -> str:
    return f"{text.enrolment.student.person.full_name} ({text.journal.group.name})\n{text.text}"
