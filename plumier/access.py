"""Who may see whom: decided here and nowhere else. Every query starts from the user."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from plumier.models import Group, Person, Post, School, Staff, Student, User
from plumier.roles import WHOLE_SCHOOL


def _working(today: date) -> Q:
    """Staff within their dates."""
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=today)
    return Q(active=True) & joined & (Q(left_on__isnull=True) | Q(left_on__gt=today))


def _held(today: date) -> Q:
    """Posts within their dates; the last day counts."""
    return Q(held_from__lte=today) & (Q(held_until__isnull=True) | Q(held_until__gte=today))


def staff_persons_of(user: User, today: date) -> QuerySet[Person]:
    """The persons as whom this user works today."""
    working = Staff.objects.filter(_working(today), person__user=user)
    return Person.objects.filter(pk__in=working.values("person_id"))


def schools_worked_in(user: User, today: date) -> QuerySet[School]:
    """Schools where this user works today: all of them for a superuser."""
    if user.is_superuser:
        return School.objects.all()
    return School.objects.filter(pk__in=staff_persons_of(user, today).values("school_id"))


def workplaces(users: Iterable[int], today: date) -> set[tuple[int, int]]:
    """(user, school) for each school where one of these users works today; superusers as everybody else."""
    working = Staff.objects.filter(_working(today), person__user__in=list(users))
    return set(working.values_list("person__user_id", "person__school_id"))


def leaderships(users: Iterable[int], today: date) -> set[tuple[int, int]]:
    """(user, school) for each school that one of these users leads today; superusers as everybody else."""
    working = Staff.objects.filter(_working(today), person__user__in=list(users)).values("person")
    posts = Post.objects.filter(_held(today), role__in=WHOLE_SCHOOL, person__in=working)
    return set(posts.values_list("person__user_id", "person__school_id"))


def works_somewhere(user: User, today: date) -> bool:
    """Whether the pages for staff are this user's."""
    return schools_worked_in(user, today).exists() or user.is_superuser


def schools_led_by(user: User, today: date) -> QuerySet[School]:
    """Schools where this user acts for the whole school: all of them for a superuser."""
    if user.is_superuser:
        return School.objects.all()
    posts = Post.objects.filter(_held(today), role__in=WHOLE_SCHOOL, person__in=staff_persons_of(user, today))
    return School.objects.filter(pk__in=posts.values("school_id"))


def may_administer(user: User, today: date) -> bool:
    """Whether the administration is this user's: superusers, and staff users who lead a school by their post."""
    if not (user.is_active and user.is_staff):
        return False
    return user.is_superuser or schools_led_by(user, today).exists()


def groups_visible_to(user: User, today: date) -> QuerySet[Group]:
    """Groups of the schools this user leads, and those she is the tutor of."""
    led = Q(school__in=schools_led_by(user, today))
    return Group.objects.filter(led | Q(tutor__in=staff_persons_of(user, today)), year__is_current=True)


def students_visible_to(user: User, today: date) -> QuerySet[Student]:
    """Students of the schools this user leads, and those of her groups."""
    led = Q(school__in=schools_led_by(user, today))
    groups = groups_visible_to(user, today)
    return Student.objects.filter(led | Q(enrolments__group__in=groups)).distinct()


def person_in(user: User, school: School, today: date) -> Person | None:
    """Who this user is in a school today, if anybody."""
    found = Person.objects.filter(user=user, school=school)
    return found.filter(pk__in=staff_persons_of(user, today)).first()
