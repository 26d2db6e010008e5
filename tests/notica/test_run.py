"""`manage.py run` and `work` as whole process trees: pages, kills, signals, and nothing left behind."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.management import CommandError, call_command

from notica.worker import unworked
from tests.processes import Launched, eventually, free_port

QUEUES = list(settings.QUEUES)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def launch(
    transactional_db: None, queue_store: redis.Redis, process_environment: dict[str, str], port: int
) -> Iterator[list[Launched]]:
    """What is launched in the test, and is gone after it."""
    launched: list[Launched] = []
    yield launched
    for one in launched:
        one.clear()


@pytest.fixture
def manage(launch: list[Launched], process_environment: dict[str, str], port: int) -> "Manage":
    return Manage(launch, {**process_environment, "PORT": str(port), "SECRET_KEY": "no trial"})


class Manage:
    """Starts commands of `manage.py`."""

    def __init__(self, launched: list[Launched], environment: dict[str, str]) -> None:
        self._launched, self._environment = launched, environment

    def __call__(self, *arguments: str) -> Launched:
        command = [sys.executable, "manage.py", *arguments]
        self._launched.append(Launched(command, self._environment))
        return self._launched[-1]


def answer(port: int, path: str) -> int:
    """The status of a page; 0 when nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def whole(run: Launched, port: int, store: redis.Redis) -> bool:
    """Whether every queue is worked, the clock has gone round and the pages are served."""
    clock = bool(store.exists("plumier:clock"))
    return clock and unworked(store, settings.QUEUES) == [] and answer(port, "/salud") == 200


def listens(run: Launched, number: signal.Signals) -> bool:
    """Whether the process has a handler of its own for a signal: from here on it starts its children."""
    caught = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{run.pid}/status").read_text(), re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (number - 1) & 1)


def test_run_serves_works_and_starts_again_what_is_killed(
    manage: Manage, port: int, queue_store: redis.Redis
) -> None:
    run = manage("run")
    run.wait_for(lambda: whole(run, port, queue_store))
    assert f"En http://127.0.0.1:{port} · Ctrl-C para terminar." in run.output
    assert [answer(port, path) for path in ("/salud", "/entrar/")] == [200, 200]
    first = run.children
    assert len(first) == len(QUEUES) + 2
    for number, child in enumerate(first, start=1):
        os.kill(child, signal.SIGKILL)
        queue_store.flushdb()
        run.wait_for(lambda: len(set(run.children) - set(first)) == number)  # noqa: B023
    run.wait_for(lambda: whole(run, port, queue_store))
    second = run.children
    assert (set(first) & set(second), len(second)) == (set(), len(first))
    names = [*(f"worker of {name}" for name in QUEUES), "clock", "web"]
    assert [
        name for name in names if f"the {name} ended with -9 and is started again" not in run.output
    ] == []
    assert (run.end(signal.SIGTERM), run.left()) == (0, [])
    assert answer(port, "/salud") == 0


@pytest.mark.parametrize(
    ("numbers", "group"),
    [
        ([signal.SIGINT], True),
        ([signal.SIGTERM], True),
        ([signal.SIGTERM, signal.SIGTERM], False),
        ([signal.SIGINT, signal.SIGINT, signal.SIGTERM], True),
    ],
)
def test_run_ends_cleanly_however_it_is_told(
    manage: Manage, port: int, queue_store: redis.Redis, numbers: list[signal.Signals], group: bool
) -> None:
    run = manage("run")
    run.wait_for(lambda: whole(run, port, queue_store))
    assert (run.end(*numbers, group=group), run.left()) == (0, [])
    assert "Traceback" not in run.output
    assert run.output.endswith("los envíos en curso acaban antes, en poco más de un minuto a lo sumo.\n")
    assert unworked(queue_store, settings.QUEUES) == QUEUES


def test_run_told_to_end_while_it_starts_leaves_nobody(manage: Manage) -> None:
    run = manage("run")
    run.wait_for(lambda: listens(run, signal.SIGTERM))
    assert (run.end(signal.SIGTERM), run.left()) == (0, [])
    assert "Traceback" not in run.output


def test_run_interrupted_before_it_starts_anybody_says_nothing(manage: Manage) -> None:
    run = manage("run")
    run.wait_for(lambda: "httptools" in Path(f"/proc/{run.pid}/maps").read_text())
    assert (run.end(signal.SIGINT) in (0, 130), run.left(), "Traceback" in run.output) == (True, [], False)


def test_killed_run_leaves_nobody(manage: Manage, port: int, queue_store: redis.Redis) -> None:
    run = manage("run")
    run.wait_for(lambda: whole(run, port, queue_store))
    assert (run.end(signal.SIGKILL), len(run.known) >= len(QUEUES) + 3) == (-signal.SIGKILL, True)
    eventually(
        lambda: run.left() == [], lambda: [Path(f"/proc/{pid}/cmdline").read_text() for pid in run.left()]
    )


def test_work_takes_a_number_of_workers_for_a_queue(manage: Manage, queue_store: redis.Redis) -> None:
    work = manage("work", "tokapp:2", "sms", "--no-clock")
    workers = "rq:workers:tokapp"
    work.wait_for(lambda: queue_store.scard(workers) == 2 and queue_store.scard("rq:workers:sms") == 1)
    assert len(work.children) == 3
    assert (work.end(signal.SIGTERM), work.left(), queue_store.scard(workers)) == (0, [], 0)


@pytest.mark.parametrize(
    ("queue", "sentence"),
    [
        ("sms:0", "«sms:0»: tras los dos puntos va un número del 1 al 64"),
        ("sms:", "«sms:»: tras los dos puntos va un número del 1 al 64"),
        ("sms:2000", "«sms:2000»: tras los dos puntos va un número del 1 al 64"),
        ("fax", "no hay ninguna cola «fax»: telegram, tokapp, email, sms, fanout, slow"),
    ],
)
def test_work_says_what_is_wrong_with_a_queue(queue: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=f"{sentence}$"):
        call_command("work", queue)


def test_clock_ends_with_its_round(manage: Manage, queue_store: redis.Redis) -> None:
    clock = manage("clock")
    clock.wait_for(lambda: queue_store.exists("plumier:clock"))
    assert (clock.end(signal.SIGTERM), clock.output) == (0, "")
