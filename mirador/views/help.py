"""Ayuda: the school's leaflet, whom to ask, and how the usual things are done (requirements F1, F2)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from mirador.family import Family, family_of
from notica.leaflet.contents import whom_to_ask
from notica.leaflet.facts import has_tokapp
from notica.leaflet.panels import Line
from plumier.family_access import is_family
from plumier.models import School
from plumier.policies import policy


@dataclass(frozen=True, slots=True)
class Desk:
    """A school of her children, and how it is reached."""

    school: School
    lines: tuple[Line, ...]


@require_safe
@policy(is_family)
def help_page(request: HttpRequest) -> HttpResponse:
    """What a family asks first; also for one that reads about nobody."""
    family = family_of(request)
    context = {"family": family, "desks": _desks(family), "language": get_language()}
    return render(request, "mirador/help.html", context)


def _desks(family: Family) -> list[Desk]:
    """Each school once, in the order of her children."""
    schools = {child.school.pk: child.school for child in family.children}
    return [
        Desk(one, tuple(whom_to_ask(one.policy, tokapp=has_tokapp(one.policy, one))))
        for one in schools.values()
    ]
