"""What the pages of bodies show: meetings by their day, members and whom to add (requirement E9)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q

from plumier.access import people_kept_from
from plumier.models import Guardianship, Person, School, Staff, Student, User
from plumier.names import search_key
from plumier.standing import at_work
from secretaria.bodies.access import bodies_kept_by, may_direct, meetings_of, meetings_seen_by
from secretaria.bodies.choices import MeetingState
from secretaria.bodies.shown import with_answer
from secretaria.models import Body, BodyMember, Meeting

PAGE: Final = 30
MOST_FOUND: Final = 40
LAST: Final = 10  # meetings that the page of a body shows
COMING: Final = 100  # meetings still to come that one page shows


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    """`coming` and `past` ones, and after which of those the older ones begin; 0 at the end."""

    coming: list[Meeting]
    past: list[Meeting]
    after: int
    bodies: list[Body]
    directs: bool


def bodies_page(
    user: User, school: School, today: date, now: datetime, *, every: bool, after: int
) -> MeetingsPage:
    """Her meetings, or with `every`, for who directs the school, all of it."""
    directs = may_direct(user, school, today)
    seen = meetings_seen_by(user, today) if every and directs else meetings_of(user, today)
    rows = with_answer(seen.filter(school=school), user, today).select_related("body", "school")
    coming = rows.filter(Q(starts_at__gte=now) | Q(state=MeetingState.DRAFT))
    past = rows.filter(starts_at__lt=now).exclude(state=MeetingState.DRAFT)
    if key := Meeting.objects.filter(pk=after, school=school).values_list("starts_at", flat=True).first():
        past = past.filter(Q(starts_at__lt=key) | Q(starts_at=key, pk__lt=after))
    found = list(past.order_by("-starts_at", "-pk")[: PAGE + 1])
    bodies = bodies_kept_by(user, today).filter(school=school, dissolved_on__isnull=True)
    in_force = Q(members__held_from__lte=today) & (
        Q(members__held_until__isnull=True) | Q(members__held_until__gte=today)
    )
    return MeetingsPage(
        coming=[] if after else list(coming.order_by("starts_at", "pk")[:COMING]),
        past=found[:PAGE],
        after=found[PAGE - 1].pk if len(found) > PAGE else 0,
        bodies=list(bodies.annotate(size=Count("members", filter=in_force)).order_by("name", "pk"))
        if directs
        else [],
        directs=directs,
    )


def last_meetings(body: Body, user: User, today: date) -> list[Meeting]:
    """A few, newest first, as they stand for her."""
    rows = with_answer(body.meetings.select_related("body", "school"), user, today)
    return list(rows.order_by("-starts_at", "-pk")[:LAST])


def members_of(user: User, body: Body, today: date) -> tuple[list[BodyMember], list[BodyMember]]:
    """Those of today and to come, and those who were; by name. Nobody from whom a court keeps her (A3)."""
    found = body.members.exclude(person__in=people_kept_from(user, today).values("pk"))
    rows = list(found.select_related("person").order_by("person__sort_key", "pk"))
    gone = [one for one in rows if one.held_until is not None and one.held_until < today]
    return [one for one in rows if one not in gone], gone


def to_be_added(user: User, body: Body, today: date, typed: str) -> list[Person]:
    """Whom to choose from: staff at work; with words looked for, students and guardians of the school too.

    Nobody from whom a court keeps her is shown (requirement A3).
    """
    inside = body.members.filter(Q(held_until__isnull=True) | Q(held_until__gte=today)).values("person")
    people = Person.objects.filter(school=body.school_id).exclude(pk__in=inside)
    people = people.exclude(pk__in=people_kept_from(user, today).values("pk"))
    working = Q(pk__in=Staff.objects.filter(at_work(today), school=body.school_id).values("person"))
    words = search_key(typed).split()
    if not words:
        return list(people.filter(working).order_by("sort_key", "pk")[:500])
    families = Q(pk__in=Student.objects.filter(school=body.school_id).values("person"))
    families |= Q(pk__in=Guardianship.objects.filter(school=body.school_id).values("guardian"))
    found = people.filter(working | families)
    for word in words:
        found = found.filter(sort_key__contains=word)
    return list(found.order_by("sort_key", "pk")[:MOST_FOUND])
