"""Who writes, sees and opens marks. Every query starts from the user; families' side is `reports`."""

from datetime import date

from django.db.models import Q, QuerySet

from grades.models import Evaluation
from plumier.access import (
    assignments_of,
    groups_tutored_by,
    schools_led_by,
    schools_worked_in,
    students_kept_from,
)
from plumier.models import Enrolment, Group, TeachingAssignment, User
from plumier.standing import within


def evaluations_for(user: User, today: date) -> QuerySet[Evaluation]:
    """The evaluations of this year in the schools where she works."""
    return Evaluation.objects.filter(
        school__in=schools_worked_in(user, today).values("pk"), year__is_current=True
    )


def classes_marked_by(user: User, today: date) -> QuerySet[TeachingAssignment]:
    """Whose marks she writes: what she teaches today, and everything that is taught in a school that she leads."""
    own = Q(pk__in=assignments_of(user, today).values("pk"))
    led = Q(school__in=schools_led_by(user, today).values("pk")) & within(today)
    return TeachingAssignment.objects.filter(own | led, year__is_current=True)


def groups_overseen_by(user: User, today: date) -> QuerySet[Group]:
    """Whose whole table she sees, opens to the families and reminds of: as their tutor, or leading their school."""
    tutored = Q(pk__in=groups_tutored_by(user, today).values("pk"))
    led = Q(school__in=schools_led_by(user, today).values("pk"))
    return Group.objects.filter(tutored | led, year__is_current=True)


def pupils_of(assignment: TeachingAssignment, user: User, today: date) -> QuerySet[Enrolment]:
    """Who is taught, by name; not those from whom a court keeps her."""
    if assignment.group_id is not None:
        taught = Q(group=assignment.group_id)
    else:
        taught = Q(memberships__subgroup=assignment.subgroup_id)
    return _here(user, today).filter(taught, year=assignment.year_id)


def pupils_in(group: Group, user: User, today: date) -> QuerySet[Enrolment]:
    """Who is in a group, by name; not those from whom a court keeps her."""
    return _here(user, today).filter(group=group)


def _here(user: User, today: date) -> QuerySet[Enrolment]:
    """Asked within several queries: whom a court keeps from her is looked up once."""
    kept = list(students_kept_from(user, today).values_list("pk", flat=True))
    rows = Enrolment.objects.in_force(today).exclude(student__in=kept)
    return rows.select_related("student__person").order_by("student__person__sort_key", "pk")
