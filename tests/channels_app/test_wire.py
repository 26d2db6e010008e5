"""One connection, asked one thing at a time."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from channels_app import wire as module
from channels_app.wire import Lost, Origin, Received, Wire, connected, written
from tests.channels_app.servers import serving

REQUEST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def _wire(*said: bytes, close: bool = True) -> AsyncIterator[Wire]:
    """A connection to a server that says these in turn, one for each request."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for each in said:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(each)
            await writer.drain()
        if not close:
            await reader.read()

    async with serving(talk) as port:
        wire = await connected(Origin(False, "127.0.0.1", port))
        yield wire
        wire.close()


async def _asked(wire: Wire) -> Received:
    return await asyncio.wait_for(wire.ask(REQUEST), 10)


@pytest.mark.parametrize(
    ("said", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhola", b"hola"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nho\r\n2\r\nla\r\n0\r\n\r\n", b"hola"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhola", b"hola"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
    ],
    ids=["length", "chunks", "continue first", "empty"],
)
async def test_a_whole_answer_leaves_it_free_for_the_next(said: bytes, body: bytes) -> None:
    async with _wire(said, said, close=False) as wire:
        for _ in range(2):
            received = await _asked(wire)
            assert (received.status, received.body, wire.is_free) == (200, body, True)


async def test_an_answer_in_pieces_is_put_together() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for byte in b"HTTP/1.1 201 Created\r\nX-A: b\r\nContent-Length: 4\r\n\r\nhola":
            writer.write(bytes([byte]))
            await writer.drain()
        await reader.read()

    async with serving(talk) as port:
        wire = await connected(Origin(False, "127.0.0.1", port))
        received = await _asked(wire)
        wire.close()
    assert received == Received(201, ((b"X-A", b"b"), (b"Content-Length", b"4")), b"hola")


async def test_a_body_without_a_length_ends_with_the_connection() -> None:
    async with _wire(b"HTTP/1.1 200 OK\r\n\r\nhola") as wire:
        received = await _asked(wire)
        assert (received.body, wire.is_free) == (b"hola", False)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore",
    ],
    ids=["close", "1.0", "two answers", "something more"],
)
async def test_after_an_answer_that_says_so_or_too_much_it_is_not_used_again(said: bytes) -> None:
    async with _wire(said, close=False) as wire:
        assert ((await _asked(wire)).status, wire.is_free) == (200, False)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhola",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhola",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        b"220 ready\r\n",
    ],
    ids=["nothing", "half a body", "half a chunk", "another protocol", "no HTTP"],
)
async def test_less_than_an_answer_is_lost(said: bytes) -> None:
    async with _wire(said) as wire:
        with pytest.raises(Lost):
            await _asked(wire)
        assert not wire.is_free


async def test_an_answer_beyond_all_measure_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_ANSWER", 3)
    async with _wire(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhola") as wire:
        with pytest.raises(Lost):
            await _asked(wire)


async def test_words_that_nobody_asked_for_end_it() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async with serving(talk) as port:
        wire = await connected(Origin(False, "127.0.0.1", port))
        async with asyncio.timeout(10):
            while wire.is_free:
                await asyncio.sleep(0.001)
        wire.close()


def test_written_is_a_request() -> None:
    origin, request = written("POST", "https://api.example/a b/ñ?q=1", {"X-A": "b"}, b"hola")
    assert origin == Origin(True, "api.example", 443)
    assert request == (
        b"POST /a%20b/%C3%B1?q=1 HTTP/1.1\r\nHost: api.example\r\nX-A: b\r\nContent-Length: 4\r\n\r\nhola"
    )


@pytest.mark.parametrize(
    ("url", "origin", "host"),
    [
        ("http://127.0.0.1:8080", Origin(False, "127.0.0.1", 8080), b"127.0.0.1:8080"),
        ("http://[::1]:80/", Origin(False, "::1", 80), b"[::1]:80"),
        ("https://ñu.example/", Origin(True, "xn--u-qga.example", 443), b"xn--u-qga.example"),
    ],
)
def test_written_goes_where_the_address_says(url: str, origin: Origin, host: bytes) -> None:
    found, request = written("GET", url, {}, b"")
    assert (found, request.split(b"\r\n")[:2]) == (origin, [b"GET / HTTP/1.1", b"Host: " + host])


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("http://", {}),
        ("ftp://x.example/", {}),
        ("http://x.example:99999/", {}),
        ("http://x.example/?a=ñ", {}),
        ("http://x.example/", {"X-A": "b\r\nX-C: d"}),
        ("http://x.example/", {"X-A": "ñ"}),
    ],
)
def test_written_refuses_what_is_no_request(url: str, headers: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        written("POST", url, headers, b"")


async def test_a_trusted_certificate_is_spoken_to_over_tls(certificate: Path, trusted: None) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000)
            await writer.drain()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context) as server:
        wire = await connected(Origin(True, "localhost", server.sockets[0].getsockname()[1]))
        for _ in range(2):
            received = await _asked(wire)
            assert (received.status, len(received.body), wire.is_free) == (200, 100_000, True)
        wire.close()


async def test_a_certificate_of_another_host_is_refused(certificate: Path, trusted: None) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            await connected(Origin(True, "127.0.0.1", server.sockets[0].getsockname()[1]))
