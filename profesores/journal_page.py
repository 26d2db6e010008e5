"""What the page of a class's journal shows, and what its form says (requirement C9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from secrets import token_urlsafe

from django.http import QueryDict

from journal.access import is_tutor_of, lines_seen_by, pupils_written_of, writes_of_whole
from journal.choices import LineKind, Tone
from journal.handing_in import desk_words, due_of
from journal.models import Journal, JournalLine, QuickPhrase
from journal.rules import Due, Left
from journal.writing import Lesson, NewLine, TypedLine, Written, journal_of
from plumier.access import assignments_of
from plumier.models import Enrolment, Group, Person, School, TeachingAssignment, TimetableEntry, User

WHOLE_CLASS = 0  # in a form, where a pupil's key stands
TEXT, KIND, TONE, KEY = "nuevo", "tipo", "tono", "llave"  # of a new line, each with a pupil's key behind it
OWN_TEXT, OWN_KIND, OWN_TONE, VERSION, INCLUDED = "linea", "linea-tipo", "linea-tono", "version", "entra"
LESSON = "leccion"


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line that is kept, as it was typed; `stands` is what somebody else has made of it meanwhile."""

    row: JournalLine
    mine: bool
    author: str
    text: str
    kind: str
    tone: str
    included: bool
    stands: JournalLine | None = None

    @property
    def version(self) -> int:
        """With which it is sent: of one shown beside what stands, the new one, so that the next save is a choice."""
        return self.stands.version if self.stands else self.row.version


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A pupil's lines and the one that she may get; of key 0 the whole class's."""

    pk: int
    name: str
    student: int
    lines: tuple[LineShown, ...]
    new: NewLine
    mended: str = ""  # what the desk made of them before it returned the journal


@dataclass(frozen=True, slots=True)
class LessonChoice:
    """A lesson of hers with this class, as a form names it."""

    key: str
    subject: str
    session: int
    lesson: Lesson


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Everything on it. `tutor`: hers to hand in; `closed`: nothing can be written."""

    school: School
    group: Group
    day: date
    today: date
    journal: Journal
    tutor: bool
    rows: tuple[PupilRow, ...]
    lessons: tuple[LessonChoice, ...]
    lesson: str
    phrases: tuple[str, ...]
    due: Due
    left: Left

    @property
    def closed(self) -> bool:
        """Whether it is the desk's."""
        return self.journal.is_desks

    @property
    def others(self) -> int:
        """How many lines of subject teachers stand in it."""
        return sum(not line.row.by_tutor for row in self.rows for line in row.lines)


class JournalReader:
    """Reads the page for a user at a moment."""

    def __init__(
        self, user: User, school: School, group: Group, day: date, today: date, now: datetime
    ) -> None:
        self._user, self._school, self._group = user, school, group
        self._day, self._today, self._now = day, today, now
        self.tutor = is_tutor_of(user, group, today)
        self._whole = writes_of_whole(user, group, today)
        self.pupils = list(
            pupils_written_of(user, group, day, today)
            .select_related("student__person")
            .order_by("student__person__sort_key", "pk")
        )
        self.journal = journal_of(group, day)
        self.lines = self._lines()
        self._mended = desk_words(self.journal) if self.tutor else {}
        self.lessons = tuple(self._lessons())

    def page(
        self, posted: Written | None = None, stands: Mapping[int, JournalLine] | None = None, lesson: str = ""
    ) -> JournalPage:
        """As it is kept; with what was posted and not saved, and what others have changed meanwhile."""
        due = due_of(self._school, self._day)
        return JournalPage(
            self._school,
            self._group,
            self._day,
            self._today,
            self.journal,
            self.tutor,
            tuple(self._rows(posted or Written(), stands or {})),
            self.lessons,
            lesson,
            tuple(QuickPhrase.objects.filter(school=self._school).values_list("text", flat=True)[:100]),
            due,
            due.left(self._now),
        )

    def posted(self, data: QueryDict) -> Written:
        """What a form says, of the pupils and lines that are hers."""
        lesson = next((one.lesson for one in self.lessons if one.key == data.get(LESSON, "")), Lesson())
        keys = [*([WHOLE_CLASS] if self._whole else []), *(one.pk for one in self.pupils)]
        new = [self._new(data, key) for key in keys]
        kept = [self._typed(data, one) for one in self.lines if f"{VERSION}-{one.pk}" in data]
        return Written(lesson, [one for one in new if one.text.strip()], kept)

    def _new(self, data: QueryDict, key: int) -> NewLine:
        return NewLine(
            data.get(f"{KEY}-{key}", "")[:40] or token_urlsafe(12),
            data.get(f"{TEXT}-{key}", ""),
            data.get(f"{KIND}-{key}", LineKind.STUDY),
            data.get(f"{TONE}-{key}", Tone.NEUTRAL),
            key or None,
        )

    def _typed(self, data: QueryDict, row: JournalLine) -> TypedLine:
        mine = row.author_id == self._user.pk
        version = data.get(f"{VERSION}-{row.pk}", "")
        return TypedLine(
            row.pk,
            int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
            data.get(f"{OWN_TEXT}-{row.pk}", "") if mine else row.text,
            data.get(f"{OWN_KIND}-{row.pk}", row.kind) if mine else row.kind,
            data.get(f"{OWN_TONE}-{row.pk}", row.tone) if mine else row.tone,
            (f"{INCLUDED}-{row.pk}" in data) if self.tutor and not mine else row.included,
        )

    def _lines(self) -> list[JournalLine]:
        if not self.journal.pk:
            return []
        rows = lines_seen_by(self._user, [self.journal], self._today, whole=self.tutor)
        return list(rows.select_related("subject").order_by("session", "pk"))

    def _lessons(self) -> list[LessonChoice]:
        """What she teaches this class that day by the timetable; else every subject of hers, without a session."""
        group = self._group
        hers = assignments_of(self._user, self._today).filter(school=self._school)
        pupils = Enrolment.objects.filter(group=group)
        hers = hers.filter(group=group) | hers.filter(subgroup__memberships__enrolment__in=pupils)
        assignments: Sequence[TeachingAssignment] = list(
            hers.select_related("subject").order_by("subject__name", "pk").distinct()
        )
        entries = TimetableEntry.objects.filter(
            assignment__in=[one.pk for one in assignments],
            slot__weekday=self._day.isoweekday(),
            slot__year__is_current=True,
        )
        taught = [
            (one.assignment.subject, one.slot.number)
            for one in entries.select_related("slot", "assignment__subject").order_by("slot__number", "pk")
        ] or [(one.subject, 0) for one in assignments]
        return [
            LessonChoice(f"{subject.pk}-{number}", subject.name, number, Lesson(subject, number))
            for subject, number in dict.fromkeys(taught)
        ]

    def _rows(self, posted: Written, stands: Mapping[int, JournalLine]) -> list[PupilRow]:
        typed = {one.pk: one for one in posted.kept}
        new = {one.enrolment or WHOLE_CLASS: one for one in posted.new}
        names = self._names()
        by_pupil: dict[int, list[LineShown]] = {}
        for row in self.lines:
            shown = self._shown(row, names, typed.get(row.pk), stands.get(row.pk))
            by_pupil.setdefault(row.enrolment_id or WHOLE_CLASS, []).append(shown)
        people = [(WHOLE_CLASS, "", 0)] if self._whole else []
        people += [(one.pk, one.student.person.full_name, one.student_id) for one in self.pupils]
        return [
            PupilRow(
                pk,
                name,
                student,
                tuple(by_pupil.get(pk, ())),
                new.get(pk) or _blank(pk),
                self._mended.get(pk, ""),
            )
            for pk, name, student in people
        ]

    def _shown(
        self, row: JournalLine, names: Mapping[int, str], typed: TypedLine | None, stands: JournalLine | None
    ) -> LineShown:
        mine, author = row.author_id == self._user.pk, names.get(row.author_id, "")
        shown = LineShown(row, mine, author, row.text, row.kind, row.tone, row.included, stands)
        if typed is None:
            return shown
        return replace(shown, text=typed.text, kind=typed.kind, tone=typed.tone, included=typed.included)

    def _names(self) -> dict[int, str]:
        """Of who wrote them, as this school knows her."""
        authors = {one.author_id for one in self.lines}
        people = Person.objects.filter(school=self._school, user__in=authors)
        return {person.user_id: person.full_name for person in people if person.user_id is not None}


def _blank(key: int) -> NewLine:
    return NewLine(token_urlsafe(12), "", LineKind.STUDY, Tone.NEUTRAL, key or None)
