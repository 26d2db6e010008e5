"""The language that somebody chose for her pages, in a browser that has not been told any."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from plumier.models import User


def in_own_language(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Middleware, after the log-in's: a visitor's language is left to the browser, and so is who chose none."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        told = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        user = getattr(request, "user", None)
        if not told and isinstance(user, User) and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware
