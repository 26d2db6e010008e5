"""One request, and the knowledge of whether it had begun."""

import asyncio
import socket
import time
from typing import NoReturn

import pytest

from channels_app import http as module
from channels_app.http import Answer, HttpSession, is_web_address
from channels_app.network import AnswerLost, NetworkFailure, NotSent
from tests.channels_app.servers import Talk, free_port, serving, silent


async def _failure(url: str, deadline: float = 5.0) -> NetworkFailure:
    http = HttpSession(deadline, limit=1)
    try:
        await http.request("POST", url, body=b"{}", headers={})
    except NetworkFailure as failure:
        return failure
    finally:
        await http.close()
    raise AssertionError("it was answered")


def _answering(data: bytes) -> object:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(data)
        await writer.drain()

    return talk


async def _failed_by(data: bytes) -> NetworkFailure:
    async with serving(_answering(data)) as port:  # type: ignore[arg-type]
        return await _failure(f"http://127.0.0.1:{port}/")


async def test_nobody_listening_is_not_sent() -> None:
    failure = await _failure(f"http://127.0.0.1:{await free_port()}/")
    assert (type(failure), failure.code) == (NotSent, "network.connect")


async def test_a_name_without_address_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*args: object, **kwargs: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    failure = await _failure("http://proveedor.example/")
    assert (type(failure), failure.code) == (NotSent, "network.dns")


async def test_no_tls_is_not_sent() -> None:
    async with serving(_answering(b"")) as port:  # type: ignore[arg-type]
        failure = await _failure(f"https://127.0.0.1:{port}/", deadline=1.0)
    assert type(failure) is NotSent


async def test_a_plain_answer_to_tls_is_not_sent() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with serving(talk) as port:
        failure = await _failure(f"https://127.0.0.1:{port}/")
    assert (type(failure), failure.code) == (NotSent, "network.tls")


async def test_a_handshake_that_never_ends_is_not_sent_and_in_time() -> None:
    async with serving(silent) as port:
        started = time.monotonic()
        failure = await _failure(f"https://127.0.0.1:{port}/", deadline=0.3)
        took = time.monotonic() - started
    assert (type(failure), failure.code, took < 10) == (NotSent, "network.no_time", True)


async def test_an_answer_that_never_comes_is_lost_in_time() -> None:
    async with serving(silent) as port:
        started = time.monotonic()
        failure = await _failure(f"http://127.0.0.1:{port}/", deadline=0.3)
        took = time.monotonic() - started
    assert (type(failure), failure.code, took < 10) == (AnswerLost, "network.timeout", True)


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf", b"HTTP/1.1 200", b"nonsense\r\n\r\n"],
    ids=["closed", "half a body", "half a line", "no HTTP"],
)
async def test_a_connection_cut_after_the_request_is_a_lost_answer(said: bytes) -> None:
    failure = await _failed_by(said)
    assert (type(failure), failure.code) == (AnswerLost, "network.lost_answer")


async def test_an_address_that_is_none_is_not_sent() -> None:
    assert type(await _failure("http://")) is NotSent


async def test_waiting_for_a_connection_is_not_sent() -> None:
    async with serving(silent) as port:
        http = HttpSession(0.3, limit=1)
        url = f"http://127.0.0.1:{port}/"
        asked = [http.request("POST", url, body=b"{}", headers={}) for _ in range(2)]
        failures = await asyncio.gather(*asked, return_exceptions=True)
        await http.close()
    assert [failure.code for failure in failures if isinstance(failure, NetworkFailure)] == [
        "network.timeout",
        "network.no_time",
    ]


def _counting(opened: list[int], data: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(0)
        while True:
            await reader.readuntil(b"{}")
            opened[-1] += 1
            writer.write(data)

    return talk


async def test_requests_share_connections_up_to_the_limit() -> None:
    opened: list[int] = []
    async with serving(_counting(opened)) as port:
        http = HttpSession(5.0, limit=3)
        asked = [http.request("POST", f"http://127.0.0.1:{port}/", body=b"{}", headers={}) for _ in range(60)]
        answers = await asyncio.gather(*asked)
        await http.close()
    assert ([answer.status for answer in answers], len(opened), sum(opened)) == ([200] * 60, 3, 60)


async def test_a_connection_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    async with serving(_counting(opened)) as port:
        http = HttpSession(5.0, limit=3)
        for seconds in (10.0, 10.0, 0.0):
            monkeypatch.setattr(module, "KEEP_ALIVE_SECONDS", seconds)
            await http.request("POST", f"http://127.0.0.1:{port}/", body=b"{}", headers={})
        await http.close()
    assert opened == [2, 1]


async def test_a_request_given_up_leaves_no_answer_for_the_next() -> None:
    asked: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"}"))
        if len(asked) == 1:
            await reader.read()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond")
        await writer.drain()

    async with serving(talk) as port:
        http = HttpSession(5.0, limit=1)
        url = f"http://127.0.0.1:{port}/"
        with pytest.raises(AnswerLost):
            await http.request("POST", url, body=b"{}", headers={}, deadline=0.2)
        answer = await http.request("POST", url, body=b"{}", headers={})
        await http.close()
    assert (answer.body, len(asked)) == (b"second", 2)


async def test_a_redirect_is_not_followed() -> None:
    data = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
    async with serving(_answering(data)) as port:  # type: ignore[arg-type]
        http = HttpSession(5.0, limit=1)
        answer = await http.request("POST", f"http://127.0.0.1:{port}/", body=b"{}", headers={})
        await http.close()
    assert answer.status == 302


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("1.5", 1.5),
        ("", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-1", None),
        ("inf", None),
    ],
)
def test_retry_after_is_a_number_of_seconds(header: str, seconds: float | None) -> None:
    assert Answer(429, b"", ((b"Retry-after", header.encode()),)).retry_after == seconds


def test_a_body_of_other_bytes_is_still_text() -> None:
    assert Answer(200, b"a\xff", ()).text == "a\ufffd"


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("https://api.example", True),
        ("http://127.0.0.1:80/x", True),
        ("api.example", False),
        ("ftp://x", False),
        ("http://", False),
        ("http://[", False),
    ],
)
def test_is_web_address(value: str, right: bool) -> None:
    assert is_web_address(value) is right
