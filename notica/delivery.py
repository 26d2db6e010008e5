"""The drain: claims what is due on a channel, has many sends in flight at once, writes back in bulk.

One thread talks to the database, the event loop to the network. No transaction is open during a call.
"""

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connections

from channels_app import environment, registry
from channels_app.base import Channel, Fault, Outcome, OutcomeClass, Outgoing
from channels_app.models import ChannelAccount
from notica.letters import LetterWriter
from notica.outbox import Claimed, Sent, claim, due_accounts, record, suppress
from notica.screening import screen
from notica.settling import settle
from notica.wakeups import wake

logger = logging.getLogger(__name__)
DRAIN_SECONDS = (
    50.0  # how long one job works and lingers; with a send's deadline, less than the job's timeout
)
IDLE_SECONDS = 0.2  # how often an idle drain looks for new rows
FLUSH_SECONDS = 0.05  # how long an outcome waits for others to be written with
FLUSH_ROWS = 100
SEND_SECONDS = 65.0  # above any channel's own deadline, as the channel knows what is certain; below the lease
CLAIM_MOST = 100

P = ParamSpec("P")
T = TypeVar("T")


def drain(channel: str, seconds: float = DRAIN_SECONDS, *, linger: bool = True) -> None:
    """RQ job: send what is due on a channel, linger for more, and ask for another job if work remains."""
    asyncio.run(Drain(channel, seconds, linger=linger).run())


class Drain:
    """One process's work on one channel."""

    def __init__(self, channel: str, seconds: float, *, linger: bool) -> None:
        self.channel = channel
        self.linger = linger
        self.ends_at = time.monotonic() + seconds
        self.stopping = False
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._lines: dict[int, asyncio.Task[None]] = {}
        self._broken: set[int] = set()

    @property
    def over(self) -> bool:
        """Whether nothing more is to be claimed."""
        return self.stopping or time.monotonic() >= self.ends_at

    async def run(self) -> None:
        """Work every account of the channel until the time is up, then see all sends to their end."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.stop)
        try:
            while not self.over:
                await self._open_lines()
                if not self.linger:
                    break
                await asyncio.sleep(IDLE_SECONDS)
            await asyncio.gather(*self._lines.values())
            if await self.query(due_accounts, self.channel):
                await self.query(wake, self.channel)
        finally:
            await self.query(connections.close_all)
            self._database.shutdown()

    def stop(self) -> None:
        """Claim nothing more; what is in flight is seen to its end."""
        self.stopping = True

    async def query(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run database work in the one thread that has the connection."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, lambda: work(*args, **kwargs))

    async def _open_lines(self) -> None:
        for account_id in await self.query(due_accounts, self.channel):
            line = self._lines.get(account_id)
            if account_id not in self._broken and (line is None or line.done()):
                self._lines[account_id] = asyncio.create_task(self._work(account_id))

    async def _work(self, account_id: int) -> None:
        """Work one account; what is wrong with it is no reason to leave the others' rows lying."""
        try:
            owner = await self.query(_owner, account_id)
            await Line(self, account_id, owner).work()
        except Exception:
            logger.exception("the account %s cannot be worked", account_id)
            self._broken.add(account_id)


def _owner(account_id: int) -> str:
    return ChannelAccount.objects.get(pk=account_id).owner


class Line:
    """The sends of one account."""

    def __init__(self, drain: Drain, account_id: int, owner: str) -> None:
        kind = registry.channel_class(drain.channel)
        self._drain = drain
        self._account_id = account_id
        self._capabilities = kind.capabilities
        self._channel: Channel = kind(environment.values(kind, owner))
        self._letters = LetterWriter(kind.capabilities)
        self._in_flight: set[asyncio.Task[Sent]] = set()
        self._sent: list[Sent] = []
        self._flushed_at = time.monotonic()

    async def work(self) -> None:
        """Claim, send and record until the drain is over and nothing is in flight."""
        async with self._channel:
            while True:
                claimed = 0 if self._drain.over else await self._claim()
                if self._in_flight:
                    await self._collect()
                elif not claimed:
                    if self._drain.over or not self._drain.linger:
                        break
                    await asyncio.sleep(IDLE_SECONDS)
                await self._flush_if_due()

    async def _claim(self) -> int:
        slots = self._capabilities.concurrency
        free = slots - len(self._in_flight)
        if free * 4 < slots:
            return 0
        taken, batch, letters = await self._drain.query(self._take, min(free, CLAIM_MOST))
        for claimed in batch:
            task = asyncio.create_task(self._send(claimed, letters.get(claimed.id)))
            self._in_flight.add(task)
        return taken

    def _take(self, most: int) -> tuple[int, list[Claimed], dict[int, Outgoing]]:
        """How many were claimed, those of them that may go out, and their letters."""
        claimed = claim(self._account_id, most)
        screened = screen(claimed)
        return len(claimed), screened.batch, self._letters.write(screened)

    async def _send(self, claimed: Claimed, outgoing: Outgoing | None) -> Sent:
        if outgoing is None:
            return Sent(claimed, Outcome(OutcomeClass.PERMANENT, "unrenderable", Fault.CONTENT))
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return Sent(claimed, await self._channel.send(outgoing))
        except TimeoutError:
            return Sent(claimed, Outcome(OutcomeClass.UNCERTAIN, "deadline"))
        except Exception as error:
            logger.exception("delivery %s broke its channel", claimed.id)
            return Sent(claimed, Outcome(OutcomeClass.UNCERTAIN, "broken", detail=type(error).__name__))

    async def _collect(self) -> None:
        done, self._in_flight = await asyncio.wait(
            self._in_flight, timeout=FLUSH_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        self._sent.extend(task.result() for task in done)

    async def _flush_if_due(self) -> None:
        waited = time.monotonic() - self._flushed_at >= FLUSH_SECONDS
        if self._sent and (waited or len(self._sent) >= FLUSH_ROWS or not self._in_flight):
            sent, self._sent = self._sent, []
            await self._drain.query(self._write_back, sent)
            self._flushed_at = time.monotonic()

    def _write_back(self, sent: list[Sent]) -> None:
        touched = record(sent, self._capabilities)
        suppress(sent)
        settle(row.recipient_id for row in touched)
