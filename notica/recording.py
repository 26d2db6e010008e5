"""Outcomes on their way to the database: gathered for a moment, written in bulk, kept on disk if it is away."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from django.db import connections

from notica import spool
from notica.account_state import heed
from notica.addresses import heed_addresses
from notica.database import AWAY
from notica.outbox import Sent, record
from notica.settling import settle
from notica.verdicts import judge_account

logger = logging.getLogger(__name__)
T = TypeVar("T")
Query = Callable[..., Awaitable[T]]
GATHER_SECONDS = 0.05  # how long an outcome waits for others to be written with
GATHER_ROWS = 200
PATIENCE_SECONDS = 10.0  # how long the database may be away before outcomes go to disk
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.1, 1.0


class Recorder:
    """Writes the outcomes of one account; `backlog` is how many are not written yet."""

    def __init__(self, account_id: int, query: Query[object]) -> None:
        """`query` runs a function in the thread that has the database."""
        self.probing = False
        self._account_id = account_id
        self._query = query
        self._waiting: list[Sent] = []
        self._writing = 0
        self._some = asyncio.Event()
        self._enough = asyncio.Event()
        self._closed = False

    @property
    def backlog(self) -> int:
        return len(self._waiting) + self._writing

    def add(self, sent: Sent) -> None:
        """Take an outcome."""
        self._waiting.append(sent)
        self._some.set()
        if len(self._waiting) >= GATHER_ROWS:
            self._enough.set()

    def close(self) -> None:
        """Let `run` end as soon as all is written."""
        self._closed = True
        self._some.set()
        self._enough.set()

    async def run(self) -> None:
        """Write what comes until closed and empty."""
        while not (self._closed and not self._waiting):
            await self._some.wait()
            await self._gather()
            batch, self._waiting = self._waiting, []
            self._some.clear()
            self._enough.clear()
            if self._closed:
                self.close()
            self._writing = len(batch)
            if batch:
                await self._write_in_thread(batch)
            self._writing = 0

    async def _write_in_thread(self, batch: Sequence[Sent]) -> None:
        try:
            await self._query(self._write, batch)
        except Exception:  # what is not recorded comes back when its lease runs out
            logger.exception("a batch of outcomes of the account %s is not recorded", self._account_id)

    async def _gather(self) -> None:
        try:
            async with asyncio.timeout(GATHER_SECONDS):
                await self._enough.wait()
        except TimeoutError:
            return

    def _write(self, batch: Sequence[Sent]) -> None:
        recipients = write_patiently(batch)
        if recipients is None:
            return
        try:
            heed_addresses(batch)
            tried = heed(self._account_id, judge_account(one.outcome for one in batch), probing=self.probing)
            self.probing = self.probing and not tried
            settle(recipients)
        except AWAY:  # the outcomes are written; the clock settles what this left open
            logger.exception("the database went away after a batch was recorded")
            connections.close_all()


def write_patiently(batch: Sequence[Sent]) -> list[int] | None:
    """Record these; the recipients whose deliveries changed, None if the outcomes wait on disk instead."""
    ends_at, wait = time.monotonic() + PATIENCE_SECONDS, FIRST_WAIT_SECONDS
    while True:
        try:
            return record(batch)
        except AWAY as error:
            connections.close_all()
            if time.monotonic() + wait >= ends_at:
                spool.keep(batch)
                return None
            logger.warning("outcomes cannot be recorded yet: %s", type(error).__name__)
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
