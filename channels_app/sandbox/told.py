"""What the sandbox told of its own accord, and the posts by which it tells it.

It posts to addresses of this machine alone, each within a deadline, a bounded number at once and in all:
its answers never wait for what it tells. The latest of what it told is kept in memory for tests and pages.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, TypedDict
from urllib.parse import urlsplit

from channels_app.wire import Lost, connected, written

KEPT = 10_000
MOST_AT_ONCE = 32
MOST_WAITING = 20_000
DEADLINE = 10.0  # seconds for a whole post
LOOPBACK_NAME = "localhost"


class Telling(TypedDict):
    """One try to tell something.

    `kind` is update (Telegram), receipt or inbound (Twilio) or bounce; `address` whom it is about; `id` the
    provider's of it (an update's number, an SMS's sid, a mail's Message-ID); `what` the news in a word; `to` where
    it went; `status` the HTTP status that answered, 0 for none; `error` why it did not arrive, empty if it did.
    """

    number: int
    at: str
    kind: str
    address: str
    id: str
    what: str
    to: str
    status: int
    error: str


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told, before it is."""

    kind: str
    address: str
    id: str
    what: str
    to: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: `status` 0 and a reason if nothing did."""

    status: int
    body: bytes = b""
    error: str = ""

    @property
    def well(self) -> bool:
        """Whether it arrived."""
        return 200 <= self.status < 300


class Teller:
    """Tells, and remembers what it told."""

    def __init__(self) -> None:
        self._told: deque[Telling] = deque(maxlen=KEPT)
        self._last = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    @property
    def last(self) -> int:
        """The number of the latest telling."""
        return self._last

    def told(self, kind: str = "", since: int = 0) -> list[Telling]:
        """What was told after the telling of that number, oldest first."""
        return [each for each in self._told if each["number"] > since and kind in ("", each["kind"])]

    def note(self, news: News, status: int = 0, error: str = "") -> None:
        """Remember one try."""
        self._last += 1
        self._told.append(
            {
                "number": self._last,
                "at": datetime.now(UTC).isoformat(),
                "kind": news.kind,
                "address": news.address,
                "id": news.id,
                "what": news.what,
                "to": news.to,
                "status": status,
                "error": error,
            }
        )

    async def post(self, news: News, headers: Mapping[str, str], body: bytes) -> Heard:
        """Post it once to `news.to`; whatever goes wrong is in the answer."""
        heard = (
            await self._post(news.to, headers, body) if is_here(news.to) else Heard(0, error="not_loopback")
        )
        self.note(news, heard.status, "" if heard.well else heard.error or "refused")
        return heard

    def later(self, seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Do it after some time; False if too much waits already."""
        if len(self._timers) + len(self._tasks) >= MOST_WAITING:
            return False
        if seconds <= 0:
            self._begin(work)
            return True

        def ring() -> None:
            self._timers.discard(timer)
            self._begin(work)

        timer = asyncio.get_running_loop().call_later(seconds, ring)
        self._timers.add(timer)
        return True

    def forget(self) -> None:
        """Nothing that waits is told any more."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for task in self._tasks:
            task.cancel()

    def _begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.get_running_loop().create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Heard:
        try:
            async with self._room, asyncio.timeout(DEADLINE):
                origin, request = written("POST", url, {**headers, "Connection": "close"}, body)
                wire = await connected(origin)
                try:
                    received = await wire.ask(request)
                finally:
                    wire.close()
        except TimeoutError:
            return Heard(0, error="timeout")
        except Lost:
            return Heard(0, error="cut")
        except OSError:
            return Heard(0, error="unreachable")
        except ValueError:
            return Heard(0, error="address")
        return Heard(received.status, received.body)


def is_here(url: str) -> bool:
    """Whether an address is one of this machine's own, by which nothing leaves it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == LOOPBACK_NAME or host.endswith(f".{LOOPBACK_NAME}"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
