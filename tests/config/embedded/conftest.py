"""Own servers in a temporary folder, apart from the trial's and from the tests'."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import places, postgresql, valkey
from config.embedded.keeper import SERVICES
from config.embedded.places import Places

_SECONDS = 60.0
_USER = (
    "import sys; from config import embedded; embedded.start_servers();"
    " print('ready', flush=True); sys.stdin.read()"
)


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it becomes true before the deadline."""
    deadline = time.monotonic() + _SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class OwnServers:
    """The servers of one folder, used by processes that this starts and ends."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.users: list[subprocess.Popen[str]] = []

    @property
    def places(self) -> Places:
        return places.current()

    def launch(self) -> subprocess.Popen[str]:
        """A command that needs both servers, not yet served."""
        user = subprocess.Popen(
            [sys.executable, "-c", _USER],
            cwd=self.checkout,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.users.append(user)
        return user

    def served(self, user: subprocess.Popen[str]) -> str:
        """What it says once it is served: `ready`, or why not."""
        assert user.stdout is not None
        return user.stdout.readline().strip()

    def use(self) -> subprocess.Popen[str]:
        user = self.launch()
        assert self.served(user) == "ready"
        return user

    def end(self, user: subprocess.Popen[str]) -> None:
        user.communicate()

    def pids(self) -> dict[str, int | None]:
        return {name: SERVICES[name](self.places).pid() for name in ("postgresql", "valkey")}

    def keeper_pid(self) -> int:
        """Who holds the keeper's lock open."""
        lock = str(self.places.lock("keeper"))
        for process in Path("/proc").glob("[0-9]*"):
            if any(_target(link) == lock for link in _links(process / "fd")):
                return int(process.name)
        raise LookupError("no keeper")

    def running(self) -> dict[str, bool]:
        return {name: SERVICES[name](self.places).running() for name in ("postgresql", "valkey")}

    def stopped(self) -> bool:
        return not any(self.running().values())

    def database(self) -> psycopg.Connection[tuple[object, ...]]:
        url = postgresql.url(self.places).replace("postgres://", "postgresql://")
        return psycopg.connect(url, autocommit=True)

    def queues(self) -> redis.Redis:
        return redis.Redis.from_url(valkey.url(self.places))

    def clear(self) -> None:
        for user in self.users:
            self.end(user)
        if self.places.home.is_dir():
            assert eventually(self.stopped)
        for folder in (self.places.home, self.places.sockets):
            shutil.rmtree(folder, ignore_errors=True)


def kill(*pids: int | None) -> None:
    for pid in pids:
        assert pid is not None
        os.kill(pid, signal.SIGKILL)


def _links(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


@pytest.fixture
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A trial in a folder of its own, with nothing configured."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLUMIER_PROFILE", "trial")
    monkeypatch.setenv("PLUMIER_VAR", str(tmp_path / "var"))
    yield
    made = places.current()
    for folder in (made.home, made.sockets):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_servers(own_environment: None) -> Iterator[OwnServers]:
    servers = OwnServers(places.CHECKOUT)
    yield servers
    servers.clear()
