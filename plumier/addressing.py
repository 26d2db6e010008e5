"""Who writes to all of a school, and who stands at its review desk: what the school's policy says of its posts.

Seeing a school whole and writing to it are two things (V 2): the board of a school may see everything and send nothing.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db.models import F, QuerySet

from plumier import standing
from plumier.models import Post, Procedure, School, Staff, User
from plumier.roles import WHOLE_SCHOOL
from plumier.standing import at_work, within

Places = set[tuple[int, int]]  # (user, school)
_REVIEWED: Final = {"school__policy__procedures__contains": [Procedure.REVIEW]}


def schools_addressed_by(user: User, today: date) -> QuerySet[School]:
    """Schools to all of whose students and families this user may write; all for a superuser."""
    if user.is_superuser:
        return School.objects.all()
    return School.objects.filter(pk__in=standing.addressing(user, today))


def schools_reviewed_by(user: User, today: date) -> QuerySet[School]:
    """Schools whose general messages this user looks over and sends; for a superuser all that have a desk."""
    if user.is_superuser:
        return School.objects.filter(policy__procedures__contains=[Procedure.REVIEW])
    return School.objects.filter(pk__in=standing.desks(user, today))


def office_posts_of(user: User, today: date) -> QuerySet[Post]:
    """The posts by which this user hands general messages in to the desk of a school."""
    return Post.objects.filter(pk__in=standing.office_posts(user, today))


def addressers(users: Iterable[int], today: date) -> Places:
    """(user, school) for each school to all of which one of these writes by her post."""
    return _places(users, today, school__policy__whole_school_senders__contains=[F("role")])


def reviewers(users: Iterable[int], today: date) -> Places:
    """(user, school) for each school at whose desk one of these is."""
    return _places(users, today, school__policy__desk__contains=[F("role")], **_REVIEWED)


def leaderships(users: Iterable[int], today: date) -> Places:
    """(user, school) for each school that one of these users leads today; superusers as everybody else."""
    return _places(users, today, role__in=WHOLE_SCHOOL)


def _places(users: Iterable[int], today: date, **held: object) -> Places:
    working = Staff.objects.filter(at_work(today), person__user__in=list(users)).values("person")
    posts = Post.objects.filter(within(today), person__in=working, **held)
    return set(posts.values_list("person__user_id", "person__school_id"))
