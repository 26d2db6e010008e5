"""Whom a user has picked: filters plus exceptions, read and changed as sets.

Two requests at once change it one after the other, so that no tick is lost.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import BigIntegerField, Func, Q, QuerySet

from profesores.models import Selection
from profesores.picking.picker import Filter, Picker

MOST_FILTERS: Final = 12  # with one more, those who fit the earlier ones are kept one by one


class _Each(Func):
    """The items of an array, a row each."""

    function = "unnest"
    set_returning = True
    output_field: BigIntegerField[int, int] = BigIntegerField()


def members(picker: Picker) -> QuerySet[Any]:
    """Those picked, of all whom the user may see on this page now."""
    filters = _own(picker).values_list("filters", flat=True).first() or []
    return picker.people().filter(_picked(picker, filters))


def change(picker: Picker, come: Collection[int], go: Collection[int], *, now: datetime) -> None:
    """Pick some people and let go of others; ids that are not on the page are passed over."""
    named = {*come, *go}
    if not named:
        return
    known = set(picker.people().filter(pk__in=named).values_list("pk", flat=True))
    picked, gone = known & set(come), known & set(go)
    with _kept(picker, now) as kept:
        kept.added = sorted(set(kept.added).union(picked) - gone)
        removed = set(kept.removed) - picked
        kept.removed = sorted(removed | gone) if kept.filters else []


def pick_matching(picker: Picker, *wanted: Filter, now: datetime) -> None:
    """Pick everybody who fits any of these filters, those let go of before too, and whoever will fit them later."""
    with _kept(picker, now) as kept:
        others = [one for one in kept.filters if one not in wanted]
        if len(others) + len(wanted) > MOST_FILTERS:
            kept.added = sorted(
                picker.people().filter(_picked(picker, kept.filters)).values_list("pk", flat=True)
            )
            kept.filters, kept.removed = list(wanted), []
            return
        again = picker.people().filter(_fits(picker, wanted), pk__in=_each(picker, "removed"))
        kept.removed = sorted(set(kept.removed) - set(again.values_list("pk", flat=True)))
        kept.filters = [*others, *wanted]


def unpick_matching(picker: Picker, *wanted: Filter, now: datetime) -> None:
    """Let go of everybody who fits any of these filters."""
    with _kept(picker, now) as kept:
        kept.filters = [one for one in kept.filters if one not in wanted]
        fitting = picker.people().filter(_fits(picker, wanted))
        added = fitting.filter(pk__in=_each(picker, "added")).values_list("pk", flat=True)
        kept.added = sorted(set(kept.added) - set(added))
        if not kept.filters:
            kept.removed = []
            return
        still = fitting.filter(_fits(picker, kept.filters)).values_list("pk", flat=True)
        kept.removed = sorted({*kept.removed, *still})


def clear(picker: Picker) -> None:
    """Pick nobody."""
    _own(picker).delete()


def _own(picker: Picker) -> QuerySet[Selection]:
    return Selection.objects.filter(user=picker.user, school=picker.school, page=picker.page)


def _each(picker: Picker, column: str) -> QuerySet[Selection, Any]:
    return _own(picker).values(one=_Each(column))


def _fits(picker: Picker, filters: Sequence[Filter]) -> Q:
    found = Q(pk__in=[])
    for wanted in picker.together(list(filters)):
        found |= Q(pk__in=picker.matching(wanted).order_by().values("pk"))
    return found


def _picked(picker: Picker, filters: list[Filter]) -> Q:
    by_filter = _fits(picker, filters) & ~Q(pk__in=_each(picker, "removed"))
    return (Q(pk__in=_each(picker, "added")) | by_filter) if filters else Q(pk__in=_each(picker, "added"))


@contextmanager
def _kept(picker: Picker, now: datetime) -> Iterator[Selection]:
    """The selection to be changed, locked until it is written."""
    fresh = Selection(user=picker.user, school=picker.school, page=picker.page, updated_at=now)
    with transaction.atomic():
        Selection.objects.bulk_create([fresh], ignore_conflicts=True)
        kept = _own(picker).select_for_update().get()
        yield kept
        kept.updated_at = now
        kept.save(update_fields=["filters", "added", "removed", "updated_at"])
