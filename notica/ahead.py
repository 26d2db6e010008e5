"""Reading and planning while PostgreSQL writes: a source worked one item ahead, in a thread of its own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


@contextmanager
def one_ahead(source: Iterator[T]) -> Iterator[Iterator[T]]:
    """The items of `source`, each made while the one before is used; what it raises comes with its item.

    Its database connection is the thread's own and sees only what is committed.
    """
    with ThreadPoolExecutor(1, "ahead") as thread:
        try:
            yield _items(source, thread)
        finally:
            thread.submit(connections.close_all)


def _items(source: Iterator[T], thread: ThreadPoolExecutor) -> Iterator[T]:
    coming = thread.submit(_next, source)
    while item := coming.result():
        coming = thread.submit(_next, source)
        yield item[0]


def _next(source: Iterator[T]) -> tuple[T] | tuple[()]:
    return next(((item,) for item in source), ())
