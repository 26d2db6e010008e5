"""The people of a page some at a time, which of them are picked, and how many."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet

from profesores.picking.picker import Filter, Picker, Row
from profesores.picking.selecting import members

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """How many are on the page at all, fit the filter, are picked, and of these how many do not fit it."""

    people: int
    matching: int
    picked: int
    outside: int

    @property
    def inside(self) -> int:
        """How many of those who fit the filter are picked."""
        return self.picked - self.outside


@dataclass(frozen=True, slots=True)
class Listing:
    """Some rows by name, those of them that are picked, and the key after which the next begin; 0 at the end."""

    rows: list[Row]
    picked: frozenset[int]
    after: int

    @property
    def whole(self) -> bool:
        """Whether every row is picked."""
        return bool(self.rows) and len(self.picked) == len(self.rows)

    @property
    def some(self) -> bool:
        """Whether some are and some are not."""
        return bool(self.picked) and not self.whole


def list_page(picker: Picker, people: QuerySet[Any], after: int) -> Listing:
    """Up to `PAGE` of these people of the picker's, by name, after the one with the key `after`."""
    key = f"{picker.person}sort_key"
    rows = people.annotate(sorted_by=F(key))
    if after and (last := picker.people().filter(pk=after).values_list(key, flat=True).first()) is not None:
        rows = rows.filter(Q(sorted_by__gt=last) | Q(sorted_by=last, pk__gt=after))
    found = list(rows.order_by("sorted_by", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Listing(
        picker.rows(shown),
        picked_of(picker, [one.pk for one in shown]),
        shown[-1].pk if len(found) > PAGE else 0,
    )


def picked_of(picker: Picker, ids: list[int]) -> frozenset[int]:
    """Which of these are picked."""
    return frozenset(members(picker).filter(pk__in=ids).values_list("pk", flat=True))


def tally(picker: Picker, wanted: Filter) -> Tally:
    """All the numbers at once."""
    fits = Q(pk__in=picker.matching(wanted).order_by().values("pk"))
    picked = Q(pk__in=members(picker).order_by().values("pk"))
    counted = (
        picker.people()
        .order_by()
        .aggregate(
            people=Count("pk"),
            matching=Count("pk", filter=fits),
            picked=Count("pk", filter=picked),
            outside=Count("pk", filter=picked & ~fits),
        )
    )
    return Tally(**counted)
