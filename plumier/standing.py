"""What a user is and has on a day, as ids: small sets of which `access` is made, each asked once a request."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Exists, F, Q, QuerySet

from plumier.asking import Ids, asked_once
from plumier.clock import Day
from plumier.models import (
    Group,
    Guardianship,
    Person,
    Post,
    School,
    Service,
    ServicePost,
    Staff,
    Student,
    TeachingAssignment,
    User,
)
from plumier.models.policies import Procedure, Senders
from plumier.roles import COUNSELLING, DIRECTORS, WHOLE_SCHOOL

# Schools where every teacher writes to her groups (C1), not the tutors alone (V 2).
TEACHERS_WRITE: Final = Q(school__policy__senders=Senders.TEACHERS)


def within(today: Day, *, field: str = "held", path: str = "") -> Q:
    """From … until …, where the last day counts and no day is no bound."""
    since, until = f"{path}{field}_from", f"{path}{field}_until"
    begun = Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__lte": today})
    return begun & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": today}))


def at_work(today: Day) -> Q:
    """Staff within their dates."""
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=today)
    return Q(active=True) & joined & (Q(left_on__isnull=True) | Q(left_on__gt=today))


@asked_once
def persons(user: User, today: Day) -> QuerySet[Any, int]:
    """The persons as whom she works."""
    working = Staff.objects.filter(at_work(today), person__user=user)
    return working.values_list("person_id", flat=True)


@asked_once
def workplaces(user: User, today: Day) -> QuerySet[Any, int]:
    """The schools where she works."""
    working = Person.objects.filter(pk__in=persons(user, today))
    return working.values_list("school_id", flat=True)


@asked_once
def _posts(user: User, today: Day) -> QuerySet[Any, int]:
    held = Post.objects.filter(within(today), person__in=persons(user, today))
    return held.values_list("pk", flat=True)


def posts(user: User, roles: Iterable[str], today: Day) -> QuerySet[Post]:
    """Her posts of these roles."""
    return Post.objects.filter(pk__in=_posts(user, today), role__in=list(roles))


@asked_once
def led_by_post(user: User, today: Day) -> QuerySet[Any, int]:
    """The schools for which she acts by her post."""
    return posts(user, WHOLE_SCHOOL, today).values_list("school_id", flat=True)


def led(user: User, today: Day) -> Ids:
    """Those; for a superuser all, which nobody lists."""
    if user.is_superuser:
        return School.objects.values_list("pk", flat=True)
    return led_by_post(user, today)


@asked_once
def addressed_by_post(user: User, today: Day) -> QuerySet[Any, int]:
    """The schools to all of which she writes by her post, as the school has it (C2; V 2)."""
    senders = {"school__policy__whole_school_senders__contains": [F("role")]}
    held = Post.objects.filter(pk__in=_posts(user, today), **senders)
    return held.values_list("school_id", flat=True)


def addressing(user: User, today: Day) -> Ids:
    """Those; for a superuser all, which nobody lists."""
    if user.is_superuser:
        return School.objects.values_list("pk", flat=True)
    return addressed_by_post(user, today)


# Posts of schools that keep a review desk.
_REVIEWED: Final = {"school__policy__procedures__contains": [Procedure.REVIEW]}


@asked_once
def desks(user: User, today: Day) -> QuerySet[Any, int]:
    """The schools whose review desk she attends (C8; V 3.1)."""
    hers = {**_REVIEWED, "school__policy__desk__contains": [F("role")]}
    return Post.objects.filter(pk__in=_posts(user, today), **hers).values_list("school_id", flat=True)


@asked_once
def office_posts(user: User, today: Day) -> QuerySet[Any, int]:
    """Her posts of offices whose general messages pass through that desk."""
    hers = {**_REVIEWED, "school__policy__offices__contains": [F("role")]}
    return Post.objects.filter(pk__in=_posts(user, today), **hers).values_list("pk", flat=True)


@asked_once
def offices(user: User, today: Day) -> QuerySet[Any, int]:
    """The schools where she has such a post."""
    return Post.objects.filter(pk__in=office_posts(user, today)).values_list("school_id", flat=True)


@asked_once
def directed(user: User, today: Day) -> QuerySet[Any, int]:
    """The schools in whose management (equipo directivo) she is by her post."""
    return posts(user, DIRECTORS, today).values_list("school_id", flat=True)


@asked_once
def counselled(user: User, today: Day) -> QuerySet[Any, int]:
    """The schools whose students she follows by her post."""
    return posts(user, COUNSELLING, today).values_list("school_id", flat=True)


@asked_once
def services(user: User, today: Day) -> QuerySet[Any, int]:
    """The services of the Consejería where she works."""
    held = ServicePost.objects.filter(within(today), user=user)
    return held.values_list("service_id", flat=True)


@asked_once
def served(user: User, today: Day) -> QuerySet[Any, int]:
    """The schools given to those services; a region's hundreds stay a query."""
    hers = Service.objects.filter(pk__in=services(user, today))
    every = Exists(hers.filter(all_schools=True))
    found = School.objects.filter(Q(pk__in=hers.values("schools")) | every)
    return found.values_list("pk", flat=True)


@asked_once
def tutored(user: User, today: Day) -> QuerySet[Any, int]:
    """The groups of the current year whose tutor she is."""
    groups = Group.objects.filter(tutor__in=persons(user, today), year__is_current=True)
    return groups.values_list("pk", flat=True)


@asked_once
def taught(user: User, today: Day) -> QuerySet[Any, int]:
    """What she teaches: assignments."""
    teaching = TeachingAssignment.objects.filter(within(today), year__is_current=True)
    return teaching.filter(teacher__in=persons(user, today)).values_list("pk", flat=True)


@asked_once
def taught_groups(user: User, today: Day) -> QuerySet[Any, int]:
    """The groups that she teaches."""
    rows = TeachingAssignment.objects.filter(pk__in=taught(user, today), group__year__is_current=True)
    return rows.values_list("group_id", flat=True)


@asked_once
def taught_subgroups(user: User, today: Day) -> QuerySet[Any, int]:
    """The subgroups that she teaches."""
    rows = TeachingAssignment.objects.filter(pk__in=taught(user, today), subgroup__isnull=False)
    return rows.values_list("subgroup_id", flat=True)


@asked_once
def addressed_groups(user: User, today: Day) -> QuerySet[Any, int]:
    """Of the groups that she teaches, those to which teachers write in their school."""
    rows = TeachingAssignment.objects.filter(TEACHERS_WRITE, pk__in=taught(user, today))
    return rows.filter(group__year__is_current=True).values_list("group_id", flat=True)


@asked_once
def addressed_subgroups(user: User, today: Day) -> QuerySet[Any, int]:
    """The same of the subgroups."""
    rows = TeachingAssignment.objects.filter(TEACHERS_WRITE, pk__in=taught(user, today))
    return rows.filter(subgroup__isnull=False).values_list("subgroup_id", flat=True)


@asked_once
def kept_from(user: User, today: Day) -> QuerySet[Any, int]:
    """The students from whom a court keeps her, be she a parent alone or also their teacher (A3)."""
    ties = Guardianship.objects.filter(guardian__user=user).barred_on(today)
    return ties.values_list("student_id", flat=True)


@asked_once
def children(user: User, today: Day) -> QuerySet[Any, int]:
    """The students for whom she answers and from whom no court keeps her."""
    ties = Guardianship.objects.filter(guardian__user=user)
    barred = ties.barred_on(today).values("pk")
    return ties.exclude(pk__in=barred).values_list("student_id", flat=True)


def her_own(user: User) -> QuerySet[Any, int]:
    """The students with whom she has to do herself: for whom she answers on record, barred or not, and she herself."""
    ties = Guardianship.objects.filter(guardian__user=user).values("student")
    return Student.objects.filter(Q(pk__in=ties) | Q(person__user=user)).values_list("pk", flat=True)


@asked_once
def family(user: User, today: Day) -> QuerySet[Any, int]:
    """The persons as whom she is a student or on record as answering for one, barred or not."""
    own = Q(student__isnull=False) | Q(guardianships__isnull=False)
    return Person.objects.filter(own, user=user).values_list("pk", flat=True)
