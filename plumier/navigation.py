"""What the header of every page shows. Asked of the database only by a template that uses it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from plumier.access import may_administer, schools_worked_in
from plumier.clock import database_today
from plumier.models import User
from plumier.proposals.access import deals_with_contacts


@dataclass(frozen=True, slots=True)
class Navigation:
    """`school` is empty for who works in several, or in none."""

    school: str = ""
    works: bool = False
    administers: bool = False
    contacts: bool = False


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, a `Navigation`, and `languages`, each by its own name whatever is in force."""
    return {
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
        "languages": settings.LANGUAGES,
    }


def navigation_of(request: HttpRequest) -> Navigation:
    """The header for whoever asks; empty for a visitor."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return Navigation()
    today = database_today()
    schools = list(schools_worked_in(user, today).values_list("name", flat=True)[:2])
    return Navigation(
        school=schools[0] if len(schools) == 1 else "",
        works=bool(schools) or user.is_superuser,
        administers=may_administer(user, today),
        contacts=deals_with_contacts(user, today),
    )
