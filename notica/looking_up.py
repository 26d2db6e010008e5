"""Sends whose answer was lost, asked for at the provider: found, certainly not there, or not to be asked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from channels_app.base import Channel, Outcome, OutcomeClass, Outgoing
from notica.claiming import Claimed, claim_look_ups
from notica.letters import LetterWriter
from notica.outbox import Sent
from notica.overdue import resolve_uncertain
from notica.screening import Screen
from notica.settling import settle
from notica.verdicts import judge_look_up

logger = logging.getLogger(__name__)
AT_ONCE = 25


class LookUps:
    """Asks for the unanswered sends of one account."""

    def __init__(self, account_id: int, channel: Channel, tools: tuple[Screen, LetterWriter]) -> None:
        self._account_id = account_id
        self._channel = channel
        self._screen, self._letters = tools

    async def run(self, query: Callable[..., Awaitable[Any]], add: Callable[[Sent], None]) -> int:
        """Ask for those whose wait is over; how many. What is known goes to `add`; the rest is decided by rule."""
        asked: list[tuple[datetime, Claimed, Outgoing]] = await query(self._take)
        outcomes = await asyncio.gather(*(self._ask(letter, at) for at, _, letter in asked))
        unknown: list[int] = []
        for (_, claimed, _letter), outcome in zip(asked, outcomes, strict=True):
            sent = _sent(claimed, outcome)
            if sent is None:
                unknown.append(claimed.id)
            else:
                add(sent)
        if unknown:
            await query(_decide, unknown)
        return len(asked)

    async def _ask(self, letter: Outgoing, since: datetime) -> Outcome:
        try:
            return await self._channel.look_up(letter, since)
        except Exception as error:  # one that cannot be asked for is no reason to forget the others' answers
            logger.exception("delivery %s broke the looking up", letter.delivery_id)
            return Outcome(OutcomeClass.UNCERTAIN, "broken", detail=type(error).__name__)

    def _take(self) -> list[tuple[datetime, Claimed, Outgoing]]:
        rows = claim_look_ups(self._account_id, AT_ONCE)
        letters = self._letters.write(self._screen.describe([claimed for _, claimed in rows]))
        unwritten = [claimed.id for _, claimed in rows if claimed.id not in letters]
        _decide(unwritten)
        return [(at, claimed, letters[claimed.id]) for at, claimed in rows if claimed.id in letters]


def _sent(claimed: Claimed, outcome: Outcome) -> Sent | None:
    verdict = judge_look_up(outcome, claimed.unanswered)
    return None if verdict is None else Sent(claimed.id, claimed.try_no, outcome, verdict)


def _decide(ids: list[int]) -> None:
    if ids:
        settle(resolve_uncertain(ids))
