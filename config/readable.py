"""Addresses that PostgreSQL could not read are refused at the door."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBadRequest
from django.http.response import HttpResponseBase

_NUL = "%00"  # no text of PostgreSQL's may hold it, and nobody types it


def no_nul(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: 400 for a NUL in the address, wherever a view would hand it to the database."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if _NUL in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            return HttpResponseBadRequest()
        return get_response(request)

    return middleware
