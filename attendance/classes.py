"""The classes of a day by the timetable, and which of them is going on (requirement A1)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from plumier.models import School, SessionSlot, SubgroupMember, TeachingAssignment, TimetableEntry
from plumier.models.groups import AbsenceMode

_KEY: Final = re.compile(r"([0-9]{1,18})-([0-9]{1,3})")
ENTERED_BEFORE: Final = 5  # minutes before it begins, a class is the one of now


@dataclass(frozen=True, slots=True)
class Lesson:
    """An assignment taught in a session of a day; times are wall-clock in the school's zone."""

    assignment: TeachingAssignment
    session: int
    starts: time
    ends: time
    room: str = ""

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.assignment.pk}-{self.session}"

    @property
    def of(self) -> str:
        """The group or the subgroup."""
        return str(self.assignment.group or self.assignment.subgroup)


def lessons_of(assignments: QuerySet[TeachingAssignment], day: date) -> list[Lesson]:
    """What is taught of these assignments on a day, in the order of the day; one query.

    Classes of stages that record by date alone have no roll of a session.
    """
    begun = assignments.exclude(held_from__gt=day).exclude(held_until__lt=day)
    rows = TimetableEntry.objects.filter(
        assignment__in=begun.values("pk"), slot__weekday=day.isoweekday(), slot__year__is_current=True
    )
    by_session = SubgroupMember.objects.filter(
        subgroup=OuterRef("assignment__subgroup"),
        enrolment__group__stage__absence_mode=AbsenceMode.BY_SESSION,
    )
    of_group = Q(assignment__group__stage__absence_mode=AbsenceMode.BY_SESSION)
    found = (
        rows.filter(of_group | Exists(by_session))
        .select_related(
            "slot",
            "assignment__subject",
            "assignment__group__stage",
            "assignment__subgroup",
            "assignment__teacher",
        )
        .order_by("slot__starts", "slot__number", "assignment__group__name", "pk")
    )
    return [
        Lesson(row.assignment, row.slot.number, row.slot.starts, row.slot.ends, row.room) for row in found
    ]


def lesson_of_now(lessons: Sequence[Lesson], school: School, now: datetime) -> Lesson | None:
    """The one that is going on, or is about to begin; else the last one that has ended; else the first of the day."""
    local = now.astimezone(ZoneInfo(school.time_zone))
    minute = local.hour * 60 + local.minute
    going = [one for one in lessons if _minutes(one.starts) - ENTERED_BEFORE <= minute < _minutes(one.ends)]
    ended = [one for one in lessons if _minutes(one.ends) <= minute]
    return next(iter(going[::-1] or ended[::-1] or lessons), None)


def find_lesson(lessons: Iterable[Lesson], key: str) -> Lesson | None:
    """By how an address names it."""
    return next((one for one in lessons if one.key == key), None)


def lessons_out_of_timetable(assignments: QuerySet[TeachingAssignment], day: date, key: str) -> list[Lesson]:
    """One of these assignments in a session of the day in which the timetable does not have it (any more).

    A roll that was open when the timetable changed is saved all the same; none where the day has no such session.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        return []
    by_session = Q(group__stage__absence_mode=AbsenceMode.BY_SESSION)
    by_session |= Q(subgroup__memberships__enrolment__group__stage__absence_mode=AbsenceMode.BY_SESSION)
    taught = assignments.filter(by_session, pk=int(found[1])).select_related(
        "subject", "group__stage", "subgroup", "teacher"
    )
    slots = SessionSlot.objects.filter(weekday=day.isoweekday(), number=int(found[2]), year__is_current=True)
    assignment = taught.first()
    slot = slots.filter(school=assignment.school_id).first() if assignment else None
    return [Lesson(assignment, slot.number, slot.starts, slot.ends)] if assignment and slot else []


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
