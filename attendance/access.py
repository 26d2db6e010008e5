"""Who marks whom, who justifies, and who reads it. Every query starts from the user."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from attendance.models import Absence
from plumier.access import (
    assignments_of,
    groups_tutored_by,
    schools_counselled_by,
    schools_led_by,
    students_kept_from,
)
from plumier.models import Enrolment, Group, School, TeachingAssignment, User
from plumier.models.groups import AbsenceMode


def assignments_marked_by(user: User, school: School, today: date) -> QuerySet[TeachingAssignment]:
    """What she teaches there today; of a school that she leads all that is taught this year."""
    mine = assignments_of(user, today).filter(school=school)
    if not schools_led_by(user, today).filter(pk=school.pk).exists():
        return mine
    return TeachingAssignment.objects.filter(school=school, year__is_current=True)


def day_groups_marked_by(user: User, school: School, today: date) -> QuerySet[Group]:
    """Groups of stages that record by date: her own as a tutor, those she teaches, all of a school that she leads."""
    groups = Group.objects.filter(
        school=school, year__is_current=True, stage__absence_mode=AbsenceMode.BY_DATE
    )
    if schools_led_by(user, today).filter(pk=school.pk).exists():
        return groups
    tutored = groups_tutored_by(user, today).values("pk")
    taught = assignments_of(user, today).filter(group__isnull=False).values("group")
    return groups.filter(Q(pk__in=tutored) | Q(pk__in=taught))


def enrolments_marked(
    user: User,
    today: date,
    day: date,
    *,
    assignment: TeachingAssignment | None = None,
    group: Group | None = None,
) -> QuerySet[Enrolment]:
    """The pupils of a class who were here on a day, but those from whom a court keeps her (requirement A3).

    Of a class in a session those whose stage records by session.
    """
    of_class = Q(group=assignment.group_id if assignment else group)
    if assignment is not None and assignment.subgroup_id:
        of_class = Q(memberships__subgroup=assignment.subgroup_id)
    if assignment is not None:
        of_class &= Q(group__stage__absence_mode=AbsenceMode.BY_SESSION)
    rows = Enrolment.objects.in_force(day).filter(of_class, year__is_current=True)
    return rows.exclude(student__in=students_kept_from(user, today).values("pk"))


def absences_justified_by(user: User, today: date) -> QuerySet[Absence]:
    """Of the groups whose tutor she is, of any subject and date (requirement E2); of a school that she leads all."""
    groups = Q(enrolment__group__in=groups_tutored_by(user, today).values("pk"))
    led = Q(school__in=schools_led_by(user, today).values("pk"))
    rows = Absence.objects.filter(groups | led, cleared_at__isnull=True, enrolment__year__is_current=True)
    return rows.exclude(enrolment__student__in=students_kept_from(user, today).values("pk"))


def absences_of_family(students: Collection[int]) -> QuerySet[Absence]:
    """Of those (ids) about whom `students_read_by` lets her read today: her page has asked it already."""
    return Absence.objects.filter(enrolment__student__in=students, cleared_at__isnull=True)


def may_notify(user: User, school: School, today: date) -> bool:
    """Who leads the school, and who follows its students by her post."""
    hers = Q(pk__in=schools_led_by(user, today).values("pk"))
    hers |= Q(pk__in=schools_counselled_by(user, today).values("pk"))
    return School.objects.filter(hers, pk=school.pk).exists()
