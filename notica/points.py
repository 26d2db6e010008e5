"""Addresses from the register, in the form that the planner takes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection

from notica import points_sql as sql
from notica.arrays import numbers
from notica.planning import SHARED_WITH_BARRED, Holder, Point
from plumier.models import Slot


def holders_of(
    roles: Mapping[int, str], today: date, slots: Collection[str] = Slot.values
) -> dict[int, Holder]:
    """A holder for each person, with all that the register has for her in these slots, in two queries.

    An address that is also one of somebody whom a court keeps from her child is marked: writing to it would
    reach the wrong parent.
    """
    people = numbers(roles)
    barred = _of_barred(people, today)
    points: dict[int, list[Point]] = {person: [] for person in roles}
    with connection.cursor() as cursor:
        cursor.execute(sql.POINTS, [people, list(slots)])
        for person, slot, kind, value in cursor.fetchall():
            shared = value in barred.get(person, ())
            points[person].append(Point(slot, SHARED_WITH_BARRED if shared else kind, value))
    return {person: Holder(person, role, tuple(points[person])) for person, role in roles.items()}


def _of_barred(people: str, today: date) -> dict[int, set[str]]:
    """By person, the addresses of those barred today from her children, or from herself if she is the child."""
    found: dict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(sql.OF_BARRED, {"people": people, "today": today})
        for person, value in cursor.fetchall():
            found[person].add(value)
    return found
