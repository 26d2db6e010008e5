"""Whose pages these are: the children of whoever reads, and about which of them a page is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.http import Http404, HttpRequest

from plumier.clock import database_now, database_today
from plumier.family_access import Child, children_read_by, keep_children
from plumier.models import User
from plumier.policies import user_of

PARAMETER: Final = "alumno"  # a student's key, in an address
KEPT: Final = "mirador_child"  # in the session: the student of the last page about one


@dataclass(frozen=True, slots=True)
class Family:
    """Who reads, and her children by name; `child` is the one of the page, empty where it is about all or none."""

    user: User
    now: datetime
    today: date
    children: tuple[Child, ...]
    child: Child | None = None

    @property
    def several(self) -> bool:
        """Whether there is a choice of children."""
        return len(self.children) > 1


def family_of(request: HttpRequest) -> Family:
    """For a page about all her children, which the address may narrow to one.

    Http404 if the address names one about whom she does not read.
    """
    return _family(request, chosen=_named(request))


def family_with_child(request: HttpRequest) -> Family:
    """For a page about one child: the one of the address, else of last time, else the first by name.

    Http404 as `family_of`; `child` is empty only where she reads about nobody.
    """
    named = _named(request)
    family = _family(request, chosen=named or request.session.get(KEPT), strict=bool(named), one=True)
    if family.child is not None and named and request.session.get(KEPT) != family.child.pk:
        request.session[KEPT] = family.child.pk
    return family


def _named(request: HttpRequest) -> int | None:
    typed = request.GET.get(PARAMETER, "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        raise Http404
    return int(typed)


def _family(request: HttpRequest, *, chosen: int | None, strict: bool = True, one: bool = False) -> Family:
    user, today, now = user_of(request), database_today(), database_now()
    children = tuple(children_read_by(user, today, now))
    keep_children(request, children)
    child = next((child for child in children if child.pk == chosen), None)
    if chosen and strict and child is None:
        raise Http404
    if child is None and one and children:
        child = children[0]
    return Family(user, now, today, children, child)
