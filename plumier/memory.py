"""What a request has asked once: remembered while it only reads, and forgotten with it (decision 25)."""

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from plumier.history import READING

Found = TypeVar("Found")


class Memory:
    """Of one request. A context that was copied out of it finds it closed after its end."""

    def __init__(self) -> None:
        self.closed = False
        self._found: dict[Hashable, Any] = {}

    def once(self, key: Hashable, ask: Callable[[], Found]) -> Found:
        """What was found the first time."""
        if key not in self._found:
            self._found[key] = ask()
        found: Found = self._found[key]
        return found


_memory: ContextVar[Memory | None] = ContextVar("plumier_memory", default=None)


def remember(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: a memory for a request that reads; for one that may write, none."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        memory = Memory() if request.method in READING else None
        before = _memory.set(memory)
        try:
            return get_response(request)
        finally:
            _memory.reset(before)
            if memory is not None:
                memory.closed = True

    return middleware


def memory() -> Memory | None:
    """The memory of the request at work; none outside one, after its end, and in one that may write."""
    found = _memory.get()
    return None if found is None or found.closed else found
