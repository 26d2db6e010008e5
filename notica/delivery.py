"""The drain: one process's work on one channel, a line for each of its accounts.

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

from channels_app.models import ChannelAccount
from notica import spool
from notica.claiming import due_accounts
from notica.database import AWAY
from notica.line import AWAY_SECONDS, IDLE_SECONDS, Line
from notica.wakeups import wake

logger = logging.getLogger(__name__)
DRAIN_SECONDS = (
    50.0  # how long one job works and lingers; with a send's deadline, less than the job's timeout
)

P = ParamSpec("P")
T = TypeVar("T")


def drain(channel: str, seconds: float = DRAIN_SECONDS, *, linger: bool = True) -> None:
    """RQ job: send what is due on a channel, linger for more, and ask for another job if work remains."""
    asyncio.run(Drain(channel, seconds, linger=linger).run())


def _replay() -> None:
    """Record what waits on disk; trouble with the disk is no reason to send nothing."""
    try:
        spool.replay()
    except OSError:
        logger.exception("the outcomes on disk cannot be recorded")


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

    def over(self) -> bool:
        """Whether nothing more is to be claimed."""
        return self.stopping or time.monotonic() >= self.ends_at

    async def run(self) -> None:
        """Work every account of the channel until the time is up, then see all sends to their end."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.stop)
        try:
            await self._open_lines(_replay)
            while self.linger and not self.over():
                await asyncio.sleep(IDLE_SECONDS)
                await self._open_lines()
            await asyncio.gather(*self._lines.values())
            if await self.query(due_accounts, self.channel):
                await self.query(wake, self.channel)
        except AWAY as error:  # the clock asks for another drain when it is back
            logger.warning("the drain of %s ends early: %s", self.channel, type(error).__name__)
        finally:
            await asyncio.gather(*self._lines.values())
            await self.query(connections.close_all)
            self._database.shutdown()

    def stop(self) -> None:
        """Claim nothing more; what is in flight is seen to its end."""
        self.stopping = True

    async def query(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run database work in the one thread that has the connection."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, lambda: work(*args, **kwargs))

    async def _open_lines(self, first: Callable[[], object] | None = None) -> None:
        """A line for every account that has something due and none yet; nothing while the database is away."""
        try:
            if first is not None:
                await self.query(first)
            accounts = await self.query(due_accounts, self.channel)
        except AWAY as error:
            logger.warning("no account can be looked at: %s", type(error).__name__)
            await self.query(connections.close_all)
            await asyncio.sleep(AWAY_SECONDS)
            return
        for account_id in accounts:
            line = self._lines.get(account_id)
            if account_id not in self._broken and (line is None or line.done()):
                self._lines[account_id] = asyncio.create_task(self._work(account_id))

    async def _work(self, account_id: int) -> None:
        """Work one account; what is wrong with it is no reason to leave the others' rows lying."""
        try:
            account = await self.query(ChannelAccount.objects.get, pk=account_id)
            await Line(account, self.query).work(self.over, linger=self.linger)
        except AWAY as error:  # asked for again when it is back
            logger.warning("the account %s cannot be worked now: %s", account_id, type(error).__name__)
        except Exception:
            logger.exception("the account %s cannot be worked", account_id)
            self._broken.add(account_id)
