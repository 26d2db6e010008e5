"""How long Send takes: what the person who presses it waits for, up to the commit."""

import time
from functools import partial
from statistics import median

from benchmarks import stores
from benchmarks.bench import Bench
from benchmarks.messages import draft
from benchmarks.results import SendTime
from notica.actions import send
from notica.choices import Audience
from notica.drafts import Choice
from plumier.clock import database_now

# Recipients, and the school that they are of.
SIZES = ((1, 5_000), (100, 5_000), (5_000, 5_000), (100_000, 100_000))
TIMES = 7


def measure_sends(bench: Bench) -> None:
    """Each size several times; nobody works the queues meanwhile."""
    for recipients, guardians in SIZES[:-1] if bench.quick else SIZES:
        found = bench.attempt(f"Send to {recipients:,}", partial(_measure, bench, recipients, guardians))
        if found is not None:
            bench.results.sends.append(found)


def _measure(bench: Bench, recipients: int, guardians: int) -> SendTime:
    made = bench.school(guardians)
    stores.empty()
    # The first students have one guardian each, but for four of every twelve, who have two in pairs.
    students = range(made.first_student, made.first_student + recipients)
    choice = (
        Choice(to=Audience.FAMILY, everyone=True)
        if recipients == guardians
        else Choice(to=Audience.FAMILY, students=tuple(students))
    )
    waits: list[float] = []
    for _ in range(TIMES):
        given = draft(made, "tokapp", choice)
        now = database_now()
        began = time.monotonic()
        send(given, by=made.director, now=now)
        waits.append(time.monotonic() - began)
    return SendTime(recipients, median(waits), max(waits))
