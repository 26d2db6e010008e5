"""Absentismo: students who missed more than a part of a period's sessions (requirement E3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from attendance import absenteeism_sql as sql
from attendance.models import AttendancePolicy
from plumier.models import School
from plumier.school_days import calendar_of

DEFAULT_THRESHOLD = 20  # per cent


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to another, both included, and above how many per cent of its sessions a student is over.

    With `unjustified` only what nobody excused counts.
    """

    first: date
    last: date
    threshold: int = DEFAULT_THRESHOLD
    unjustified: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A student's sessions in a period: how many there were, missed, excused of these, and late ones."""

    enrolment_id: int
    student_id: int
    group_id: int
    sessions: int
    missed: int
    justified: int
    late: int

    def counted(self, period: Period) -> int:
        """Absences that count."""
        return self.missed - self.justified if period.unjustified else self.missed

    def percent(self, period: Period) -> float:
        """Of her sessions; all of them where there were fewer than she missed, as after a timetable was changed."""
        counted = self.counted(period)
        return 100.0 * counted / max(self.sessions, counted) if counted else 0.0

    def is_over(self, period: Period) -> bool:
        """More than the threshold: exactly that part is not over it."""
        return 100 * self.counted(period) > period.threshold * max(self.sessions, self.counted(period))


def threshold_of(school: School) -> int:
    """Per cent, as the school has settled."""
    policy = AttendancePolicy.objects.filter(school=school).first()
    return policy.threshold if policy else DEFAULT_THRESHOLD


def figures_of(school: School, period: Period) -> list[Figures]:
    """Of every student who is here and has a mark in the period; set-based, four queries for a school."""
    days = calendar_of(school).open_days(period.first, period.last)
    values: dict[str, Any] = {
        "school": school.pk,
        "first": period.first,
        "last": period.last,
        "days": days,
        "number": len(days),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.FIGURES, values)
        return [Figures(*row) for row in cursor.fetchall()]


def over(figures: Iterable[Figures], period: Period) -> list[Figures]:
    """Those over the threshold, who missed most first."""
    found = [one for one in figures if one.is_over(period)]
    return sorted(found, key=lambda one: (-one.percent(period), one.enrolment_id))
