"""Commands to a mail server and its replies in their order; several may be on their way (RFC 2920).

aiosmtplib opens a connection and loses replies that arrive together, so from there on it speaks by this.
"""

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_REPLY = 64 * 1024  # bytes
PIPELINING = "pipelining"
_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?\s*", re.DOTALL)
_ENDS_COMMAND = re.compile(rb"[\r\n\0]")


class Broken(Exception):
    """The connection is gone, or what came over it is no reply."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply; the lines of a long one are joined."""

    code: int
    text: str

    @property
    def accepts(self) -> bool:
        """Whether it is a yes."""
        return 200 <= self.code < 300


class Dialogue(asyncio.Protocol):
    """Takes over an open connection, on which the server waits for a command."""

    def __init__(self, transport: asyncio.Transport, extensions: frozenset[str] = frozenset()) -> None:
        """`extensions` are those that EHLO announced, in lower case."""
        self.extensions = extensions
        self._transport = transport
        self._buffer = bytearray()
        self._lines: list[bytes] = []
        self._waiting: deque[asyncio.Future[Answer]] = deque()
        self._full: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        transport.set_write_buffer_limits(high=1, low=0)
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether more can be said."""
        return not self._transport.is_closing()

    def converse(self, *commands: bytes) -> Iterator[asyncio.Future[Answer]]:
        """The reply to each command in turn; Broken from those that never come.

        All are written at once if the server takes that, else each when its reply is asked for.
        """
        lines = [_line(command) for command in commands]
        if PIPELINING in self.extensions:
            replies = [self.expect() for _ in lines]
            self.write(b"".join(lines))
            yield from replies
        else:
            for line in lines:
                reply = self.expect()
                self.write(line)
                yield reply

    async def ask(self, command: bytes) -> Answer:
        """The reply to one command; Broken if there is none."""
        return await next(self.converse(command))

    def expect(self) -> asyncio.Future[Answer]:
        """The next reply that nobody waits for yet."""
        reply: asyncio.Future[Answer] = self._loop.create_future()
        if self.is_open:
            self._waiting.append(reply)
        else:
            _fail(reply, Broken("closed"))
        return reply

    def write(self, data: bytes | memoryview) -> None:
        """Hand bytes over; all have left unless `drain` waits."""
        if self.is_open:
            self._transport.write(data)

    async def drain(self) -> None:
        """Until all that was written has left; Broken if it cannot."""
        if self._full is not None:
            await self._full

    def close(self) -> None:
        """At once."""
        self._break("closed")
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\n") + 1) > 0:
            line = bytes(self._buffer[:end])
            del self._buffer[:end]
            if not self._read(line):
                return
        if len(self._buffer) + sum(map(len, self._lines)) > LONGEST_REPLY:
            self._stop("too long a reply")

    def eof_received(self) -> None:
        self._break("closed by the server")

    def connection_lost(self, error: Exception | None) -> None:
        self._break(type(error).__name__ if error else "closed")

    def pause_writing(self) -> None:
        self._full = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._full is not None and not self._full.done():
            self._full.set_result(None)
        self._full = None

    def _read(self, line: bytes) -> bool:
        """Take in one line; whether to go on."""
        found = _LINE.fullmatch(line)
        if found is None or not self._waiting:  # nonsense, or words that nobody asked for: a farewell
            self._stop("no reply" if found is None else "closing")
            return False
        self._lines.append((found[3] or b"").strip())
        if found[2] != b"-":
            text = b"\n".join(self._lines).decode("utf-8", "replace")
            self._lines.clear()
            reply = self._waiting.popleft()
            if not reply.done():
                reply.set_result(Answer(int(found[1]), text))
        return True

    def _stop(self, why: str) -> None:
        self._break(why)
        self._transport.abort()

    def _break(self, why: str) -> None:
        if self._full is not None:
            _fail(self._full, Broken(why))
        while self._waiting:
            _fail(self._waiting.popleft(), Broken(why))


def _line(command: bytes) -> bytes:
    if _ENDS_COMMAND.search(command):
        raise ValueError("a command of several lines")
    return command + b"\r\n"


def _fail(future: "asyncio.Future[Any]", error: Broken) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # nobody may be waiting for it any more
