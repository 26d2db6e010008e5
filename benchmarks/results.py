"""What a run found, as plain values: kept as JSON, made into the table, the chart and the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

ENGINE, LIMIT, RQ = "engine", "limit", "rq"
OTHERS = (RQ, "celery", "dramatiq")
CHANNELS = ("telegram", "tokapp", "email", "sms")
NAMES = {"telegram": "Telegram", "tokapp": "TokApp", "email": "e-mail", "sms": "SMS"}
SHORT = {RQ: "RQ", "celery": "Celery", "dramatiq": "dramatiq", ENGINE: "engine", LIMIT: "limit"}
LIMIT_AIM = 0.5  # of the same client's without a database
RQ_AIMS = {"tokapp": 100.0, "telegram": 50.0}  # times one RQ job for each delivery
FANOUT_AIM = 15_000  # recipients a second
FANOUT_GROWTH_AIM = 11.0  # the time of ten times as many, at most
SEND_AIM = 0.2  # seconds
URGENT_AIM = 2.0  # seconds, for 95 of 100
ROLL_AIM = 10.0  # seconds until an absence is with the provider, for 95 of 100
FIGURES_AIM = 2.0  # seconds
PAGE_AIM = 150  # milliseconds, for 95 of 100


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 did not exceed."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


@dataclass(frozen=True, slots=True)
class Rate:
    """One contender on one channel. `seconds` ran from ready workers to the last record."""

    contender: str
    channel: str
    latency_ms: float
    rows: int
    seconds: float
    workers: int = 2

    @property
    def a_second(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


@dataclass(frozen=True, slots=True)
class FanOut:
    """A message written out: `rows` in all its tables, `peak_mb` the process's memory at its most."""

    recipients: int
    rows: int
    seconds: float
    peak_mb: float
    unmeasured: bool = False  # left out, as it would have taken `seconds`

    @property
    def a_second(self) -> float:
        """Recipients a second."""
        return self.recipients / self.seconds


@dataclass(frozen=True, slots=True)
class SendTime:
    """How long the person who presses Send waits, in seconds: the median and the longest."""

    recipients: int
    seconds: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Urgent:
    """Urgent messages sent one by one while `bulk` others go out: seconds until the provider had each."""

    bulk: int
    waits: tuple[float, ...]

    @property
    def p95(self) -> float:
        """What 95 of 100 did not exceed."""
        return p95(self.waits)


@dataclass(frozen=True, slots=True)
class RollTimes:
    """Absences marked while `bulk` others go out: seconds until the provider had each, and of saving each roll."""

    bulk: int
    rolls: int
    waits: tuple[float, ...]
    saved: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FigureTimes:
    """Absentismo of a year with so many rows: seconds of each time that it was reckoned."""

    students: int
    absences: int
    rolls: int
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PageTime:
    """A page opened again and again: seconds in a school with a past, and in one that is as good as empty."""

    page: str
    full: tuple[float, ...]
    empty: tuple[float, ...]

    @property
    def times(self) -> float:
        """How many times as long it takes in the full school."""
        return median(self.full) / median(self.empty)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What the sandbox itself gives to so many connections that do nothing but ask."""

    channel: str
    latency_ms: float
    connections: int
    a_second: float


@dataclass(frozen=True, slots=True)
class Added:
    """After one run: rows accepted, messages taken, and how many of both do not belong together."""

    what: str
    accepted: int
    taken: int
    apart: int


@dataclass(slots=True)
class Results:
    """One whole run, or as much of it as was asked for."""

    facts: dict[str, str] = field(default_factory=dict)
    deliveries: list[Rate] = field(default_factory=list)
    crews: list[Rate] = field(default_factory=list)
    mail: list[Rate] = field(default_factory=list)
    fanouts: list[FanOut] = field(default_factory=list)
    sends: list[SendTime] = field(default_factory=list)
    urgent: Urgent | None = None
    rolls: RollTimes | None = None
    figures: FigureTimes | None = None
    ceilings: list[Ceiling] = field(default_factory=list)
    pages: list[PageTime] = field(default_factory=list)
    checks: list[Added] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Whether nothing failed, and what is recorded is what the provider took, after every run."""
        return not self.failures and all(check.apart == 0 for check in self.checks)


def find(rates: Iterable[Rate], contender: str, channel: str, latency_ms: float) -> Rate | None:
    """The rate of one contender, if it was measured."""
    for rate in rates:
        if (rate.contender, rate.channel, rate.latency_ms) == (contender, channel, latency_ms):
            return rate
    return None


def ratio(one: Rate | None, other: Rate | None) -> float | None:
    """How many times the other's rate the first is; None if one of them was not measured."""
    return one.a_second / other.a_second if one and other else None
