"""Every command of docker-compose.yml and of the image, run without Docker.

In a folder that holds what .dockerignore lets in, with the environment that the compose file gives: only the
servers' addresses, the folder of the data and the port are this machine's.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from django.conf import settings
from psycopg import sql
from rq import Queue
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.serializers import JSONSerializer

from config.embedded import keeper, places, postgresql
from config.embedded.binaries import postgresql_program, valkey_program
from tests.config import compose
from tests.config.embedded.conftest import own_environment
from tests.house.sources import ROOT
from tests.processes import Launched, eventually, free_port

__all__ = ["own_environment"]

GIVEN = {
    "SECRET_KEY": "0123456789" * 5,
    "DATABASE_PASSWORD": "clave",
    "PUBLIC_URL": "https://avisos.example",
    "TRUSTED_PROXIES": "127.0.0.1",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "EMAIL_FROM": "avisos@instituto.example",
}
DATABASE = f"compose_{settings.SLOT}"
RUNNING = ["web", *(f"worker-{name}" for name in settings.QUEUES), "clock"]
PROXIED = {"Host": "avisos.example", "X-Forwarded-Proto": "https"}


@dataclass
class Host:
    """A machine with the image's folder, the servers and a port."""

    app: Path
    data: Path
    port: int
    up: dict[str, Launched] = field(default_factory=dict)

    def environment(self, name: str) -> dict[str, str]:
        """The container's, with this machine's addresses in the place of the containers'."""
        given = compose.services(GIVEN)[name]["environment"]
        assert (urlsplit(given["DATABASE_URL"]).hostname, urlsplit(given["REDIS_URL"]).hostname) == (
            "db",
            "redis",
        )
        own = {
            "DATABASE_URL": postgresql.url(places.current()).replace(
                f"/{postgresql.DATABASE}?", f"/{DATABASE}?"
            ),
            "REDIS_URL": settings.REDIS_URL,
            "DATA_DIR": str(self.data),
            "PORT": str(self.port),
        }
        image = {**compose.image_environment(), "PATH": f"{Path(sys.executable).parent}:{os.defpath}"}
        return {**image, **given, **own}

    def start(self, name: str) -> Launched:
        """The service's command."""
        command = compose.services(GIVEN)[name]["command"]
        self.up[name] = Launched(command, self.environment(name), self.app)
        return self.up[name]

    def run(self, name: str, *command: str) -> "subprocess.CompletedProcess[str]":
        """A command in a container of the service, to its end."""
        environment = self.environment(name)
        return subprocess.run(
            command, cwd=self.app, env=environment, capture_output=True, text=True, timeout=60
        )

    def is_well(self, name: str) -> bool:
        """What the service's own health check says."""
        return self.run(name, *compose.health_command(compose.services(GIVEN)[name])).returncode == 0

    def get(self, path: str) -> tuple[int, bytes]:
        """A page as the proxy asks for it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers=PROXIED)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def output(self) -> str:
        """What all have written."""
        return "\n".join(f"{name}: {one.output}" for name, one in self.up.items())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image's /app holds."""
    folder = tmp_path_factory.mktemp("image") / "app"
    for path in ROOT.iterdir():
        if compose.in_context(path) and path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif compose.in_context(path):
            folder.mkdir(exist_ok=True, parents=True)
            shutil.copy(path, folder)
    build = compose.instruction("RUN").replace("python ", f"{sys.executable} ")
    assert "manage.py collectstatic" in build
    done = subprocess.run(["/bin/sh", "-c", build], cwd=folder, env={}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture
def host(app: Path, tmp_path: Path, transactional_db: None, queue_store: redis.Redis) -> Iterator[Host]:
    """Everything but the containers; an empty database and empty queues."""
    server = f"host={places.current().sockets} user=plumier dbname=postgres"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(drop)
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        host = Host(app, tmp_path / "data", free_port())
        yield host
        for one in host.up.values():
            one.clear()
        admin.execute(drop)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "__pycache__" not in path.parts}


def test_all_services_start_work_and_end(host: Host, app: Path, queue_store: redis.Redis) -> None:
    before = files(app)
    migrating = host.start("migrate")
    assert migrating.process.wait(120) == 0, migrating.output
    for name in RUNNING:
        host.start(name)
    eventually(lambda: all(host.is_well(name) for name in RUNNING), host.output)
    assert host.get("/salud")[0] == 200
    assert b'"status": "ok"' in host.get("/salud")[1]
    status, page = host.get("/entrar/")
    style = re.search(rb'href="(/static/plumier\.[0-9a-f]+\.css)"', page)
    assert (status, style is not None) == (200, True)
    assert style is not None
    assert host.get(style[1].decode())[0] == 200
    queues = {
        name: Queue(name, connection=queue_store, serializer=JSONSerializer) for name in settings.QUEUES
    }
    jobs = {name: ("notica.delivery.drain", name) for name in settings.CHANNELS}
    for name, (job, argument) in (
        jobs | {"fanout": ("notica.fanout.fan_out", 7), "slow": ("math.sqrt", 4)}
    ).items():
        queues[name].enqueue(job, argument, result_ttl=0)
    drains = [StartedJobRegistry(queue=queues[name]) for name in settings.CHANNELS]
    eventually(lambda: all(len(started) == 1 for started in drains), host.output)
    eventually(lambda: all(queue.count == 0 for queue in queues.values()), host.output)
    eventually(lambda: not any(len(StartedJobRegistry(queue=queues[name])) for name in ("fanout", "slow")))
    for one in host.up.values():
        one.look()
        if one is not migrating:
            one.process.send_signal(signal.SIGTERM)
    ended = {name: host.up[name].process.wait(120) for name in RUNNING}
    assert ended == dict.fromkeys(RUNNING, 0), host.output()
    assert {name: one.left() for name, one in host.up.items() if one.left()} == {}
    assert [queue.name for queue in queues.values() if len(FailedJobRegistry(queue=queue))] == []
    assert (files(app), "Traceback" in host.output()) == (before, False)
    assert [name for name in RUNNING if host.is_well(name)] == ["clock"]  # for a minute after its last round


def test_environment_of_the_file_passes_the_checks_of_a_deployment(host: Host) -> None:
    done = host.run("web", "python", "manage.py", "check", "--deploy", "--fail-level", "ERROR")
    assert (done.returncode, "plumier." in done.stderr) == (0, False), done.stderr


def test_services_wait_in_words_for_what_is_missing(host: Host) -> None:
    """Not migrated: each says so and ends, to be started again."""
    for name in ("worker-sms", "clock"):
        done = host.run(
            name, *compose.services(GIVEN)[name]["command"][:3], *(["sms"] if name != "clock" else [])
        )
        assert (done.returncode, "ejecute «manage.py migrate»" in done.stderr) == (1, True)


def test_database_takes_its_settings_and_is_asked_by_address(
    own_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = compose.services(GIVEN)["db"]
    told = dict(word.split("=") for word in service["command"] if "=" in word)
    assert service["command"] == [
        "postgres",
        *(part for pair in told.items() for part in ("-c", "=".join(pair))),
    ]
    monkeypatch.setenv("PGPORT", str(free_port()))
    reached = {"listen_addresses": "127.0.0.1", "port": os.environ["PGPORT"]}
    monkeypatch.setattr(postgresql, "_SETTINGS", {**postgresql._SETTINGS, **reached, **told})
    server = keeper.SERVICES["postgresql"](places.prepare())
    program = postgresql_program(server.places, "pg_isready").parent
    asking = {"PATH": str(program), "PGPORT": os.environ["PGPORT"]}
    health = compose.health_command(service)
    server.ensure()
    try:
        with psycopg.connect(f"host={server.places.sockets} user=plumier dbname=plumier") as asked:
            shown = {name: asked.execute(f"SHOW {name}").fetchone() for name in told}
        well = subprocess.run([program / health[0], *health[1:]], env=asking).returncode
    finally:
        server.stop()
    gone = subprocess.run([program / health[0], *health[1:]], env=asking).returncode
    assert (shown, well, gone) == ({name: (value,) for name, value in told.items()}, 0, 2)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[Launched, int]]:
    """The compose file's own command, on a port of its own."""
    command = compose.services(GIVEN)["redis"]["command"]
    port = free_port()
    folder = valkey_program(places.current()).parent
    server = Launched([str(folder / command[0]), *command[1:], "--port", str(port)], {}, tmp_path)
    server.wait_for(lambda: "Ready to accept connections" in server.output)
    yield server, port
    server.clear()


def test_queues_survive_their_servers_end(valkey: tuple[Launched, int], tmp_path: Path) -> None:
    server, port = valkey
    with redis.Redis(port=port) as store:
        store.set("kept", "yes")
        assert store.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert server.end(signal.SIGTERM) == 0
    again = Launched(server.process.args, {}, tmp_path)  # type: ignore[arg-type]
    try:
        again.wait_for(lambda: "Ready to accept connections" in again.output)
        with redis.Redis(port=port) as store:
            assert store.get("kept") == b"yes"
    finally:
        again.clear()


def test_queues_are_asked_by_their_own_client(valkey: tuple[Launched, int]) -> None:
    client = shutil.which("valkey-cli") or shutil.which("redis-cli")
    if client is None:
        pytest.skip("No valkey-cli here: apt install redis-tools")
    server, port = valkey
    *shell, line = compose.health_command(compose.services(GIVEN)["redis"])
    asking = [*shell, line.replace("valkey-cli", f"{client} -p {port}")]
    assert subprocess.run(asking).returncode == 0
    server.end(signal.SIGTERM)
    assert subprocess.run(asking, stderr=subprocess.DEVNULL).returncode == 1
