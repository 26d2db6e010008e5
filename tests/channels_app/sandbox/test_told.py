"""Posts of the sandbox's own accord."""

import asyncio
import socket

import pytest

from channels_app.sandbox import told as module
from channels_app.sandbox.told import News, Teller, is_here
from tests.channels_app.sandbox.receiver import Receiver


def news(to: str) -> News:
    return News("receipt", "+34600111222", "SM1", "sent", to)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000/x", True),
        ("http://127.9.9.9/", True),
        ("http://[::1]:8000/", True),
        ("http://localhost:8000/", True),
        ("https://escuela.localhost/", True),
        ("http://127.0.0.1.example.com/", False),
        ("http://192.168.1.2/", False),
        ("http://169.254.169.254/latest", False),
        ("http://user@example.es/", False),
        ("http://[bad/", False),
        ("", False),
    ],
)
def test_is_here_is_this_machine_alone(url: str, here: bool) -> None:
    assert is_here(url) is here


async def test_post_arrives_and_is_remembered(receiver: Receiver) -> None:
    teller = Teller()
    heard = await teller.post(news(receiver.url), {"X-A": "1"}, b"hola")
    assert (heard.well, receiver.requests[0].body, receiver.requests[0].headers["x-a"]) == (
        True,
        b"hola",
        "1",
    )
    [told] = teller.told()
    assert told | {"at": ""} == {
        "number": 1,
        "at": "",
        "kind": "receipt",
        "address": "+34600111222",
        "id": "SM1",
        "what": "sent",
        "to": receiver.url,
        "status": 204,
        "error": "",
    }
    assert (teller.told("bounce"), teller.told(since=1), teller.last) == ([], [], 1)


async def test_post_gives_up_on_who_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        heard = await Teller().post(news(f"http://127.0.0.1:{silent.getsockname()[1]}/"), {}, b"")
    assert (heard.status, heard.error) == (0, "timeout")


async def test_later_is_bounded_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    teller, done = Teller(), []

    async def work() -> None:
        done.append(1)

    assert [teller.later(seconds, work) for seconds in (0.05, 0.05, 0)] == [True, True, False]
    teller.forget()
    assert teller.later(0, work) is True
    await asyncio.sleep(0.1)  # what was forgotten would have been done by now
    assert done == [1]
