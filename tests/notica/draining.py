"""A drain in another process, for tests of what happens while it is at work."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context

from django.db import connections

from notica.delivery import drain


@contextmanager
def draining(channel: str) -> Iterator[None]:
    """Another process drains the channel while the block runs."""
    connections.close_all()
    process = get_context("fork").Process(target=drain, args=(channel, 100))
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()
