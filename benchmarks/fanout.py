"""Fan-out: a message to a whole school written out by a process of its own, and that process's memory."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection

from benchmarks import messages, stores
from benchmarks.bench import Bench
from benchmarks.memory import peak_bytes
from benchmarks.population import Made
from benchmarks.processes import children
from benchmarks.results import FanOut
from notica.actions import send
from notica.choices import Audience
from notica.drafts import Choice
from notica.fanout import fan_out
from notica.models import Message
from plumier.clock import database_now

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 10_000)
LONGEST_SECONDS = 300.0  # what is expected to take longer is left out, and that is said
TABLES = ("notica_recipient", "notica_delivery", "notica_recipientabout", "notica_inboxentry")


def measure_fanouts(bench: Bench) -> None:
    """Each size once; the next is left out when the last says that it would take too long."""
    for size in QUICK_SIZES if bench.quick else SIZES:
        last = next(reversed(bench.results.fanouts), None)
        expected = last.seconds * size / last.recipients if last else 0.0
        if expected > LONGEST_SECONDS:
            bench.say(f"  fan-out of {size:,} left out: it would take {expected:,.0f} s")
            bench.results.fanouts.append(FanOut(size, 0, expected, 0.0, unmeasured=True))
            continue
        found = bench.attempt(f"fan-out of {size:,}", partial(_measure, bench, size))
        if found is not None:
            bench.results.fanouts.append(found)


def _measure(bench: Bench, size: int) -> FanOut:
    made = bench.school(size)
    stores.empty()
    message_id = sent(made)
    with children("benchmarks.fanout.prepare", 1, message_id=message_id) as (child,):
        child.go()
        answer = child.answer(LONGEST_SECONDS * 3)
    rows = counted(message_id)
    if rows[0] != size or rows[1] != size:
        raise messages.NotDone(f"{rows[0]:,} recipients and {rows[1]:,} deliveries instead of {size:,}")
    return FanOut(size, sum(rows), answer["seconds"], answer["peak_mb"])


def prepare(message_id: int, index: int) -> Callable[[], dict[str, Any]]:
    """Fan a message out; the seconds it took and the memory that the process came to need."""
    database_now()  # the connection is open

    def work() -> dict[str, Any]:
        began = time.monotonic()
        fan_out(message_id)
        return {"seconds": time.monotonic() - began, "peak_mb": peak_bytes() / 2**20}

    return work


def sent(made: Made) -> int:
    """A message to everybody, due now and not yet written out."""
    everyone = Choice(to=Audience.FAMILY, everyone=True)
    message = send(messages.draft(made, "tokapp", everyone), by=made.director, now=database_now())
    Message.objects.filter(pk=message.pk, not_before__gt=database_now()).update(not_before=database_now())
    return message.pk


def counted(message_id: int) -> list[int]:
    with connection.cursor() as cursor:
        found = []
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE message_id = %s", [message_id])  # noqa: S608
            found.append(int(cursor.fetchone()[0]))
    return found
