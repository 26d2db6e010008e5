"""A connection on which commands come as lines and mails end with a dot, and replies leave in their order.

Many commands may come at once (RFC 2920). The latency is that of the way there and back, so it runs for
each reply from when its command came, and is waited for once by commands that came together.
"""

import asyncio
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, cast

LONGEST_COMMAND = 8192
LARGEST_MAIL = 100 * 1024 * 1024
_CRLF = b"\r\n"
_DOT = b".\r\n"
_END = _CRLF + _DOT


class Lines(asyncio.Protocol):
    """What is said is gathered, and leaves together when all that came has been looked at."""

    def __init__(self, latency: float) -> None:
        """`latency` in seconds."""
        self._latency = latency
        self._buffer = bytearray()
        self._looked = 0  # bytes of a mail in which its end is not
        self._in_data = False
        self._cut_at: int | None = None
        self._said: list[str] = []
        self._leaving: deque[Callable[[], None]] = deque()
        self._held: asyncio.Task[None] | None = None
        self._ended = False

    @abstractmethod
    def begin(self) -> None:
        """Somebody has connected."""

    @abstractmethod
    def obey(self, line: str) -> None:
        """A command came."""

    @abstractmethod
    def take(self, content: bytes) -> None:
        """A mail came, without the dots that the protocol adds to lines."""

    def say(self, line: str) -> None:
        """Reply, in one line or several."""
        self._said.append(line)

    def want_data(self, cut_at: int | None = None) -> None:
        """What comes next is a mail; `cut_at` is how many bytes of it are awaited before closing abruptly."""
        self._in_data, self._cut_at, self._looked = True, cut_at, 0

    def hold(self, work: Coroutine[Any, Any, None]) -> None:
        """Look at nothing more until `work` is done; it is cancelled when the sender goes."""
        self._held = asyncio.create_task(self._hold(work))

    def leave(self, words: str = "") -> None:
        """Close, with some last words or abruptly without."""
        if words:
            self.say(words)
        self._flush()
        self._ended = True
        self._later(self._transport.close if words else self._transport.abort)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.begin()
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        self._ended = True
        if self._held is not None:
            self._held.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._go_on()

    def _go_on(self) -> None:
        more = True
        while more and self._held is None and not self._ended:
            more = self._read_data() if self._in_data else self._read_command()
        self._flush()

    def _read_command(self) -> bool:
        end = self._buffer.find(b"\n") + 1
        if not end:
            if len(self._buffer) > LONGEST_COMMAND:
                self.leave("500 Command line too long")
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[:end]
        self.obey(line.rstrip(_CRLF).decode("utf-8", "replace"))
        return True

    def _read_data(self) -> bool:
        buffer = self._buffer
        if self._cut_at is not None:
            if len(buffer) >= self._cut_at:
                self.leave()
            return False
        found = -len(_CRLF) if buffer.startswith(_DOT) else buffer.find(_END, self._looked)
        if found == -1:
            self._looked = max(0, len(buffer) - len(_END))
            if len(buffer) > LARGEST_MAIL:
                self.leave("552 5.3.4 Error: Too much mail data")
            return False
        end = found + len(_CRLF)
        content = bytes(buffer[:end])
        del buffer[: end + len(_DOT)]
        self._in_data = False
        self.take(content.removeprefix(b".").replace(b"\r\n.", _CRLF))
        return True

    async def _hold(self, work: Coroutine[Any, Any, None]) -> None:
        await work
        self._held = None
        self._go_on()

    def _flush(self) -> None:
        if self._said:
            data = "".join(f"{line}\r\n" for line in self._said).encode()
            self._said.clear()
            self._later(lambda: self._transport.write(data))

    def _later(self, act: Callable[[], None]) -> None:
        """After the latency, and after all that waits already."""
        if not self._latency:
            act()
            return
        self._leaving.append(act)
        asyncio.get_running_loop().call_later(self._latency, self._act)

    def _act(self) -> None:
        self._leaving.popleft()()
