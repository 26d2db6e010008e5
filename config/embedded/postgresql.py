"""An own PostgreSQL: its data, its settings, when it is ready."""

import contextlib
import shutil
import signal
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.embedded.binaries import postgresql_program
from config.embedded.errors import EmbeddedError
from config.embedded.places import Places, server_folder
from config.embedded.service import Service

DATABASE = "plumier"
_INITDB = (
    "--username=plumier",
    "--auth=trust",
    "--encoding=UTF8",
    "--data-checksums",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--locale=C",
    "--no-instructions",
)
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "huge_pages": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log must not hold what people wrote nor their numbers.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
}
_LARGE = {"shared_buffers": "512MB", "max_wal_size": "4GB"}


class PostgreSQL(Service):
    """PostgreSQL 18 from the wheel, reached by its socket alone."""

    name = "postgresql"
    title = "PostgreSQL"
    program = "postgres"
    # Fast shutdown, then immediate: see postgres(1).
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)

    def prepare(self) -> None:
        folder = server_folder(self.places, "postgresql")
        if not self._data.is_dir():
            draft = folder / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            sync = () if self.places.durable else ("--no-sync",)
            program = str(postgresql_program(self.places, "initdb"))
            self.run([program, *_INITDB, *sync, "-D", str(draft)])
            draft.rename(self._data)
        version = (self._data / "PG_VERSION").read_text().strip()
        if version != "18":
            raise EmbeddedError(
                f"Los datos de {self._data} son de PostgreSQL {version} y el programa es el 18: "
                "pase los datos con pg_dump o borre la carpeta."
            )
        self._forget_dead()

    def command(self) -> list[str]:
        settings = dict(_SETTINGS) if self.places.durable else _SETTINGS | _NOT_DURABLE
        if self.places.large:
            settings |= _LARGE
        settings["unix_socket_directories"] = str(self.places.sockets)
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(postgresql_program(self.places, "postgres")), "-D", str(self._data), *options]

    def ready(self) -> bool:
        """Whether it answers; the database is made when it is not there."""
        try:
            with psycopg.connect(
                f"host={self.places.sockets} user=plumier dbname=postgres",
                autocommit=True,
                connect_timeout=5,
            ) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if known.fetchone() is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def pid(self) -> int | None:
        return _first_number(self._data / "postmaster.pid")

    @property
    def _data(self) -> Path:
        return self.places.home / "postgresql" / "data"

    def _forget_dead(self) -> None:
        """Drop the marks that a killed server left: its number may be another process's by now."""
        for mark in (self._data / "postmaster.pid", self.places.sockets / ".s.PGSQL.5432.lock"):
            pid = _first_number(mark)
            if pid is not None and not self._is_ours(pid):
                mark.unlink(missing_ok=True)


def _first_number(file: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(file.read_text().split()[0])
    return None


def url(places: Places) -> str:
    """The database's address for Django's settings."""
    return f"postgres://plumier@/{DATABASE}?host={quote(str(places.sockets))}"
