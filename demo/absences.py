"""The sample school's absences: some weeks of them, this morning's roll of a class, and an excuse that waits."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from attendance.answering import Answer, answer
from attendance.choices import AbsenceKind, AnswerKind, Mark
from attendance.models import Absence, AbsenceNotice, Roll
from attendance.rolls import ClassOfDay, Entry, take_roll
from demo import seeding
from plumier.clock import database_now, database_today
from plumier.models import Enrolment, Group, School, Student, TimetableEntry, User, Weekday
from plumier.school_days import calendar_of

PAST: Final = timedelta(weeks=5)
ILL_SHARE, LATE_SHARE, EXCUSED_SHARE = 3, 1, 70  # of a hundred days, sessions, and absences
MONDAY, WEDNESDAY, FRIDAY = Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY
REASONS: Final = ("Visita médica", "Enfermedad", "Asunto familiar")
AFTER_THE_BELL: Final = timedelta(minutes=10)  # a roll is taken


@dataclass(frozen=True, slots=True)
class _Class:
    """A session of a group on a day."""

    day: date
    entry: TimetableEntry
    rolled_at: datetime

    def roll(self) -> Roll:
        """That it was taken, by who teaches it."""
        return Roll(
            school_id=self.entry.school_id,
            day=self.day,
            session=self.entry.slot.number,
            assignment=self.entry.assignment,
            taken_by_id=self.entry.assignment.teacher.user_id,
            taken_at=self.rolled_at,
        )

    def absence(self, of: Enrolment, kind: AbsenceKind, *, excusable: bool) -> Absence:
        """Marked by who teaches it; if it can be excused, most often it is, by the tutor the next day."""
        number = _number(of, f"motivo {self.day}")
        tutor = of.group.tutor.user if of.group.tutor else None
        excused = excusable and kind == AbsenceKind.ABSENT and number % 100 < EXCUSED_SHARE
        return Absence(
            school_id=self.entry.school_id,
            enrolment=of,
            day=self.day,
            session=self.entry.slot.number,
            starts=self.entry.slot.starts,
            subject=self.entry.assignment.subject,
            teacher=self.entry.assignment.teacher,
            kind=kind,
            noted_by_id=self.entry.assignment.teacher.user_id,
            noted_at=self.rolled_at,
            justified_at=self.rolled_at + timedelta(days=1) if excused else None,
            justified_by=tutor if excused else None,
            justification=REASONS[number % len(REASONS)] if excused else "",
        )


@transaction.atomic
def past_absences(of: School, groups: Sequence[Group]) -> None:
    """The rolls of the last weeks until yesterday; one student of the first group and one of the last miss too much.

    Done once: nobody is told of them.
    """
    if Absence.objects.filter(school=of).exists():
        return
    enrolments = _enrolments(groups)
    classes = list(_classes(of, groups))
    away, overslept = enrolments[2].pk, enrolments[-3].pk
    Roll.objects.bulk_create((one.roll() for one in classes), ignore_conflicts=True)
    Absence.objects.bulk_create(
        one.absence(pupil, kind, excusable=pupil.pk not in {away, overslept})
        for one in classes
        for pupil in enrolments
        if pupil.group_id == one.entry.assignment.group_id
        and (kind := _kind(pupil, one, away=pupil.pk == away, overslept=pupil.pk == overslept))
    )


def _kind(pupil: Enrolment, one: _Class, *, away: bool, overslept: bool) -> AbsenceKind | None:
    session, weekday = one.entry.slot.number, one.day.isoweekday()
    every_second_friday = weekday == FRIDAY and one.day.isocalendar().week % 2
    if away and (weekday == MONDAY or every_second_friday):
        return AbsenceKind.ABSENT
    if overslept and weekday != WEDNESDAY and session <= 2:
        return AbsenceKind.ABSENT
    if _number(pupil, f"día {one.day}") % 100 < ILL_SHARE:
        return AbsenceKind.ABSENT
    late = _number(pupil, f"sesión {one.day} {session}") % 100 < LATE_SHARE
    return AbsenceKind.LATE if late else None


def this_morning(of: School, group: Group) -> None:
    """The first roll of today: two are missing and one is late. The family that can log in excuses the first.

    Nothing on a day without school, or where it was taken already.
    """
    today = database_today()
    entries = _entries([group]).filter(slot__weekday=today.isoweekday())
    first = entries.first()
    if first is None or not calendar_of(of).is_open(today):
        return
    lesson = ClassOfDay(of, today, first.slot.number, first.slot.starts, assignment=first.assignment)
    teacher = first.assignment.teacher.user
    taken = Roll.objects.filter(day=today, session=lesson.session, assignment=first.assignment)
    if teacher is None or taken.exists():
        return
    pupils, child = _enrolments([group]), seeding.child_of_family(group)
    others = [one.student_id for one in pupils if one.student_id != child.pk][1:3]
    marks = dict(zip((child.pk, *others), (Mark.ABSENT, Mark.ABSENT, Mark.LATE), strict=True))
    entered = [Entry(one, Mark.PRESENT, marks.get(one.student_id, Mark.PRESENT)) for one in pupils]
    take_roll(lesson, entered, by=teacher, now=database_now())
    _excuse(child)


def _excuse(child: Student) -> None:
    """The family says that it knew; the tutor has not decided."""
    notice = AbsenceNotice.objects.filter(student=child).latest("pk")
    family = User.objects.get(username=seeding.FAMILY)
    reason = _("Tiene cita con el dentista. Llegará a segunda hora.")
    answer(notice, Answer(AnswerKind.KNEW, reason), by=family, now=database_now())


def _enrolments(groups: Sequence[Group]) -> list[Enrolment]:
    rows = Enrolment.objects.in_force(database_today()).filter(group__in=groups)
    return list(rows.select_related("student", "group__tutor__user").order_by("group", "student__expediente"))


def _entries(groups: Iterable[Group]) -> QuerySet[TimetableEntry]:
    rows = TimetableEntry.objects.filter(assignment__group__in=list(groups)).order_by("slot__number", "pk")
    return rows.select_related("slot", "assignment__teacher", "assignment__subject")


def _classes(of: School, groups: Sequence[Group]) -> Iterator[_Class]:
    """Every session of these groups in the last weeks, today's not."""
    entries, zone, today = list(_entries(groups)), ZoneInfo(of.time_zone), database_today()
    for day in calendar_of(of).open_days(today - PAST, today - timedelta(days=1)):
        for entry in entries:
            if entry.slot.weekday == day.isoweekday():
                began = datetime.combine(day, entry.slot.starts, tzinfo=zone)
                yield _Class(day, entry, began + AFTER_THE_BELL)


def _number(enrolment: Enrolment, what: str) -> int:
    """Always the same for the same student."""
    return zlib.crc32(f"{what} {enrolment.student.expediente}".encode())
