"""Reading and planning while PostgreSQL writes: a source worked one item ahead, in a thread of its own."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


@contextmanager
def one_ahead(source: Generator[T, None, None]) -> Iterator[Iterator[T]]:
    """The items of `source`, each made while the one before is used; what it raises comes in its turn.

    Its database connection is the thread's own, sees only what is committed and is closed at the end.
    """
    with ThreadPoolExecutor(1, "ahead") as thread:
        try:
            yield _items(source, thread)
        finally:
            thread.submit(_end, source)


def _items(source: Generator[T, None, None], thread: ThreadPoolExecutor) -> Iterator[T]:
    coming = thread.submit(_next, source)
    while item := coming.result():
        coming = thread.submit(_next, source)
        yield item[0]


def _next(source: Generator[T, None, None]) -> tuple[T] | tuple[()]:
    return next(((item,) for item in source), ())


def _end(source: Generator[T, None, None]) -> None:
    try:
        source.close()
    finally:
        connections.close_all()
