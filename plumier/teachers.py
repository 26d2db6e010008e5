"""Who teaches a student what, and who her tutors are, as her family reads it (requirements D1, D2)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from plumier.access import teachers_of
from plumier.models import Enrolment, Group, Student, TeachingAssignment, User
from plumier.standing import within


@dataclass(frozen=True, slots=True)
class Teacher:
    """A person who teaches a student these subjects, by name, or is the tutor of her group, or both."""

    pk: int
    name: str
    subjects: tuple[str, ...] = ()
    tutor: bool = False


def teachers_for(student: Student, reader: User, today: date) -> list[Teacher]:
    """All of them today, by name, but for the reader herself; three queries."""
    enrolled = Enrolment.objects.in_force(today).filter(student=student, year__is_current=True)
    taught = Q(group__enrolments__in=enrolled) | Q(subgroup__members__in=enrolled)
    rows = TeachingAssignment.objects.filter(within(today), taught, year__is_current=True)
    subjects: dict[int, set[str]] = {}
    for teacher, subject in rows.values_list("teacher", "subject__name").distinct():
        subjects.setdefault(teacher, set()).add(subject)
    groups = Group.objects.filter(enrolments__in=enrolled, tutor__isnull=False)
    tutors = set(groups.values_list("tutor", flat=True))
    people = teachers_of(student, today).distinct().order_by("sort_key", "pk")
    return [
        Teacher(one.pk, one.full_name, tuple(sorted(subjects.get(one.pk, ()))), one.pk in tutors)
        for one in people
        if one.user_id != reader.pk
    ]
