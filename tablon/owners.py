"""In whose name a user posts: a school that she leads, or a service where she works."""

from dataclasses import dataclass
from datetime import date

from plumier.access import schools_led_by, services_worked_in
from plumier.models import School, Service, User

_SCHOOL, _SERVICE = "c", "s"


@dataclass(frozen=True, slots=True)
class OwnerChoice:
    """One of them, as an address names it."""

    value: str
    name: str


def owner_choices(user: User, today: date) -> list[OwnerChoice]:
    """All of hers, services first."""
    services = services_worked_in(user, today).order_by("name", "pk")
    schools = schools_led_by(user, today).order_by("name", "pk")
    return [OwnerChoice(f"{_SERVICE}{one.pk}", str(one)) for one in services] + [
        OwnerChoice(f"{_SCHOOL}{one.pk}", str(one)) for one in schools
    ]


def owner_named(value: str, user: User, today: date) -> School | Service | None:
    """The one that an address names, if it is hers."""
    kind, key = value[:1], value[1:]
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        return None
    if kind == _SERVICE:
        return services_worked_in(user, today).filter(pk=int(key)).first()
    return schools_led_by(user, today).filter(pk=int(key)).first() if kind == _SCHOOL else None
