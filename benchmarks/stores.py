"""The run's own database and queues: made before, emptied between two measurements, dropped after."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import redis
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

# What production's own settings say too; the own Valkey's is stricter, which queues of others would suffer from.
_VALKEY_SETTINGS = {"appendfsync": "everysec"}
_SHOWN = ("fsync", "synchronous_commit", "shared_buffers", "max_wal_size", "autovacuum")


@contextmanager
def stores() -> Iterator[None]:
    """An empty, migrated database and an empty Valkey inside the block; neither is left behind."""
    _drop()
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(_name()))
    try:
        call_command("migrate", verbosity=0)
        with queue_store() as store:
            store.flushall()
            for name, value in _VALKEY_SETTINGS.items():
                store.config_set(name, value)
        yield
    finally:
        with queue_store() as store:
            store.flushall()
        _drop()


def queue_store() -> "redis.Redis":
    """A connection to the own Valkey."""
    return redis.Redis.from_url(settings.REDIS_URL)


def empty() -> None:
    """No messages, no deliveries, no jobs; the register stays."""
    _with_tables("TRUNCATE {} CASCADE", "notica", "post_office")
    with queue_store() as store:
        store.flushall()


def analyze() -> None:
    """Tell the planner of the rows of a message, as autovacuum would in a minute: nobody runs on stale statistics."""
    _with_tables("ANALYZE {}", "notica")


def _with_tables(statement: str, *labels: str) -> None:
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    names = sql.SQL(", ").join(sql.Identifier(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(names).as_string())


def settings_shown() -> dict[str, str]:
    """How the servers are set, for the report."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) name", [list(_SHOWN)])
        return dict(cursor.fetchall())


def versions() -> dict[str, str]:
    """PostgreSQL's and Valkey's."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgresql = str(cursor.fetchone()[0])
    with queue_store() as store:
        info = store.info("server")
    return {"postgresql": postgresql, "valkey": str(info.get("valkey_version") or info["redis_version"])}


def _name() -> sql.Identifier:
    return sql.Identifier(settings.DATABASES["default"]["NAME"])


def _drop() -> None:
    connection.close()
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_name()))


def _server() -> psycopg.Connection[tuple[object, ...]]:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    for unknown in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(unknown, None)
    return psycopg.connect(**parameters, autocommit=True)
