"""How it shows that PostgreSQL is away, and work that one process does at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import InterfaceError, OperationalError, connection

AWAY: Final = (OperationalError, InterfaceError)


@contextmanager
def alone_at(lock_class: int, key: int = 0) -> Iterator[bool]:
    """Whether no other process is at it. The lock is the connection's, held meanwhile without a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashint8(%s))", [lock_class, key])
        taken = bool(cursor.fetchone()[0])
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashint8(%s))", [lock_class, key])
