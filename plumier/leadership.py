"""Which schools the user of a request leads: asked of the database once a request."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from django.http import HttpRequest

from plumier.access import may_administer, people_kept_from, schools_led_by
from plumier.clock import database_today
from plumier.models import User


@dataclass(frozen=True, slots=True)
class Leadership:
    """`everything` is a superuser's; else the schools with these ids.

    `kept_from` are the ids of people whom a court keeps from her: her children at her own school, and whoever else
    answers for them.
    """

    enters: bool = False
    everything: bool = False
    schools: frozenset[int] = frozenset()
    kept_from: frozenset[int] = frozenset()

    @property
    def several(self) -> bool:
        return self.everything or len(self.schools) > 1


_known: WeakKeyDictionary[HttpRequest, Leadership] = WeakKeyDictionary()


def leadership(request: HttpRequest) -> Leadership:
    """What the user of this request may administer today."""
    found = _known.get(request)
    if found is None:
        found = _known[request] = _ask(request)
    return found


def _ask(request: HttpRequest) -> Leadership:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return Leadership()
    today = database_today()
    if not may_administer(user, today):
        return Leadership()
    if user.is_superuser:
        return Leadership(enters=True, everything=True)
    schools = frozenset(schools_led_by(user, today).values_list("pk", flat=True))
    return Leadership(
        True, False, schools, frozenset(people_kept_from(user, today).values_list("pk", flat=True))
    )
