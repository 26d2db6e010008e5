"""Who may open a page. Every view has a policy; what it shows then starts from the user (`access`)."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers

from plumier.clock import database_today
from plumier.models import User

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]
Rule = Callable[[User, date], bool]

ANYONE = "anyone"
LOGGED_IN = "logged_in"


def policy(rule: Rule | str) -> Callable[[View[Arguments]], View[Arguments]]:
    """Guard a view by `ANYONE`, `LOGGED_IN` or a rule of `access` about the user and the day.

    Without a log-in one is asked for; whom the rule refuses gets a 404, as if there were no such page. What
    is behind a log-in is kept by no cache. The policy's name stands in `view.policy`.
    """
    if isinstance(rule, str) and rule not in (ANYONE, LOGGED_IN):
        raise ValueError(f"No such policy: {rule}")

    def guard(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponseBase:
            if rule == ANYONE:
                return view(request, *args, **kwargs)
            if not isinstance(request.user, User):
                return redirect_to_login(_after_login(request))
            if callable(rule) and not rule(request.user, database_today()):
                raise Http404
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponse):
                add_never_cache_headers(response)
            return response

        guarded.__dict__["policy"] = rule if isinstance(rule, str) else rule.__name__
        return guarded

    return guard


def _after_login(request: HttpRequest) -> str:
    """The page that was asked for; where something was posted, the page it came from: the other has nothing to read."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host():
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{came.path}?{came.query}" if came.query else came.path


def user_of(request: HttpRequest) -> User:
    """The user of a page that asks for a log-in."""
    assert isinstance(request.user, User)
    return request.user
