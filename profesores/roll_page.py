"""What the page of a roll shows: the classes of a day, the chosen one, and its pupils with whom a mark would tell."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db.models import Exists, Max, OuterRef

from attendance.access import assignments_marked_by, day_groups_marked_by, enrolments_marked
from attendance.choices import Mark, NoticeState
from attendance.classes import Lesson, find_lesson, lesson_of_now, lessons_of, lessons_out_of_timetable
from attendance.forecast import Tells, forecast
from attendance.models import Absence, AbsenceNotice, Roll
from attendance.rolls import ClassOfDay, marks_of
from notica.choices import Outcome
from notica.kinds import ABSENCE_CORRECTION
from notica.models import Message, Recipient
from plumier.models import Enrolment, Group, Person, School, User

_TOLD: Final = (Outcome.OPEN, Outcome.REACHED, Outcome.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says: a day, a class by its key, and of whoever leads a school the group she looks at."""

    day: date | None = None
    key: str = ""
    group: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One class in the list of a day's."""

    key: str
    of: str
    subject: str
    session: int = 0
    starts: time | None = None
    ends: time | None = None
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil: her mark as it is kept, what was typed if it was not saved, and whom it would tell.

    `told_at` is when her family was told of it, `corrected_at` when it was last told otherwise; `changed` says that
    somebody else has marked her meanwhile.
    """

    enrolment: Enrolment
    shown: Mark
    wanted: Mark
    tells: Tells
    told_at: datetime | None = None
    corrected_at: datetime | None = None
    changed: bool = False

    @property
    def pk(self) -> int:
        """The enrolment's."""
        return self.enrolment.pk

    @property
    def name(self) -> str:
        """The pupil's."""
        return self.enrolment.student.person.full_name


@dataclass(frozen=True, slots=True)
class RollPage:
    """Everything on it. Without a class there is nobody to mark; `leads` may look at any group of `groups`."""

    school: School
    day: date
    today: date
    choices: tuple[Choice, ...]
    chosen: Choice | None
    of: ClassOfDay | None
    rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    group: int = 0
    taken: Roll | None = None
    taken_by: str = ""

    @property
    def is_future(self) -> bool:
        """Whether the day has not come."""
        return self.day > self.today


class RollReader:
    """Reads the page for a user in a school at a moment."""

    def __init__(self, user: User, school: School, today: date, now: datetime) -> None:
        self._user, self._school, self._today, self._now = user, school, today, now

    def page(
        self, asked: Asked, wanted: Mapping[int, Mark] | None = None, changed: Collection[int] = ()
    ) -> RollPage:
        """The class that is asked for, or of today the one of now.

        `wanted` are marks that were not saved, by enrolment, and `changed` those that somebody else has changed.
        """
        day = asked.day or self._today
        assignments = assignments_marked_by(self._user, self._school, self._today)
        mine = assignments.filter(teacher__user=self._user)
        groups = () if mine.count() == assignments.count() else self._groups()
        shown = assignments.filter(group=asked.group) if asked.group and groups else mine
        lessons = lessons_of(shown, day)
        if asked.key and find_lesson(lessons, asked.key) is None:
            lessons += lessons_out_of_timetable(assignments, day, asked.key)
        days = list(day_groups_marked_by(self._user, self._school, self._today).order_by("name", "pk"))
        choices = self._choices(lessons, days, day)
        chosen, of = self._chosen(lessons, days, day, asked.key)
        rows = self._rows(of, wanted or {}, changed) if of else ()
        return RollPage(
            self._school,
            day,
            self._today,
            choices,
            next((one for one in choices if one.key == chosen), None),
            of,
            rows,
            groups,
            asked.group,
            taken := _taken(of),
            self._name(taken),
        )

    def _name(self, taken: Roll | None) -> str:
        """Who took it, as this school knows her."""
        if taken is None or taken.taken_by is None:
            return ""
        person = Person.objects.filter(user=taken.taken_by, school=self._school).first()
        return person.full_name if person else taken.taken_by.get_username()

    def _groups(self) -> tuple[Group, ...]:
        rows = Group.objects.filter(school=self._school, year__is_current=True)
        return tuple(rows.order_by("name", "pk"))

    def _choices(self, lessons: Sequence[Lesson], days: Sequence[Group], day: date) -> tuple[Choice, ...]:
        rolls = Roll.objects.filter(school=self._school, day=day, taken_at__isnull=False)
        taken: set[tuple[int | None, int, int | None]] = set(
            rolls.values_list("assignment_id", "session", "group_id")
        )
        of_session = [
            Choice(
                one.key,
                one.of,
                one.assignment.subject.name,
                one.session,
                one.starts,
                one.ends,
                (one.assignment.pk, one.session, None) in taken,
            )
            for one in lessons
        ]
        of_day = [Choice(f"g{one.pk}", one.name, "", taken=(None, 0, one.pk) in taken) for one in days]
        return (*of_session, *of_day)

    def _chosen(
        self, lessons: Sequence[Lesson], days: Sequence[Group], day: date, key: str
    ) -> tuple[str, ClassOfDay | None]:
        lesson = find_lesson(lessons, key)
        group = next((one for one in days if key == f"g{one.pk}"), None)
        if not key:
            lesson = (
                lesson_of_now(lessons, self._school, self._now)
                if day == self._today
                else next(iter(lessons), None)
            )
            group = None if lesson else next(iter(days), None)
        if lesson is not None:
            of = ClassOfDay(self._school, day, lesson.session, lesson.starts, assignment=lesson.assignment)
            return lesson.key, of
        if group is not None:
            return f"g{group.pk}", ClassOfDay(self._school, day, group=group)
        return "", None

    def _rows(self, of: ClassOfDay, wanted: Mapping[int, Mark], changed: Collection[int]) -> tuple[Row, ...]:
        pupils = enrolments_marked(self._user, self._today, of.day, assignment=of.assignment, group=of.group)
        rows = list(
            pupils.select_related("student__person", "group__stage").order_by(
                "student__person__sort_key", "pk"
            )
        )
        pks = [one.pk for one in rows]
        shown, tells = marks_of(of, pks), forecast(rows, of.day, self._today)
        told, corrected = _told_at(of, pks), _corrected_at(of, pks)
        return tuple(
            Row(
                one,
                shown.get(one.pk, Mark.PRESENT),
                wanted.get(one.pk, shown.get(one.pk, Mark.PRESENT)),
                tells[one.pk],
                told.get(one.pk),
                corrected.get(one.pk),
                one.pk in changed,
            )
            for one in rows
        )


def _taken(of: ClassOfDay | None) -> Roll | None:
    if of is None:
        return None
    rows = Roll.objects.filter(
        school=of.school, day=of.day, session=of.session, assignment=of.assignment, group=of.group
    )
    return rows.filter(taken_at__isnull=False).select_related("taken_by").first()


def _told_at(of: ClassOfDay, enrolments: Sequence[int]) -> dict[int, datetime]:
    """By enrolment, when her family was told of this session: if anybody is, or may yet be, reached."""
    rows = Absence.objects.filter(
        enrolment__in=enrolments, day=of.day, session=of.session, notice__message__isnull=False
    )
    reached = Recipient.objects.filter(message=OuterRef("notice__message"), outcome__in=_TOLD)
    return dict(rows.filter(Exists(reached)).values_list("enrolment_id", "notice__message__created_at"))


def going_out(of: ClassOfDay, enrolments: Sequence[int], now: datetime) -> int:
    """How many families are about to be told of this session, by a job that has not come to them yet."""
    notices = AbsenceNotice.objects.filter(
        absences__enrolment__in=enrolments, absences__session=of.session, day=of.day
    )
    return notices.filter(state=NoticeState.WAITING, due_at__lte=now).distinct().count()


def _corrected_at(of: ClassOfDay, enrolments: Sequence[int]) -> dict[int, datetime]:
    """By enrolment, when what her family had been told of that day was last corrected."""
    rows = Message.objects.filter(
        kind=ABSENCE_CORRECTION,
        corrects__absence_notice__absences__enrolment__in=enrolments,
        corrects__absence_notice__absences__session=of.session,
        corrects__absence_notice__day=of.day,
    )
    by = "corrects__absence_notice__absences__enrolment"
    return dict(rows.values_list(by).annotate(at=Max("created_at")).order_by())
