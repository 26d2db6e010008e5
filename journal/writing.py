"""Lines of a journal as they are typed: row by row, so that two who write at once lose nothing (requirement C9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from journal.access import lines_seen_by, pupils_written_of, writes_of_whole
from journal.choices import LineKind, Tone
from journal.models import Journal, JournalLine
from journal.models.journals import LINE_LENGTH
from journal.rules import is_stale
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import Group, School, Subject, User
from plumier.names import clean_text
from plumier.refusals import Refused
from plumier.school_days import calendar_of


@dataclass(frozen=True, slots=True)
class Lesson:
    """Of which subject and session a new line is; neither for the tutor's own."""

    subject: Subject | None = None
    session: int = 0


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that is not kept yet; without an enrolment about the whole class."""

    key: str
    text: str
    kind: str
    tone: str
    enrolment: int | None = None


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A kept line as it was sent: an empty text takes it away. `version` is the one that was shown."""

    pk: int
    version: int
    text: str
    kind: str
    tone: str
    included: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """What was sent of a journal."""

    lesson: Lesson = Lesson()
    new: Sequence[NewLine] = ()
    kept: Sequence[TypedLine] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """How many lines were made or changed, and by line what stands of those that somebody else has changed."""

    number: int = 0
    conflicts: Mapping[int, JournalLine] = field(default_factory=dict)


def journal_of(group: Group, day: date) -> Journal:
    """The class's journal of a day, kept or not."""
    kept = Journal.objects.filter(group=group, day=day).first() or Journal(day=day)
    kept.school, kept.group = group.school, group
    return kept


def check_day(school: School, day: date, now: datetime) -> None:
    """Raises Refused for a day to come, or one without school."""
    if day > day_in(school, now):
        raise Refused(_("Ese día aún no ha llegado: el diario se escribe el mismo día o después."))
    if not calendar_of(school).is_open(day):
        raise Refused(_("Ese día no hay clase: no tiene diario."))


def held_journal(group: Group, day: date) -> Journal:
    """The row, made if it is not there, held until this is done."""
    Journal.objects.bulk_create([Journal(school=group.school, group=group, day=day)], ignore_conflicts=True)
    return Journal.objects.select_for_update(of=("self",)).get(group=group, day=day)


@transaction.atomic
def save_lines(group: Group, day: date, written: Written, *, tutor: bool, by: User, now: datetime) -> Saved:
    """Save row by row; a row that somebody else has changed meanwhile is left as it stands and handed back.

    A tutor also says of each subject teacher's line whether it is included. Whether the class is hers, the caller
    has asked `access`. Raises Refused for a day without school, a journal that is the desk's, or a wrong line; then
    nothing is saved.
    """
    check_day(group.school, day, now)
    new = [_clean_new(one) for one in written.new if one.text.strip()]
    kept = [_clean(one) for one in written.kept]
    journal = held_journal(group, day)
    if journal.is_desks:
        if _is_kept(journal, new, kept, by):
            return Saved()  # pressed twice
        raise Refused(_("El diario ya está entregado. Para cambiarlo, pida a la mesa que lo devuelva."))
    with acting(by.pk, "journal"):
        made = _make(journal, new, written.lesson, tutor=tutor, by=by, now=now)
        changed, conflicts = _change(journal, kept, tutor=tutor, by=by, now=now)
    return Saved(made + changed, conflicts)


def _is_kept(journal: Journal, new: Sequence[NewLine], kept: Sequence[TypedLine], by: User) -> bool:
    """Whether all of this stands in it already, just as it was typed."""
    stands = {row.pk: row for row in JournalLine.objects.filter(journal=journal)}
    made = {row.client_key: row.text for row in stands.values() if row.author_id == by.pk}
    return all(made.get(one.key) == one.text for one in new) and all(
        one.pk in stands and (_shown(one) == _standing(stands[one.pk]) or _is_gone(one, stands[one.pk]))
        for one in kept
    )


def _is_gone(one: TypedLine, row: JournalLine) -> bool:
    return not one.text and row.removed_at is not None


def _clean_new(one: NewLine) -> NewLine:
    text = _checked(one.text, one.kind, one.tone)
    return NewLine(one.key[:40], text, one.kind, one.tone, one.enrolment)


def _clean(one: TypedLine) -> TypedLine:
    text = _checked(one.text, one.kind, one.tone)
    return TypedLine(one.pk, one.version, text, one.kind, one.tone, one.included)


def _checked(text: str, kind: str, tone: str) -> str:
    text = clean_text(" ".join(text.split()))
    if len(text) > LINE_LENGTH:
        raise Refused(
            _("«%(begins)s…» es demasiado largo: caben %(most)d caracteres en cada línea.")
            % {"begins": text[:30], "most": LINE_LENGTH}
        )
    if kind not in LineKind.values or tone not in Tone.values:
        raise Refused(_("Elija de qué trata cada línea y su tono."))
    return text


def _make(
    journal: Journal, new: Sequence[NewLine], lesson: Lesson, *, tutor: bool, by: User, now: datetime
) -> int:
    today = day_in(journal.school, now)
    about = {one.enrolment for one in new if one.enrolment is not None}
    hers = pupils_written_of(by, journal.group, journal.day, today).filter(pk__in=about)
    if hers.count() < len(about):
        raise Refused(_("Algún alumno ya no está en el grupo. Vuelva a cargar la página."))
    if any(one.enrolment is None for one in new) and not writes_of_whole(by, journal.group, today):
        raise Refused(_("Usted no da clase a todo el grupo: escriba la línea en cada alumno."))
    known = set(
        JournalLine.objects.filter(author=by, client_key__in=[one.key for one in new]).values_list(
            "client_key", flat=True
        )
    )
    fresh = [one for one in new if one.key not in known]
    JournalLine.objects.bulk_create(
        JournalLine(
            school_id=journal.school_id,
            journal=journal,
            enrolment_id=one.enrolment,
            subject=lesson.subject,
            session=lesson.session,
            kind=one.kind,
            tone=one.tone,
            text=one.text,
            author=by,
            by_tutor=tutor,
            client_key=one.key,
            created_at=now,
        )
        for one in fresh
    )
    return len(fresh)


def _change(
    journal: Journal, kept: Sequence[TypedLine], *, tutor: bool, by: User, now: datetime
) -> tuple[int, dict[int, JournalLine]]:
    """How many were changed, and what stands of those that somebody else has changed."""
    today = day_in(journal.school, now)
    hers = lines_seen_by(by, [journal], today, whole=tutor).select_related(
        "author", "enrolment__student__person"
    )
    stands = {row.pk: row for row in hers}
    conflicts: dict[int, JournalLine] = {}
    changed: list[JournalLine] = []
    for one in kept:
        row = stands.get(one.pk)
        if row is None:
            continue  # taken away meanwhile
        if is_stale(one.version, row.version, _shown(one), _standing(row)):
            conflicts[one.pk] = row
        elif _shown(one) != _standing(row):
            _put(row, one, mine=row.author_id == by.pk, tutor=tutor, now=now)
            changed.append(row)
    fields = ("text", "kind", "tone", "included", "version", "edited_at", "removed_at")
    JournalLine.objects.bulk_update(changed, fields)
    return len(changed), conflicts


def _shown(one: TypedLine) -> str:
    return f"{one.kind} {one.tone} {one.included} {one.text}"


def _standing(row: JournalLine) -> str:
    return f"{row.kind} {row.tone} {row.included} {row.text}"


def _put(row: JournalLine, one: TypedLine, *, mine: bool, tutor: bool, now: datetime) -> None:
    """What somebody else wrote a tutor takes over or leaves out; its words stay its author's."""
    if tutor:
        row.included = one.included
    if mine and one.text:
        row.text, row.kind, row.tone = one.text, one.kind, one.tone
    elif mine:
        row.removed_at = now
    row.version += 1
    row.edited_at = now
