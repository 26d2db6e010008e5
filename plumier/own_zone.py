"""The clock on the wall of whoever asks: her school's, so that a day begins for her when it begins there."""

from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from plumier.models import Person, School, User

ZONE_KEPT: Final = "zone"  # in the session: the time zone of the school of now


def in_own_zone(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware, before the log-in's, which asks the day: days and hours of a page are those of her school of now."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with timezone.override(ZoneInfo(_zone(request))):
            return get_response(request)

    return middleware


def keep_zone_of(request: HttpRequest, school: School) -> None:
    """From the next page on, and on this one, days and hours are those of this school."""
    request.session[ZONE_KEPT] = school.time_zone
    timezone.activate(ZoneInfo(school.time_zone))


def _zone(request: HttpRequest) -> str:
    user = request.session.get(SESSION_KEY)
    if user is None:
        return settings.TIME_ZONE
    if ZONE_KEPT not in request.session:  # who came in before it was kept
        request.session[ZONE_KEPT] = _zone_of(int(user))
    zone: str = request.session[ZONE_KEPT]
    return zone


def _zone_of(user: int) -> str:
    """Of the school that is hers; the first by name of several, as the bar begins with it."""
    schools = Person.objects.filter(user=user).order_by("school__name", "school")
    return schools.values_list("school__time_zone", flat=True).first() or settings.TIME_ZONE


def _keep(sender: Any, request: HttpRequest, user: User, **_rest: Any) -> None:
    request.session[ZONE_KEPT] = _zone_of(user.pk)


def keep_at_the_door() -> None:
    """Ask it once, when somebody comes in."""
    user_logged_in.connect(_keep, dispatch_uid="plumier.own_zone")
