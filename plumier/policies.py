"""Who may open a page. Every view has a policy; what it shows then starts from the user (`access`)."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
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
                return redirect_to_login(request.get_full_path())
            if callable(rule) and not rule(request.user, database_today()):
                raise Http404
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponse):
                add_never_cache_headers(response)
            return response

        guarded.__dict__["policy"] = rule if isinstance(rule, str) else rule.__name__
        return guarded

    return guard


def user_of(request: HttpRequest) -> User:
    """The user of a page that asks for a log-in."""
    assert isinstance(request.user, User)
    return request.user
