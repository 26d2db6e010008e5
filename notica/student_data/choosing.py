"""Whose data a workbook has: what was chosen, of those whom its reader may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import OuterRef, Q, QuerySet, Subquery

from plumier.access import people_kept_from, schools_led_by, students_attended_by
from plumier.clock import database_today
from plumier.models import AcademicYear, Enrolment, School, Student, User


@dataclass(frozen=True, slots=True)
class Selection:
    """Groups and students by id, or everyone who is in a group of the current year."""

    groups: frozenset[int] = frozenset()
    students: frozenset[int] = frozenset()
    everyone: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "groups": sorted(self.groups),
            "students": sorted(self.students),
            "everyone": self.everyone,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        return cls(frozenset(kept["groups"]), frozenset(kept["students"]), kept["everyone"])


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody may read in a school: its `students`, nobody whom a court keeps from her, and the orders of
    courts if she leads it."""

    school: School
    students: QuerySet[Student]
    kept_from: frozenset[int]
    leads: bool
    today: date


def reader_of(user: User, school: School, today: date) -> Reader:
    """What this user may read today."""
    kept = people_kept_from(user, today).filter(school=school)
    return Reader(
        school,
        students_attended_by(user, today).filter(school=school),
        frozenset(kept.values_list("pk", flat=True)),
        schools_led_by(user, today).filter(pk=school.pk).exists(),
        today,
    )


def operator(school: School) -> Reader:
    """Whoever runs commands on the machine reads everything."""
    return Reader(
        school, Student.objects.filter(school=school), frozenset(), leads=True, today=database_today()
    )


def students_of(selection: Selection, reader: Reader) -> QuerySet[Student]:
    """Those chosen whom the reader may see, by group and name."""
    current = AcademicYear.objects.filter(school=reader.school, is_current=True)
    enrolled = Enrolment.objects.filter(school=reader.school, year__in=current)
    chosen = Q(pk__in=enrolled.values("student"))
    if not selection.everyone:
        in_groups = enrolled.filter(group__in=selection.groups).values("student")
        chosen = Q(pk__in=selection.students) | Q(pk__in=in_groups)
    group = enrolled.filter(student=OuterRef("pk")).values("group__name")[:1]
    seen = Student.objects.filter(
        chosen, school=reader.school, pk__in=reader.students.order_by().values("pk")
    )
    return seen.annotate(group_name=Subquery(group)).order_by("group_name", "person__sort_key", "pk")
