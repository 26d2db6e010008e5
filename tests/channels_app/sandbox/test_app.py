"""The process: how it starts, where it says it is, how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.providers.sandbox import OPENER, ROOT, Sandbox

PARENT = """
import subprocess, sys
command = [sys.executable, "-m", "channels_app.sandbox", "--with-parent", "--state", sys.argv[1], "--log", sys.argv[2]]
subprocess.Popen(command).wait()
"""
Start = Callable[..., Sandbox]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a sandbox of the test's own."""
    started: list[Sandbox] = []

    def start_one(*arguments: str) -> Sandbox:
        started.append(Sandbox().start(tmp_path, *arguments))
        return started[-1]

    yield start_one
    for sandbox in started:
        sandbox.stop()


def send(sandbox: Sandbox, chat: int) -> int:
    """Send by Telegram; the message's number."""
    url = f"{sandbox.environment['TELEGRAM_API_URL']}/bot{sandbox.environment['TELEGRAM_TOKEN']}/sendMessage"
    with OPENER.open(f"{url}?chat_id={chat}&text=Hola", timeout=10) as answer:
        return int(json.loads(answer.read())["result"]["message_id"])


def until(condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


def test_start_says_where_it_is(start: Start, tmp_path: Path) -> None:
    sandbox = start()
    state = json.loads((tmp_path / "sandbox.json").read_text())
    assert sandbox.process is not None
    assert (state["pid"], state["url"]) == (sandbox.process.pid, sandbox.url)
    assert sorted(state["environment"]) == [
        "BOUNCE_ADDRESS",
        "BOUNCE_MAILBOX",
        "EMAIL_FROM",
        "EMAIL_URL",
        "TELEGRAM_API_URL",
        "TELEGRAM_TOKEN",
        "TOKAPP_API_URL",
        "TOKAPP_TOKEN",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_API_URL",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_FROM",
    ]
    assert state["environment"]["EMAIL_URL"].startswith("smtp://127.0.0.1:")


def test_start_on_the_wanted_ports_or_others_if_taken(start: Start) -> None:
    with socket.socket() as taken, socket.socket() as free:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free.bind(("127.0.0.1", 0))
        wanted, blocked = free.getsockname()[1], taken.getsockname()[1]
        free.close()
        sandbox = start("--smtp-port", str(wanted), "--http-port", str(blocked))
        assert sandbox.environment["EMAIL_URL"] == f"smtp://127.0.0.1:{wanted}"
        assert not sandbox.url.endswith(f":{blocked}")
        assert send(sandbox, 1) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=str)
def test_end_on_a_signal_takes_back_the_state_file(start: Start, tmp_path: Path, number: int) -> None:
    sandbox = start()
    assert sandbox.process is not None
    sandbox.process.send_signal(number)
    assert sandbox.process.wait(10) == 0
    assert not (tmp_path / "sandbox.json").exists()


def test_end_does_not_wait_for_those_who_hang(start: Start) -> None:
    sandbox = start()
    sandbox.rule("telegram", "hang")
    host, _, port = sandbox.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        path = "/telegram/bot1000:sandbox/sendMessage?chat_id=1&text=Hola"
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        sandbox.wait_for(lambda entries: entries)
        begin = time.monotonic()
        assert sandbox.stop() == 0
        assert time.monotonic() - begin < 5


def test_killed_one_has_lost_nothing_and_the_next_goes_on(start: Start) -> None:
    first = start()
    assert [send(first, chat) for chat in (1, 2, 3)] == [1, 2, 3]
    assert first.process is not None
    first.process.kill()
    first.process.wait(10)
    second = start()
    assert send(second, 4) == 4
    assert [entry["address"] for entry in second.log()] == ["1", "2", "3", "4"]
    with OPENER.open(f"{second.url}/", timeout=10) as page:
        assert "Chat 2" in page.read().decode()


def test_with_parent_ends_when_the_parent_is_killed(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    arguments = [sys.executable, "-c", PARENT, str(state), str(tmp_path / "log.jsonl")]
    parent = subprocess.Popen(arguments, cwd=ROOT)
    assert until(state.exists)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(10)
    assert until(lambda: not state.exists())


def test_latency_is_waited_for_once_by_commands_that_come_together(start: Start) -> None:
    sandbox = start("--latency-ms", "300")
    host, _, port = sandbox.environment["EMAIL_URL"].removeprefix("smtp://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client, client.makefile("rb") as replies:
        begin = time.monotonic()
        assert replies.readline().startswith(b"220")
        greeted = time.monotonic() - begin
        begin = time.monotonic()
        client.sendall(b"HELO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n")
        codes = [replies.readline()[:3] for _ in range(4)]
        asked = time.monotonic() - begin
        begin = time.monotonic()
        client.sendall(b"Subject: a\r\n\r\nHola\r\n.\r\n")
        codes.append(replies.readline()[:3])
        took = time.monotonic() - begin
    assert codes == [b"250", b"250", b"250", b"354", b"250"]
    assert (greeted >= 0.3, 0.3 <= asked < 1.2, took >= 0.3) == (True, True, True)


def test_latency_comes_before_every_answer(start: Start) -> None:
    sandbox = start("--latency-ms", "150")
    begin = time.monotonic()
    send(sandbox, 1)
    assert time.monotonic() - begin >= 0.15
