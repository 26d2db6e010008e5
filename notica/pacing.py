"""How much an account may send now: its rate, its pause, its circuit. Pure.

The numbers stand in the account's row, so that every process keeps to them together. A bucket holds a
second's worth of sends and fills at the account's rate. An open circuit lets one send through when its time is
over; what comes of that one closes it or leaves it open.
"""

from dataclasses import dataclass
from datetime import datetime
from math import floor

CIRCUIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's row. `rate` is in sends a second, None for no limit; `tokens` were left at `tokens_at`."""

    rate: float | None
    tokens: float
    tokens_at: datetime | None
    paused_until: datetime | None
    circuit_open_until: datetime | None


@dataclass(frozen=True, slots=True)
class Admission:
    """`most` sends may be claimed; `tokens` are there before them; `probing` tries an open circuit."""

    most: int
    tokens: float = 0.0
    probing: bool = False


def admit(standing: Standing, wanted: int, now: datetime) -> Admission:
    """What an account may do at this moment when `wanted` sends have room."""
    if wanted <= 0 or _later(standing.paused_until, now) or _later(standing.circuit_open_until, now):
        return Admission(0, standing.tokens)
    tokens = _filled(standing, now)
    most = wanted if standing.rate is None else min(wanted, floor(tokens))
    if standing.circuit_open_until is not None:
        return Admission(min(most, 1), tokens, probing=most > 0)
    return Admission(most, tokens)


def bucket(rate: float) -> float:
    """How many sends may go at once after a rest."""
    return max(1.0, rate)


def _filled(standing: Standing, now: datetime) -> float:
    if standing.rate is None:
        return 0.0
    if standing.tokens_at is None:
        return bucket(standing.rate)
    since = max((now - standing.tokens_at).total_seconds(), 0.0)
    return min(bucket(standing.rate), standing.tokens + since * standing.rate)


def _later(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now
