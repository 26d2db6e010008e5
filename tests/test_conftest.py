"""The tests' own ground holds."""

import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import connection
from pytest_socket import SocketConnectBlockedError

from tests import database
from tests.database import DatabaseClock


def _clock_seen_elsewhere() -> datetime:
    parameters = connection.get_connection_params()
    with psycopg.connect(
        f"host={parameters['host']} user={parameters['user']} dbname={parameters['dbname']}"
    ) as other:
        row = other.execute("SELECT plumier_now()").fetchone()
    assert row is not None
    return datetime.fromisoformat(str(row[0]))


def test_database_clock_is_right_at_first(database_clock: DatabaseClock) -> None:
    assert abs(database_clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_database_clock_advances(database_clock: DatabaseClock) -> None:
    before = database_clock.now()
    database_clock.advance(timedelta(hours=3))
    assert timedelta(hours=3) <= database_clock.now() - before < timedelta(hours=3, seconds=5)


def test_database_clock_freezes(database_clock: DatabaseClock) -> None:
    moment = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    database_clock.freeze(moment)
    assert [database_clock.now(), database_clock.now()] == [moment, moment]


def test_database_clock_moves_for_other_connections(
    transactional_db: None, database_clock: DatabaseClock
) -> None:
    database_clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert (
        datetime(2030, 1, 1, tzinfo=UTC) <= _clock_seen_elsewhere() < datetime(2030, 1, 1, 0, 1, tzinfo=UTC)
    )


def test_emptying_deletes_rows_and_keeps_what_migrations_made(transactional_db: None) -> None:
    permissions = Permission.objects.count()
    Group.objects.create(name="x")
    DatabaseClock().advance(timedelta(days=1))
    database.empty()
    left = (Group.objects.count(), Permission.objects.count(), DatabaseClock().now() - datetime.now(UTC))
    assert left[:2] == (0, permissions)
    assert abs(left[2]) < timedelta(seconds=5)


def test_emptying_truncates_large_tables(transactional_db: None) -> None:
    Group.objects.bulk_create(Group(name=f"{number:0100}") for number in range(4000))
    database.empty()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('auth_group')")
        assert cursor.fetchone() == (0,)


def test_process_environment_leads_to_the_same_database(process_environment: dict[str, str]) -> None:
    code = (
        "from django.conf import settings; print(settings.DATABASES['default']['NAME'], settings.REDIS_URL)"
    )
    seen = subprocess.run(
        [sys.executable, "-c", code], env=process_environment, capture_output=True, text=True, check=True
    )
    assert seen.stdout.split() == [settings.DATABASES["default"]["NAME"], settings.REDIS_URL]


def test_queue_store_is_this_process_own(queue_store: redis.Redis) -> None:
    queue_store.set("key", "value")
    assert queue_store.connection_pool.connection_kwargs["db"] == settings.SLOT
    assert queue_store.keys() == [b"key"]


def test_sockets_reach_no_other_machine() -> None:
    with (
        socket.socket() as far,
        pytest.raises(SocketConnectBlockedError),
        pytest.warns(UserWarning, match="192.0.2.1"),
    ):
        far.connect(("192.0.2.1", 80))
