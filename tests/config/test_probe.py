"""The containers' own question, asked of real servers as an orchestrator asks it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import redis
from django.conf import settings

from config import probe
from config.embedded.binaries import valkey_program
from config.embedded.places import current
from notica import heartbeat
from tests.house.sources import ROOT
from tests.processes import Launched, free_port

HOST = socket.gethostname()


def ask(*arguments: str, **environment: str) -> tuple[int, str]:
    """The exit code and what was said."""
    command = [sys.executable, "-m", "config.probe", *arguments]
    given = {"PATH": os.environ["PATH"], "REDIS_URL": settings.REDIS_URL, **environment}
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def enlist(store: redis.Redis, queue: str, host: str) -> None:
    """A worker as RQ notes it."""
    store.sadd(f"rq:workers:{queue}", f"rq:worker:{queue}")
    store.hset(f"rq:worker:{queue}", "hostname", host)


def test_clock_is_well_after_a_round_of_its_own(queue_store: redis.Redis) -> None:
    assert ask("clock") == (1, "no round within a minute")
    queue_store.set(heartbeat.KEY, "1")
    assert ask("clock") == (1, "no round within a minute")
    heartbeat.beat(done=True)
    assert ask("clock") == (0, "")


def test_bots_are_well_while_they_are_heard(queue_store: redis.Redis) -> None:
    assert ask("bots") == (1, "nobody hears the bots")
    heartbeat.beat_bots()
    assert ask("bots") == (0, "")


def test_worker_is_well_when_every_queue_has_one_of_this_host(queue_store: redis.Redis) -> None:
    enlist(queue_store, "sms", HOST)
    enlist(queue_store, "email", "another")
    queue_store.sadd("rq:workers:slow", "rq:worker:forgotten")
    assert ask("worker", "sms") == (0, "")
    assert ask("worker", "sms", "email", "slow") == (1, "nobody works email, slow")


def test_lost_store_is_said(tmp_path: Path) -> None:
    code, said = ask("worker", "sms", REDIS_URL=f"unix://{tmp_path}/none.sock")
    assert (code, said) == (1, "FileNotFoundError: [Errno 2] No such file or directory")
    assert ask("clock", REDIS_URL="")[0] == 1


@pytest.mark.parametrize("arguments", [(), ("mail",)])
def test_unknown_question_is_told_what_there_is(arguments: tuple[str, ...]) -> None:
    code, said = ask(*arguments)
    assert (code, "web | clock | bots | worker QUEUE" in said) == (1, True)


def test_store_takes_a_password_and_a_database_over_the_network(tmp_path: Path) -> None:
    port = free_port()
    command = [str(valkey_program(current())), "--port", str(port), "--requirepass", "a b", "--save", ""]
    server = Launched(command, {}, tmp_path)
    try:
        server.wait_for(lambda: "Ready to accept connections" in server.output)
        url = f"redis://:a%20b@127.0.0.1:{port}/3"
        with redis.Redis.from_url(url) as store:
            enlist(store, "sms", HOST)
        assert ask("worker", "sms", REDIS_URL=url) == (0, "")
        assert ask("worker", "sms", REDIS_URL=url[:-1] + "4") == (1, "nobody works sms")
        code, said = ask("worker", "sms", REDIS_URL=url.replace("a%20b", "c"))
        assert (code, said.startswith("ValueError: WRONGPASS")) == (1, True)
    finally:
        server.clear()


@contextmanager
def page(status: int) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A server that answers so; its port, and the paths and hosts that it was asked for."""
    asked: list[tuple[str, str | None]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Host"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_port), asked
        server.shutdown()


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "localhost"),
        ({"PUBLIC_URL": "https://avisos.instituto.es"}, "avisos.instituto.es"),
        ({"PUBLIC_URL": "https://x.es", "ALLOWED_HOSTS": "*, .instituto.es,b.es"}, "instituto.es"),
    ],
)
def test_web_is_asked_by_a_name_that_it_takes(environment: dict[str, str], name: str) -> None:
    with page(200) as (port, asked):
        assert ask("web", PORT=port, **environment) == (0, "")
    assert asked == [("/salud", name)]


def test_web_that_cannot_serve_is_said() -> None:
    with page(503) as (port, _asked):
        assert ask("web", PORT=port) == (1, "/salud: 503")
    assert ask("web", PORT=port) == (1, "ConnectionRefusedError: [Errno 111] Connection refused")


def test_probe_loads_neither_django_nor_the_client() -> None:
    code = "import config.probe, sys; print(sorted({'django', 'redis', 'rq', 'asyncio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), probe.PREFIX) == ("[]", "rq")
