"""The faults' own PostgreSQL and Valkey, stopped, crashed and started again."""

import fcntl
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar

import redis
from django.conf import settings
from django.db import OperationalError, connection, connections

from config.embedded import places
from config.embedded.postgresql import PostgreSQL
from config.embedded.service import Service, locked
from config.embedded.valkey import Valkey


class _CrashingPostgreSQL(PostgreSQL):
    """Stopped as by `pg_ctl stop -m immediate`: no checkpoint, recovery at the next start."""

    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGQUIT, signal.SIGKILL)


class _CrashingValkey(Valkey):
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGKILL,)


@contextmanager
def postgresql_away(*, crash: bool = False) -> Iterator[None]:
    """No PostgreSQL inside the block; nobody else starts it meanwhile."""
    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # the less there is to recover, the shorter the test
    connections.close_all()
    with _away(_CrashingPostgreSQL if crash else PostgreSQL):
        yield
    connections.close_all()


@contextmanager
def valkey_away(*, crash: bool = False) -> Iterator[None]:
    """No Valkey inside the block."""
    with _away(_CrashingValkey if crash else Valkey):
        yield


def restart_postgresql(*, crash: bool = False) -> None:
    with postgresql_away(crash=crash):
        pass


def restart_valkey(*, crash: bool = False) -> None:
    with valkey_away(crash=crash):
        pass


def flush_valkey() -> None:
    """Lose every key of every database."""
    with redis.Redis.from_url(settings.REDIS_URL) as store:
        store.flushall()


@contextmanager
def _away(kind: type[Service]) -> Iterator[None]:
    own = places.current()
    with locked(own.lock("start"), fcntl.LOCK_EX):
        server = kind(own)
        server.stop()
        assert not server.running()
        try:
            yield
        finally:
            server.ensure()
