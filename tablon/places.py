"""Picking the schools of a notice out of hundreds: by searching, all at once, or one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from plumier.access import schools_given_to
from plumier.models import School, Service
from plumier.names import search_key

SHOWN: Final = 300  # schools listed that are not chosen
ALL: Final = "todos"


@dataclass(frozen=True, slots=True)
class Place:
    """A school to be chosen."""

    school: School
    chosen: bool


@dataclass(frozen=True, slots=True)
class Places:
    """The schools of a service as its form shows them. The chosen ones are always shown, whatever is looked for."""

    rows: list[Place]
    everywhere: bool
    words: str
    total: int
    matching: int
    hidden: int

    @property
    def chosen(self) -> frozenset[int]:
        """The ids of those on whose boards it hangs."""
        return frozenset(row.school.pk for row in self.rows if row.chosen)


def places_of(service: Service, kept: Iterable[int]) -> Places:
    """As a new form shows them, with those that its notice has already. One query."""
    every, chosen = _every(service), set(kept)
    everywhere = not chosen or {one.pk for one in every} <= chosen
    return _places(every, chosen, "", everywhere=everywhere)


def typed_places(service: Service, posted: QueryDict, act: str) -> Places:
    """As the form was sent, after what its button asks: mark all that match, or none. One query."""
    every, words = _every(service), posted.get("centro", "").strip()[:100]
    typed = (one for one in posted.getlist("centros") if one.isascii() and one.isdigit() and len(one) <= 18)
    chosen = {int(one) for one in typed}
    if act == "marcar":
        chosen |= {one.pk for one in every if _matches(one, words)}
    elif act == "vaciar":
        chosen = set()
    return _places(every, chosen, words, everywhere=posted.get("donde") == ALL)


def chosen_ids(service: Service, places: Places) -> frozenset[int]:
    """On whose boards it is to hang."""
    if not places.everywhere:
        return places.chosen
    return frozenset(schools_given_to(service).values_list("pk", flat=True))


def _every(service: Service) -> list[School]:
    return list(schools_given_to(service).only("pk", "code", "name").order_by("name", "pk"))


def _matches(school: School, words: str) -> bool:
    named = search_key(f"{school.name} {school.code}")
    return all(word in named for word in search_key(words).split())


def _places(every: list[School], chosen: set[int], words: str, *, everywhere: bool) -> Places:
    matching = [one for one in every if _matches(one, words)]
    listed = {one.pk for one in [one for one in matching if one.pk not in chosen][:SHOWN]}
    rows = [Place(one, one.pk in chosen) for one in every if one.pk in chosen or one.pk in listed]
    hidden = sum(one.pk not in chosen and one.pk not in listed for one in matching)
    return Places(rows, everywhere, words, len(every), len(matching), hidden)
