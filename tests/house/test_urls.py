"""Every page says who may open it."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Why these carry no policy of ours.
_EXCEPTIONS = {
    "salud": "for machines: tells nothing but whether it works",
    "admin/": "the admin asks for a staff log-in and each page's permission by itself",
}


def test_every_page_has_a_policy() -> None:
    assert [
        route for route, view in _pages() if not _is_exception(route) and not hasattr(view, "policy")
    ] == []


def test_every_exception_is_needed() -> None:
    routes = [route for route, _ in _pages()]
    assert {start for start in _EXCEPTIONS if any(route.startswith(start) for route in routes)} == set(
        _EXCEPTIONS
    )


def _is_exception(route: str) -> bool:
    return any(route == start or (start.endswith("/") and route.startswith(start)) for start in _EXCEPTIONS)


def _pages() -> Iterator[tuple[str, Callable[..., Any]]]:
    return _below(get_resolver(), "")


def _below(resolver: URLResolver, start: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.callback
