"""What is asked within a request, through the middleware as a page is."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from plumier.memory import remember

Found = TypeVar("Found")


def in_request(ask: Callable[[], Found], method: str = "GET") -> Found:
    """What this finds in a request of its own."""
    found: list[Found] = []

    def page(request: HttpRequest) -> HttpResponse:
        found.append(ask())
        return HttpResponse()

    remember(page)(RequestFactory().generic(method, "/"))
    return found[0]
