"""HTTP to a provider: one request, one deadline, no retry, and knowledge of whether it had begun."""

import asyncio
import logging
import re
import socket
import ssl
import time
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import ClassVar
from urllib.parse import urlsplit

from channels_app.base import Channel, Outcome, Outgoing
from channels_app.network import UNEXPECTED, AnswerLost, NetworkFailure, NotSent
from channels_app.wire import Header, Origin, Wire, connected, written

logger = logging.getLogger(__name__)

# Shorter than any provider's own, so that a connection it is about to close is not written to.
KEEP_ALIVE_SECONDS = 10.0
# Of the deadline, in which nothing is begun: better certainly not sent than cut short and unknown.
LAST_PART = 0.1
_SECONDS = re.compile(r"\d{1,9}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider answered, whatever its status."""

    status: int
    body: bytes
    headers: tuple[Header, ...]

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.body.decode(errors="replace")

    @property
    def retry_after(self) -> float | None:
        """The Retry-After header in seconds, if it is there as a number."""
        values = [value for name, value in self.headers if name.lower() == b"retry-after"]
        value = values[0].decode("latin-1").strip() if values else ""
        return float(value) if _SECONDS.fullmatch(value) else None


class HttpSession:
    """Connections kept open to a provider, opened as they are needed on the running loop."""

    def __init__(self, deadline: float, limit: int) -> None:
        """`deadline` in seconds covers connecting, writing and reading; `limit` is connections at once."""
        self.deadline = deadline
        self._room = asyncio.Semaphore(limit)
        self._kept: dict[Origin, list[Wire]] = {}  # the last used at the end

    async def close(self) -> None:
        """Close what is open. It may be used again."""
        for wires in self._kept.values():
            for wire in wires:
                wire.close()
        self._kept.clear()
        await asyncio.sleep(0)  # the loop lets go of them

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        deadline: float | None = None,
    ) -> Answer:
        """Ask once. NotSent or AnswerLost if no whole answer came within `deadline` seconds."""
        begun = False
        try:
            origin, request = written(method, url, headers, body)
            seconds = deadline or self.deadline
            too_late = time.monotonic() + seconds * (1 - LAST_PART)
            async with asyncio.timeout(seconds), self._room:
                wire = self._idle(origin) or await connected(origin)
                if time.monotonic() > too_late:
                    self._keep(origin, wire)
                    raise TimeoutError
                begun = True
                try:
                    received = await wire.ask(request)
                except BaseException:  # also a cancellation: what is on its way would answer the next one
                    wire.close()
                    raise
                self._keep(origin, wire)
                return Answer(received.status, received.body, received.headers)
        except (OSError, ValueError) as error:
            raise _failure(error, begun=begun) from error

    def _keep(self, origin: Origin, wire: Wire) -> None:
        if wire.is_free:
            wire.idle_since = time.monotonic()
            self._kept.setdefault(origin, []).append(wire)

    def _idle(self, origin: Origin) -> Wire | None:
        """The connection used last, if the provider keeps it too."""
        wires = self._kept.get(origin, [])
        oldest = time.monotonic() - KEEP_ALIVE_SECONDS
        while wires:
            wire = wires.pop()
            if wire.is_free and wire.idle_since > oldest:
                return wire
            wire.close()
        return None


def _failure(error: Exception, *, begun: bool) -> NetworkFailure:
    if begun:
        late = isinstance(error, TimeoutError)
        return AnswerLost("network.timeout" if late else "network.lost_answer", type(error).__name__)
    match error:
        case socket.gaierror():
            code = "network.dns"
        case ssl.SSLError():
            code = "network.tls"
        case TimeoutError():
            code = "network.no_time"
        case _:
            code = "network.connect"
    return NotSent(code, getattr(error, "strerror", None) or type(error).__name__)


class HttpChannel(Channel):
    """A channel whose send is one HTTP request."""

    deadline: ClassVar[float] = 60.0  # seconds for a whole send, shorter than any lease

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self.http = HttpSession(self.deadline, self.concurrency)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.close()

    async def send(self, outgoing: Outgoing) -> Outcome:
        try:
            return await self.attempt(outgoing)
        except NetworkFailure as failure:
            return failure.outcome()
        except Exception:
            logger.exception("%s: delivery %s failed in an unforeseen way", self.name, outgoing.delivery_id)
            return UNEXPECTED

    @abstractmethod
    async def attempt(self, outgoing: Outgoing) -> Outcome:
        """Ask the provider once; NetworkFailure if no answer came."""


def is_here(host: str) -> bool:
    """Whether it is this machine by a name that can be no other's."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_web_address(value: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
