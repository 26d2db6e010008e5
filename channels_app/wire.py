"""One HTTP/1.1 connection to a provider, kept open for one request after the other.

A client library spends on a request three times the processor that this does, and every message is a
request. The answers are read by llhttp, the parser of Node.
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast
from urllib.parse import quote, urlsplit

import httptools

LARGEST_ANSWER = 16 * 1024 * 1024  # bytes
ATTEMPT_DELAY = 0.25  # seconds until the next of a host's addresses is tried beside the last (RFC 8305)
PORTS = {"http": 80, "https": 443}
Header = tuple[bytes, bytes]


class Lost(ConnectionError):
    """The connection ended, or was not HTTP, before there was a whole answer."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a connection goes to."""

    secure: bool
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Received:
    """A whole answer; the headers as they came."""

    status: int
    headers: tuple[Header, ...]
    body: bytes


class Wire(asyncio.Protocol):
    """Asks one thing at a time."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Received] | None = None
        self._headers: list[Header] = []
        self._body = b""
        self._until_end = False
        self._reusable = True

    @property
    def is_free(self) -> bool:
        """Whether it can be asked."""
        return self._reusable and self._answer is None and not self._transport.is_closing()

    def ask(self, request: bytes) -> "asyncio.Future[Received]":
        """The answer to a request, which is written at once; Lost if it never comes."""
        answer = self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return answer

    def close(self) -> None:
        """At once."""
        self._reusable = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None:  # nobody asked
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail("no HTTP")

    def eof_received(self) -> None:
        if self._until_end and self._answer is not None:
            self.on_message_complete()
        self._fail("closed")

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(type(error).__name__ if error else "closed")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self._parser.get_status_code() >= 200:
            names = {name.lower() for name, _ in self._headers}
            self._until_end = names.isdisjoint((b"content-length", b"transfer-encoding"))

    def on_body(self, piece: bytes) -> None:
        self._body += piece
        if len(self._body) > LARGEST_ANSWER:
            self._fail("too long")

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        received = Received(status, tuple(self._headers), self._body)
        self._headers, self._body = [], b""
        if status < 200:  # more is to come
            return
        answer, self._answer = self._answer, None
        if answer is None or self._until_end or not self._parser.should_keep_alive():
            self.close()
        if answer is not None and not answer.done():
            answer.set_result(received)

    def _fail(self, why: str) -> None:
        answer, self._answer = self._answer, None
        self.close()
        if answer is not None and not answer.done():
            answer.set_exception(Lost(why))


async def connected(origin: Origin) -> Wire:
    """A new connection; OSError if there is none to be had."""
    _, wire = await asyncio.get_running_loop().create_connection(
        Wire,
        origin.host,
        origin.port,
        ssl=_trust() if origin.secure else None,
        happy_eyeballs_delay=ATTEMPT_DELAY,
    )
    return wire


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def written(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[Origin, bytes]:
    """Where a request goes and its bytes; ValueError if the address or a header cannot be."""
    origin, head = _head(method, url, tuple(headers.items()))
    return origin, b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)


@lru_cache(256)
def _head(method: str, url: str, headers: Iterable[tuple[str, str]]) -> tuple[Origin, bytes]:
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("no web address")
    host = parts.hostname.encode("idna").decode()
    port = parts.port or PORTS[parts.scheme]
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{parts.query}" if parts.query else "")
    name = f"[{host}]" if ":" in host else host
    lines = [f"{method} {path} HTTP/1.1", f"Host: {name}{f':{parts.port}' if parts.port else ''}"]
    lines += [f"{header}: {value}" for header, value in headers]
    if not all(line.isprintable() and line.isascii() for line in lines):
        raise ValueError("no header")
    return Origin(parts.scheme == "https", host, port), "".join(f"{line}\r\n" for line in lines).encode()
