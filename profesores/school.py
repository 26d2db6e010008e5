"""In which school a teacher of several is working now."""

from typing import Final

from django.http import Http404, HttpRequest

from plumier.access import schools_worked_in
from plumier.clock import database_today
from plumier.models import School
from plumier.navigation import SCHOOL_KEPT
from plumier.own_zone import keep_zone_of
from plumier.policies import user_of

PARAMETER: Final = "centro"  # a school's code, in an address


def current_school(request: HttpRequest) -> School:
    """The school that the address names, else the one of last time, else the first by name.

    One that is named is kept. Http404 if it is one where this user does not work, or she works nowhere.
    """
    found = school_asked_for(request)
    if PARAMETER in request.GET:
        keep_school(request, found)
    return found


def school_asked_for(request: HttpRequest) -> School:
    """The same where the page may still say no to that school: nothing is kept."""
    schools = (
        schools_worked_in(user_of(request), database_today()).select_related("policy").order_by("name", "pk")
    )
    if code := request.GET.get(PARAMETER, ""):
        found = schools.filter(code=code).first()
    else:
        kept = request.session.get(SCHOOL_KEPT)
        found = (schools.filter(pk=kept).first() if kept else None) or schools.first()
    if found is None:
        raise Http404
    return found


def address_that_says(request: HttpRequest, school: School) -> str:
    """Where a page that is to be of this school whatever other windows do is read; empty where it is said already.

    Only for who works in several: nobody else needs it.
    """
    if request.method == "POST" or request.GET.get(PARAMETER):
        return ""
    if schools_worked_in(user_of(request), database_today())[:2].count() < 2:
        return ""
    query = request.GET.copy()
    query[PARAMETER] = school.code
    return f"{request.path}?{query.urlencode()}"


def keep_school(request: HttpRequest, school: School) -> None:
    """She works in this one now: the bar says so, and pages whose address names none are of it."""
    if request.session.get(SCHOOL_KEPT) != school.pk:
        request.session[SCHOOL_KEPT] = school.pk
        keep_zone_of(request, school)
