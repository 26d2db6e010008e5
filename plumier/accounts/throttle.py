"""Counting what went wrong, by where it came from: an attacker is stopped, and nobody elsewhere with him."""

import hashlib
from contextlib import suppress
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest

WINDOW: Final = 15 * 60  # seconds


def too_often(request: HttpRequest, what: str, most: int) -> bool:
    """Whether so much of it went wrong from the address of this request within the window."""
    return bool(cache.get(_key(request, what), 0) >= most)


def count(request: HttpRequest, what: str) -> None:
    """One more that went wrong."""
    key = _key(request, what)
    cache.add(key, 0, WINDOW)
    with suppress(ValueError):  # it ended between the two
        cache.incr(key)


def _key(request: HttpRequest, what: str) -> str:
    """No name and no address stands in the cache."""
    place = f"{what}:{request.META.get('REMOTE_ADDR', '')}"
    return f"throttle:{hashlib.sha256(place.encode()).hexdigest()}"
