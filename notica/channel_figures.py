"""How much waits on each account, how long, and what came of the last tries: for the pages and for machines.

Counts of what waits stop at `CAP`. Tries are those that the clock has counted (`tallying`), at most two of its
rounds ago.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from channels_app import environment, registry
from channels_app.models import ChannelAccount
from notica import channel_figures_sql as sql

CAP: Final = sql.CAP
WORDS_KEPT: Final = 5  # seconds that the words for machines are kept
_WORDS_KEY: Final = "channel-words"
# What a channel with several accounts is called: the first that holds of any of them.
_WORST: Final = ("circuit_open", "stalled", "paused", "ok")
WORDS: Final = (*_WORST, "not_configured")


@dataclass(slots=True)
class Queue:
    """What waits in one lane, or in both: due now, ready but for later; `oldest` is in seconds, None if none is due."""

    due: int = 0
    later: int = 0
    oldest: float | None = None

    def __add__(self, other: "Queue") -> "Queue":
        waits = [one.oldest for one in (self, other) if one.oldest is not None]
        return Queue(self.due + other.due, self.later + other.later, max(waits, default=None))


@dataclass(slots=True)
class Figures:
    """One account's. `accepted` are those of the last 5, 15 and 60 minutes, `bounced` of the last hour."""

    queues: dict[int, Queue] = field(default_factory=dict)
    uncertain: int = 0
    sending: int = 0
    accepted: tuple[int, int, int] = (0, 0, 0)
    bounced: int = 0
    last_success: datetime | None = None
    last_error_at: datetime | None = None
    last_error: str = ""

    @property
    def queue(self) -> Queue:
        """Both lanes together."""
        return sum(self.queues.values(), Queue())

    @property
    def rate(self) -> float:
        """Accepted in a second, over the last five minutes."""
        return self.accepted[0] / 300


def figures_of(accounts: Iterable[int], school: int | None = None) -> dict[int, Figures]:
    """By account: of one school's rows alone, or of all. Four queries."""
    ids = list(accounts)
    found = {account: Figures() for account in ids}
    values = {"accounts": ids, "school": school}
    queue = sql.QUEUE_OF_ALL if school is None else sql.QUEUE_OF_SCHOOL
    for account, lane, due, later, oldest in _rows(queue, values):
        found[account].queues[lane] = Queue(due, later, oldest)
    for account, state, number in _rows(sql.APART, values):
        setattr(found[account], state, number)
    for account, five, quarter, hour, bounced, at in _rows(sql.TALLIES, values):
        one = found[account]
        one.accepted, one.bounced, one.last_success = (five, quarter, hour), bounced, at
    for account, at, code in _rows(sql.LAST_ERRORS, values):
        found[account].last_error_at, found[account].last_error = at, code
    return found


def shared_busy(accounts: Iterable[int], school: int) -> set[int]:
    """Accounts on which another school has something due."""
    return {account for (account,) in _rows(sql.OTHERS, {"accounts": list(accounts), "school": school})}


def channel_words() -> dict[str, str]:
    """By channel: ok, paused, circuit_open, stalled or not_configured. A few seconds old; no number, no school."""
    kept: dict[str, str] | None = cache.get(_WORDS_KEY)
    if kept is None or kept.keys() != set(registry.channel_names()):
        kept = _words()
        cache.set(_WORDS_KEY, kept, WORDS_KEPT)
    return kept


def _words() -> dict[str, str]:
    stalled = {account for (account,) in _rows(sql.STALLED, {"seconds": settings.CHANNEL_STALLED_SECONDS})}
    [(now,)] = _rows("SELECT plumier_now()", {})
    found: dict[str, set[str]] = {name: set() for name in registry.channel_names()}
    configured = {name for name in found if environment.is_configured(registry.channel_class(name))}
    for account in ChannelAccount.objects.filter(channel__in=found):
        word = _word(account, now, stalled=account.pk in stalled)
        if word != "ok" or environment.is_configured(registry.channel_class(account.channel), account.owner):
            found[account.channel].add(word)
    for name in configured:
        found[name].add("ok")
    return {
        name: next((word for word in _WORST if word in words), "not_configured")
        for name, words in found.items()
    }


def _word(account: ChannelAccount, now: datetime, *, stalled: bool) -> str:
    """A circuit stays open until a send has gone through it, whether or not its time is over."""
    if account.circuit_open_until is not None:
        return "circuit_open"
    if stalled:
        return "stalled"
    return "paused" if account.paused_until is not None and account.paused_until > now else "ok"


def _rows(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
