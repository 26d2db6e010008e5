"""Addresses from the register, in the form that the planner takes."""

from collections.abc import Mapping

from notica.planning import Holder, Point
from plumier.models import Contact


def holders_of(roles: Mapping[int, str]) -> dict[int, Holder]:
    """A holder for each person, with all that the register has for her, in one query."""
    points: dict[int, list[Point]] = {person: [] for person in roles}
    rows = Contact.objects.filter(person__in=list(roles)).order_by("person_id", "slot")
    for person, slot, kind, value in rows.values_list("person_id", "slot", "kind", "value"):
        points[person].append(Point(slot, kind, value))
    return {person: Holder(person, role, tuple(points[person])) for person, role in roles.items()}
