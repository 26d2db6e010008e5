"""Mails a second over SMTP: the engine, django-post_office, and Django's own back end two ways."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.bench import Bench
from benchmarks.climbing import climb
from benchmarks.contenders import post_office
from benchmarks.delivering import pace_of
from benchmarks.engine import engine
from benchmarks.limit import limit
from benchmarks.messages import Measured, NotDone, choice_of, rows_of, write_out
from benchmarks.processes import children
from benchmarks.race import Course, race
from benchmarks.results import ENGINE, LIMIT, Rate

LATENCIES = (0, 10)  # milliseconds
FIRST = {ENGINE: 240, LIMIT: 400, "post_office": 200, "django_kept": 200, "django_each": 100}
LONGEST_SECONDS = 300.0


def measure_mail(bench: Bench) -> None:
    """Each way once at each latency."""
    for latency in LATENCIES:
        for name, run in _runs(bench, latency).items():
            what = f"{name}, {latency} ms"
            found = bench.attempt(what, partial(climb, run, FIRST[name], pace_of(bench).seconds, bench.most))
            if found is not None:
                bench.results.mail.append(Rate(name, "email", latency, found.rows, found.seconds))


def _runs(bench: Bench, latency: float) -> dict[str, Callable[[int], Measured]]:
    def engines(rows: int) -> Measured:
        return race(bench, engine(), Course("email", latency, rows))

    def post_offices(rows: int) -> Measured:
        bench.begin(latency)
        ids = _written(bench, rows)
        post_office.queue(ids)
        return _by_child("benchmarks.contenders.post_office.prepare", len(ids))

    def djangos(kept: bool, rows: int) -> Measured:
        bench.begin(latency)
        ids = _written(bench, rows)
        measured = _by_child("benchmarks.contenders.smtp.prepare", len(ids), kept=kept)
        bench.add_up(f"{'django_kept' if kept else 'django_each'}, {latency:g} ms, {len(ids):,} rows")
        return measured

    return {
        "post_office": post_offices,
        "django_kept": partial(djangos, True),
        "django_each": partial(djangos, False),
        ENGINE: engines,
        LIMIT: partial(limit, bench, "email", latency),
    }


def _written(bench: Bench, rows: int) -> list[int]:
    made = bench.school(bench.most)
    return rows_of(write_out(made, "email", choice_of(made, rows)))


def _by_child(work: str, rows: int, **arguments: Any) -> Measured:
    with children(work, 1, **arguments) as (child,):
        began = time.monotonic()
        child.go()
        answer = child.answer(LONGEST_SECONDS)
    if answer["sent"] != rows:
        raise NotDone(f"{answer['sent']} of {rows} were sent")
    return Measured(rows, answer["ended"] - began)
