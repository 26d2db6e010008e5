"""Sends whose answer was lost, asked for at the provider: found, certainly not there, or not to be asked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

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
KNOWN_FOR = timedelta(days=7)  # from when a message was written until it may have gone out

KNOWN: Final = """
SELECT d.endpoint, array_agg(d.provider_id)
FROM notica_message m JOIN notica_delivery d ON d.message_id = m.id
WHERE m.school_id = ANY(%(schools)s) AND m.created_at >= %(since)s
  AND d.account_id = %(account)s AND d.endpoint = ANY(%(endpoints)s) AND d.provider_id <> ''
GROUP BY d.endpoint
"""


@dataclass(frozen=True, slots=True)
class _Question:
    """A send to be asked for, begun at `since`; `others` are ids of other sends to the same address."""

    claimed: Claimed
    letter: Outgoing
    since: datetime
    others: frozenset[str]


class LookUps:
    """Asks for the unanswered sends of one account."""

    def __init__(self, account_id: int, channel: Channel, tools: tuple[Screen, LetterWriter]) -> None:
        self._account_id = account_id
        self._channel = channel
        self._screen, self._letters = tools

    async def run(self, query: Callable[..., Awaitable[Any]], add: Callable[[Sent], None]) -> int:
        """Ask for those whose wait is over; how many. What is known goes to `add`; the rest is decided by rule."""
        asked: list[_Question] = await query(self._take)
        outcomes = await asyncio.gather(*map(self._ask, asked))
        unknown: list[int] = []
        for question, outcome in zip(asked, _each_once(outcomes), strict=True):
            claimed = question.claimed
            sent = _sent(claimed, outcome)
            if sent is None:
                unknown.append(claimed.id)
            else:
                add(sent)
        if unknown:
            await query(_decide, unknown)
        return len(asked)

    async def _ask(self, question: _Question) -> Outcome:
        try:
            return await self._channel.look_up(question.letter, question.since, question.others)
        except Exception as error:  # one that cannot be asked for is no reason to forget the others' answers
            logger.exception("delivery %s broke the looking up", question.claimed.id)
            return Outcome(OutcomeClass.UNCERTAIN, "broken", detail=type(error).__name__)

    def _take(self) -> list[_Question]:
        rows = claim_look_ups(self._account_id, AT_ONCE)
        letters = self._letters.write(self._screen.describe([claimed for _, claimed in rows]))
        unwritten = [claimed.id for _, claimed in rows if claimed.id not in letters]
        _decide(unwritten)
        others = self._known([claimed for _, claimed in rows], min((at for at, _ in rows), default=None))
        return [
            _Question(claimed, letters[claimed.id], at, others.get(claimed.endpoint, frozenset()))
            for at, claimed in rows
            if claimed.id in letters
        ]

    def _known(self, claimed: Sequence[Claimed], since: datetime | None) -> dict[str, frozenset[str]]:
        """By endpoint, the provider's ids that the schools' sends of these days have already."""
        if since is None:
            return {}
        values: dict[str, Any] = {
            "account": self._account_id,
            "schools": [one.school_id for one in claimed],
            "endpoints": [one.endpoint for one in claimed],
            "since": since - KNOWN_FOR,
        }
        with connection.cursor() as cursor:
            cursor.execute(KNOWN, values)
            return {endpoint: frozenset(ids) for endpoint, ids in cursor.fetchall()}


def _each_once(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Two that found the same send: it is the first one's, and the other's is not there."""
    seen: set[str] = set()
    found: list[Outcome] = []
    for outcome in outcomes:
        found.append(
            Outcome(OutcomeClass.NOT_PROCESSED, "not_found") if outcome.provider_id in seen else outcome
        )
        if outcome.provider_id:  # only what was found has one
            seen.add(outcome.provider_id)
    return found


def _sent(claimed: Claimed, outcome: Outcome) -> Sent | None:
    verdict = judge_look_up(outcome, claimed.unanswered)
    return None if verdict is None else Sent(claimed.id, claimed.try_no, outcome, verdict)


def _decide(ids: list[int]) -> None:
    if ids:
        settle(resolve_uncertain(ids))
