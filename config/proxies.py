"""Whom to believe about the visitor's address and whether the visit was encrypted."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.variables import UNIX

FORWARDED = "plumier.forwarded"  # in META: whether anybody says that he forwards this visit, believed or not
_TOLD_BY_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
)
_OTHER_SIGNS = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")


def only_trusted_proxies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what anybody else but our own proxies forwards is forgotten.

    Behind our proxies REMOTE_ADDR becomes the visitor: the last address that is not a proxy's.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.META[FORWARDED] = any(name in request.META for name in (*_TOLD_BY_PROXIES, *_OTHER_SIGNS))
        if is_trusted(request.META.get("REMOTE_ADDR", "") or UNIX):
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            visitors = [part.strip() for part in forwarded if part.strip() and not is_trusted(part.strip())]
            if visitors:
                request.META["REMOTE_ADDR"] = visitors[-1]
        else:
            for name in _TOLD_BY_PROXIES:
                request.META.pop(name, None)
        return get_response(request)

    return middleware


def is_trusted(address: str) -> bool:
    """Whether the address is one of TRUSTED_PROXIES."""
    if address == UNIX:
        return UNIX in settings.TRUSTED_PROXIES
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in settings.TRUSTED_PROXIES if network != UNIX)
