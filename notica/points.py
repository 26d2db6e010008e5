"""Addresses from the register, in the form that the planner takes."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from notica.planning import SHARED_WITH_BARRED, Holder, Point
from plumier.models import Contact, Guardianship


def holders_of(roles: Mapping[int, str], today: date) -> dict[int, Holder]:
    """A holder for each person, with all that the register has for her, in three queries.

    An address that is also one of somebody whom a court keeps from her child is marked: writing to it would
    reach the wrong parent.
    """
    people = list(roles)
    barred = _of_barred(people, today)
    points: dict[int, list[Point]] = {person: [] for person in roles}
    rows = Contact.objects.filter(person__in=people).order_by("person_id", "slot")
    for person, slot, kind, value in rows.values_list("person_id", "slot", "kind", "value"):
        shared = value in barred.get(person, ())
        points[person].append(Point(slot, SHARED_WITH_BARRED if shared else kind, value))
    return {person: Holder(person, role, tuple(points[person])) for person, role in roles.items()}


def _of_barred(people: list[int], today: date) -> dict[int, set[str]]:
    """By person, the addresses of those barred today from her children, or from herself if she is the child."""
    open_end = Q(barred_until__isnull=True) | Q(barred_until__gte=today)
    bars = Guardianship.objects.filter(open_end, barred_from__lte=today).exclude(guardian__contacts__value="")
    others = bars.filter(student__guardianships__guardian__in=people).values_list(
        "student__guardianships__guardian_id", "guardian_id", "guardian__contacts__value"
    )
    children = bars.filter(student__person__in=people).values_list(
        "student__person_id", "guardian_id", "guardian__contacts__value"
    )
    found: dict[int, set[str]] = defaultdict(set)
    for person, barred, value in (*others, *children):
        if person != barred and value:
            found[person].add(value)
    return found
