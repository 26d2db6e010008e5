"""The sends of one account: what is due is claimed, screened, written and sent, many at once.

A fifth of the slots serves only what is urgent, so that it never waits behind many. Nothing is claimed for
which there is no free slot, and of what once broke a worker one is in flight at a time.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from channels_app import environment, registry
from channels_app.base import Channel, Fault, Outcome, OutcomeClass, Outgoing
from channels_app.models import ChannelAccount
from notica.callback_addresses import reporting
from notica.choices import Lane
from notica.claiming import LEASE, Claim, Claimed, Pace, Room, claim
from notica.database import AWAY
from notica.letters import LetterWriter
from notica.looking_up import LookUps
from notica.outbox import Sent, give_back
from notica.recording import GATHER_ROWS, Recorder
from notica.screening import Screen
from notica.settling import settle
from notica.silence import Reports
from notica.verdicts import Verdict, judge

logger = logging.getLogger(__name__)
IDLE_SECONDS = 0.2  # how often an idle line looks for new rows
AWAY_SECONDS = 1.0  # how often, while the database is away
SEND_SECONDS = 65.0  # above any channel's own deadline, as the channel knows what is certain; below the lease
SUSPECTS_SECONDS = 1.0
LOOK_UP_SECONDS = 1.0  # how often unanswered sends are looked for
BEGIN_SECONDS = LEASE - SEND_SECONDS - 5.0  # after its claim, beyond which a send would outlive its lease
CLAIM_MOST = 250
MOST_UNWRITTEN = 2 * GATHER_ROWS  # outcomes, beyond which the database must catch up first
TOO_LATE = Outcome(OutcomeClass.NOT_PROCESSED, "not_begun")
UNRENDERABLE = Outcome(OutcomeClass.PERMANENT, "unrenderable", Fault.CONTENT)
Query = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was claimed, the letters of those that may go out, and when by the monotonic clock."""

    claim: Claim
    letters: list[tuple[Claimed, Outgoing | None]]
    begun: float


class Slots:
    """Who is in flight."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._suspects_at = 0.0
        self._bulk_number = max(1, number - max(1, number // 5))
        self._all = self._bulk = self._suspects = 0

    @property
    def busy(self) -> int:
        return self._all

    def room(self, backlog: int, after: int) -> Room:
        """What may be claimed; bulk only when a quarter of its slots is free and the database keeps up.

        A channel with a single slot has none to keep for what is urgent.
        """
        free = min(self._number - self._all, CLAIM_MOST)
        bulk = self._bulk_number - self._bulk
        if bulk * 4 < self._bulk_number or backlog > max(2 * self._number, MOST_UNWRITTEN):
            bulk = 0
        suspect = not self._suspects and time.monotonic() >= self._suspects_at
        return Room(free, min(bulk, free), suspect=suspect, after=after)

    def heed(self, room: Room, claimed: Sequence[Claimed]) -> None:
        """Where no suspect was found, none is looked for during the next second."""
        if room.suspect and room.bulk and not any(one.crashes for one in claimed):
            self._suspects_at = time.monotonic() + SUSPECTS_SECONDS

    def take(self, claimed: Claimed) -> None:
        self._count(claimed, 1)

    def leave(self, claimed: Claimed) -> None:
        self._count(claimed, -1)

    def has_room_for_many(self) -> bool:
        """Whether it is worth claiming again."""
        return (self._bulk_number - self._bulk) * 4 >= self._bulk_number

    def _count(self, claimed: Claimed, by: int) -> None:
        self._all += by
        self._bulk += by * int(claimed.lane != Lane.URGENT)
        self._suspects += by * int(claimed.crashes > 0)


def _last_in_turn(rows: Sequence[Claimed], after: int) -> int:
    """The school that the turn came to, which began after `after`; rows come back in no order."""
    return max((one.school_id <= after, one.school_id) for one in rows)[1]


class Line:
    """One account's work while a drain lasts."""

    def __init__(self, account: ChannelAccount, query: Query) -> None:
        """`query` runs a function in the thread that has the database."""
        kind = registry.channel_class(account.channel)
        self._account_id = account.pk
        self._capabilities = kind.capabilities
        self._channel: Channel = kind(environment.values(kind, account.owner))
        self._pace = Pace(kind.capabilities.rate, kind.capabilities.spacing)
        self._query = query
        self._screen = Screen(linked_only=kind.capabilities.needs_activation)
        self._letters = LetterWriter(kind.capabilities, reporting(account.channel, account.owner))
        self._look_ups = LookUps(account.pk, self._channel, (self._screen, self._letters))
        self._reports = Reports(account.pk, self._channel)
        self._recorder = Recorder(account.pk, query)
        self._slots = Slots(self._channel.concurrency)
        self._sending: set[asyncio.Task[None]] = set()
        self._asking = False
        self._freed = asyncio.Event()
        self._after = 0

    async def work(self, is_over: Callable[[], bool], *, linger: bool) -> None:
        """Claim, send and record until it is over, or without `linger` until nothing is due; see all to its end."""
        async with self._channel:
            recording = asyncio.create_task(self._recorder.run())
            self._asking = self._capabilities.looks_up or self._reports.can_be_asked
            asking = asyncio.create_task(self._look_up_on(is_over, linger=linger))
            try:
                await self._claim_on(is_over, linger=linger)
            finally:
                self._asking = False
                await asking
                if self._sending:
                    await asyncio.wait(self._sending)
                self._recorder.close()
                await recording

    async def _claim_on(self, is_over: Callable[[], bool], *, linger: bool) -> None:
        while not is_over():
            taken = await self._take()
            if not (taken or linger or self._slots.busy or self._recorder.backlog or self._asking):
                return
            if not (taken and self._slots.has_room_for_many()):
                await self._wait(IDLE_SECONDS)

    async def _look_up_on(self, is_over: Callable[[], bool], *, linger: bool) -> None:
        """Beside the claims: what is claimed, an urgent row above all, waits for no provider's list."""
        while self._asking:
            asked = 0
            try:
                asked = await self._ask()
            except Exception:  # they are asked for again when their lease is over
                logger.exception("sends of the account %s cannot be asked for", self._account_id)
                await self._query(connections.close_all)
            if is_over() or not (linger or asked):
                self._asking = False
            if self._asking and not asked:
                await asyncio.sleep(LOOK_UP_SECONDS)

    async def _ask(self) -> int:
        """For sends without an answer, and for those of which nothing was heard since; how many."""
        asked = 0
        if self._capabilities.looks_up:
            asked = await self._look_ups.run(self._query, self._recorder.add)
        if self._reports.can_be_asked:
            asked += await self._reports.run(self._query)
        return asked

    async def _wait(self, seconds: float) -> None:
        """Until a send ends that made room since the last claim looked for it, or the time is up."""
        try:
            async with asyncio.timeout(seconds):
                await self._freed.wait()
        except TimeoutError:
            return

    async def _take(self) -> int:
        """Claim what there is room for and begin to send it; how many rows were claimed."""
        self._freed.clear()
        room = self._slots.room(self._recorder.backlog, self._after)
        try:
            taken: _Taken = await self._query(self._claim, room)
        except AWAY as error:  # a claim whose commit is in doubt sends nothing
            logger.warning("nothing can be claimed: %s", type(error).__name__)
            await self._query(connections.close_all)
            await self._wait(AWAY_SECONDS)
            return 0
        self._slots.heed(room, taken.claim.rows)
        self._recorder.probing = self._recorder.probing or taken.claim.probing
        for claimed, letter in taken.letters:
            self._begin(claimed, letter, taken.begun)
        return len(taken.claim.rows)

    def _claim(self, room: Room) -> _Taken:
        begun = time.monotonic()
        claimed = claim(self._account_id, room, self._pace)
        if claimed.rows:
            self._after = _last_in_turn(claimed.rows, room.after)
        try:
            fit = self._screen.look(claimed.rows)
            letters = self._letters.write(fit)
        except AWAY:
            raise
        except Exception:
            logger.exception("a batch of the account %s broke before it went out", self._account_id)
            settle(give_back(claimed.rows))
            return _Taken(claimed, [], begun)
        return _Taken(claimed, [(one.claimed, letters.get(one.claimed.id)) for one in fit], begun)

    def _begin(self, claimed: Claimed, letter: Outgoing | None, begun: float) -> None:
        self._slots.take(claimed)
        task = asyncio.create_task(self._send(claimed, letter, begun))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, claimed: Claimed, letter: Outgoing | None, begun: float) -> None:
        if time.monotonic() - begun > BEGIN_SECONDS:
            outcome, verdict = TOO_LATE, Verdict("ready")
        else:
            outcome = UNRENDERABLE if letter is None else await self._try(letter)
            verdict = judge(outcome, self._capabilities, claimed.spent, claimed.unanswered)
        self._recorder.add(Sent(claimed.id, claimed.try_no, outcome, verdict))
        self._slots.leave(claimed)
        if self._slots.has_room_for_many():
            self._freed.set()

    async def _try(self, letter: Outgoing) -> Outcome:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self._channel.send(letter)
        except TimeoutError:
            return Outcome(OutcomeClass.UNCERTAIN, "deadline")
        except Exception as error:
            logger.exception("delivery %s broke its channel", letter.delivery_id)
            return Outcome(OutcomeClass.UNCERTAIN, "broken", detail=type(error).__name__)
