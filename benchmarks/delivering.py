"""Deliveries a second: the engine, one job for each delivery three ways, and the client alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.bench import Bench
from benchmarks.climbing import climb, middle
from benchmarks.contenders.celery_tasks import CELERY
from benchmarks.contenders.dramatiq_actors import DRAMATIQ
from benchmarks.contenders.rq_jobs import RQ
from benchmarks.engine import engine
from benchmarks.limit import limit
from benchmarks.messages import Measured
from benchmarks.race import Contender, Course, race
from benchmarks.results import CHANNELS, ENGINE, LIMIT, Rate

LATENCIES = (0, 50)  # milliseconds
COURSES = tuple((latency, channel) for latency in LATENCIES for channel in CHANNELS)
QUICK_COURSES = ((0, "telegram"), (0, "tokapp"), (50, "tokapp"))
# Rows to begin with, by contender; more are taken until it lasts long enough.
FIRST = {ENGINE: 2000, LIMIT: 4000, "rq": 72, "celery": 192, "dramatiq": 480}
SLOWER = {"email": 10}  # a mail is five commands, each with its answer
LIMIT_MOST = 120_000
WORKERS = (1, 2, 4)

Run = Callable[[int], Measured]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a measurement lasts in seconds, and how often the engine and its limit take turns."""

    seconds: float = 3.0
    turns: int = 3


def pace_of(bench: Bench) -> Pace:
    """A quick run's, or a whole one's."""
    return Pace(1.5, 1) if bench.quick else Pace()


def measure_deliveries(bench: Bench) -> None:
    """Every contender on every channel at every latency; the engine and the limit in turns, the median of each."""
    pace = pace_of(bench)
    for latency, channel in QUICK_COURSES if bench.quick else COURSES:
        bench.results.deliveries += _on(bench, channel, latency, pace)


def measure_crews(bench: Bench) -> None:
    """The engine on TokApp with one, two and four workers."""
    for latency in LATENCIES[-1:] if bench.quick else LATENCIES:
        for number in WORKERS:
            run = _racing(bench, engine(number), "tokapp", latency)
            what = f"{number} workers, TokApp, {latency} ms"
            if found := bench.attempt(what, partial(climb, run, *_climb(ENGINE, bench, "tokapp"))):
                rate = Rate(ENGINE, "tokapp", latency, found.rows, found.seconds, number)
                bench.results.crews.append(rate)


def _on(bench: Bench, channel: str, latency_ms: float, pace: Pace) -> list[Rate]:
    runs: dict[str, Run] = {
        one.name: _racing(bench, one, channel, latency_ms) for one in (RQ, CELERY, DRAMATIQ, engine())
    }
    runs[LIMIT] = lambda rows: limit(bench, channel, latency_ms, rows)
    found: dict[str, list[Measured]] = {}
    for name, run in runs.items():
        what = f"{name}, {channel}, {latency_ms:g} ms"
        measured = bench.attempt(what, partial(climb, run, *_climb(name, bench, channel)))
        if measured is not None:
            found[name] = [measured]
    for turn in range(2, pace.turns + 1):
        for name in [each for each in (LIMIT, ENGINE) if each in found]:
            what = f"{name}, {channel}, {latency_ms:g} ms, turn {turn}"
            again = bench.attempt(what, partial(runs[name], found[name][0].rows))
            if again is not None:
                found[name].append(again)
    return [
        Rate(name, channel, latency_ms, one.rows, one.seconds)
        for name, each in found.items()
        for one in [middle(each)]
    ]


def _climb(name: str, bench: Bench, channel: str) -> tuple[int, float, int]:
    slower = SLOWER.get(channel, 1) if name in (ENGINE, LIMIT) else 1
    return FIRST[name] // slower, pace_of(bench).seconds, LIMIT_MOST if name == LIMIT else bench.most


def _racing(bench: Bench, one: Contender, channel: str, latency_ms: float) -> Run:
    return lambda rows: race(bench, one, Course(channel, latency_ms, rows))
