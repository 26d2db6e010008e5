"""The test database: migrated once, cloned for every process, emptied quickly, with a clock that can be moved."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from config.embedded import places

_CLOCK = """
CREATE TABLE test_clock (shift interval NOT NULL, frozen timestamptz);
INSERT INTO test_clock VALUES ('0', NULL);
CREATE OR REPLACE FUNCTION plumier_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS 'SELECT coalesce(frozen, statement_timestamp() + shift) FROM test_clock';
CREATE TABLE test_kept (name text);
"""
# What the migrations filled in stays; the rest is emptied.
_REMEMBER = """
DO $$ DECLARE name text; filled bool; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF filled THEN INSERT INTO test_kept VALUES (name); END IF;
    END LOOP;
END $$
"""
# A table that never had a row has no pages; deleting few rows is faster than truncating.
_EMPTY = """
DO $$ DECLARE name regclass; BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    PERFORM set_config('lock_timeout', '10s', true);
    FOR name IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0
        AND c.relname NOT IN ('test_kept', 'test_clock') AND c.relname NOT IN (SELECT k.name FROM test_kept k)
    LOOP
        IF pg_relation_size(name) > 262144 THEN EXECUTE format('TRUNCATE %s CASCADE', name);
        ELSE EXECUTE format('DELETE FROM %s', name); END IF;
    END LOOP;
    UPDATE test_clock SET shift = '0', frozen = NULL WHERE shift <> '0' OR frozen IS NOT NULL;
END $$
"""


def create() -> None:
    """Make this process's database anew from the migrated template."""
    name = sql.Identifier(settings.DATABASES["default"]["NAME"])
    with _template() as template, _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))


def drop() -> None:
    """Remove this process's database."""
    connection.close()
    name = sql.Identifier(settings.DATABASES["default"]["NAME"])
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def empty() -> None:
    """Delete what a test committed, and put the clock right."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)


class DatabaseClock:
    """Moves `plumier_now()` for every process that is connected to the test's database."""

    def advance(self, by: timedelta) -> None:
        """Let `by` have passed."""
        self._execute("UPDATE test_clock SET shift = shift + %s, frozen = frozen + %s", [by, by])

    def set(self, moment: datetime) -> None:
        """Let it be `moment`, and the time run on from there."""
        self._execute("UPDATE test_clock SET shift = %s - statement_timestamp(), frozen = NULL", [moment])

    def freeze(self, moment: datetime) -> None:
        """Let it be `moment` until told otherwise."""
        self._execute("UPDATE test_clock SET frozen = %s", [moment])

    def now(self) -> datetime:
        """What `plumier_now()` says."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT plumier_now()")
            row: tuple[datetime] = cursor.fetchone()
        return row[0]

    def _execute(self, statement: str, parameters: list[object]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


@contextmanager
def _template() -> Iterator[str]:
    """The migrated template's name; nobody else makes or copies one meanwhile."""
    name = f"template_{_digest()}"
    with (places.var_folder() / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _server() as server:
            known = server.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"
            ).fetchall()
        if (name,) not in known:
            _build(name, [old for (old,) in known])
        yield name


def _build(name: str, old: list[str]) -> None:
    with _server() as server:
        for unused in [*old, "building"]:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(unused)))
        server.execute("CREATE DATABASE building")
    connection.close()
    own = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = "building"
    try:
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(_CLOCK)
            cursor.execute(_REMEMBER)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
    with _server() as server:
        server.execute(sql.SQL("ALTER DATABASE building RENAME TO {}").format(sql.Identifier(name)))


def _digest() -> str:
    """Tells one state of all migrations, and of this file, from another."""
    files = [Path(__file__)]
    for app in apps.get_app_configs():
        files += sorted((Path(app.path) / "migrations").glob("*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _server() -> psycopg.Connection[tuple[object, ...]]:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    for unknown in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(unknown, None)
    return psycopg.connect(**parameters, autocommit=True)
