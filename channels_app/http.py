"""HTTP to a provider: one request, one deadline, no retry, and knowledge of whether it had begun."""

import asyncio
import logging
import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace, TracebackType
from typing import Any, ClassVar
from urllib.parse import urlsplit

import aiohttp

from channels_app.base import Channel, Outcome, Outgoing
from channels_app.network import UNEXPECTED, AnswerLost, NetworkFailure, NotSent

logger = logging.getLogger(__name__)

# Shorter than any provider's own, so that a connection it is about to close is not written to.
KEEP_ALIVE_SECONDS = 10.0
_SECONDS = re.compile(r"\d{1,9}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider answered, whatever its status."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.body.decode(errors="replace")

    @property
    def retry_after(self) -> float | None:
        """The Retry-After header in seconds, if it is there as a number."""
        value = self.headers.get("Retry-After", "").strip()
        return float(value) if _SECONDS.fullmatch(value) else None


async def _mark_begun(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx.begun = True


class HttpSession:
    """Connections kept open to one provider, opened at the first request on the running loop."""

    def __init__(self, deadline: float, limit: int) -> None:
        """`deadline` in seconds covers connecting, writing and reading; `limit` is connections at once."""
        self.deadline = deadline
        self._limit = limit
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close what is open. It may be used again."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Ask once. NotSent or AnswerLost if no whole answer came within `deadline` seconds."""
        stage = SimpleNamespace(begun=False)
        try:
            async with asyncio.timeout(deadline or self.deadline):
                return await self._ask(method, url, stage, data=body, headers=headers)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(error, begun=stage.begun) from error

    async def _ask(self, method: str, url: str, stage: SimpleNamespace, **kwargs: Any) -> Answer:
        async with self._opened().request(
            method, url, allow_redirects=False, trace_request_ctx=stage, **kwargs
        ) as response:
            return Answer(response.status, await response.read(), response.headers)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_mark_begun)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._limit, keepalive_timeout=KEEP_ALIVE_SECONDS),
                timeout=aiohttp.ClientTimeout(total=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=[trace],
            )
        return self._session


def _failure(error: Exception, *, begun: bool) -> NetworkFailure:
    if begun:
        late = isinstance(error, TimeoutError)
        return AnswerLost("network.timeout" if late else "network.lost_answer", type(error).__name__)
    match error:
        case aiohttp.ClientConnectorDNSError():
            code = "network.dns"
        case aiohttp.ClientSSLError():
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


def is_web_address(value: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
