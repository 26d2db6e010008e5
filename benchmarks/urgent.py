"""How soon an urgent message reaches the provider while many others go out."""

import time
from collections.abc import Callable
from datetime import datetime

from benchmarks.bench import Bench
from benchmarks.engine import engine
from benchmarks.messages import NotDone, choice_of, draft, write_out
from benchmarks.population import BLOCK, Made
from benchmarks.processes import workers
from benchmarks.results import Urgent
from notica.actions import send
from notica.choices import Audience
from notica.drafts import Choice
from notica.models import Delivery
from plumier.clock import database_now

CHANNEL, LATENCY = "tokapp", 50  # milliseconds
BULK = 100_000
FAMILIES = 480  # of the school that the urgent ones are for
MOST, LEAST = 40, 10  # urgent messages: what fits in while the others go out
EVERY_SECONDS = 0.25
LONGEST_SECONDS = 120.0
POLL_SECONDS = 0.05


def measure_urgent(bench: Bench) -> None:
    """Bulk rows ready and workers at work; then urgent messages, each to one family, one after another."""
    bulk = bench.most if bench.quick else BULK
    found = bench.attempt(f"urgent messages while {bulk:,} go out", lambda: _measure(bench, bulk))
    if found is not None:
        bench.results.urgent = found


def _measure(bench: Bench, bulk: int) -> Urgent:
    many, few = bench.school(bulk), bench.school(FAMILIES)
    bench.begin(LATENCY)
    contender = engine()
    with workers(contender.commands(CHANNEL), bench.log("urgent")) as crew:
        crew.wait_until(lambda: contender.ready(CHANNEL, crew))
        crew.hold()
        write_out(many, CHANNEL, choice_of(many, bulk))
        crew.release()
        wait_for(lambda: bool(Delivery.objects.filter(state="accepted").exists()))
        sent: list[tuple[int, datetime]] = []
        while len(sent) < MOST and Delivery.objects.filter(state="ready", lane__gt=0).exists():
            sent.append(_send_one(few, len(sent)))
            time.sleep(EVERY_SECONDS)
        wait_for(lambda: have_gone([message for message, _ in sent]))
    bench.add_up(f"engine, urgent among {bulk:,}")
    if len(sent) < LEAST:
        raise NotDone(f"the {bulk:,} had gone out after {len(sent)} urgent ones")
    return Urgent(bulk, tuple(waits(bench, sent, LATENCY)))


def _send_one(made: Made, number: int) -> tuple[int, datetime]:
    """Send to the next family; the message and when Send was pressed."""
    now = database_now()
    choice = Choice(to=Audience.FAMILY, students=(made.first_student + number * BLOCK,))
    message = send(draft(made, CHANNEL, choice), by=made.director, now=now)
    return message.pk, now


def have_gone(messages: list[int]) -> bool:
    """Whether nothing of these is left to be sent."""
    return not Delivery.objects.filter(message_id__in=messages, state__in=("ready", "sending")).exists()


def waits(bench: Bench, sent: list[tuple[int, datetime]], latency_ms: float) -> list[float]:
    """Seconds until the provider's log has each; its answers come after its latency, which is not ours."""
    arrived = {entry["address"]: datetime.fromisoformat(entry["at"]) for entry in bench.sandbox.entries()}
    pressed = dict(sent)
    rows = Delivery.objects.filter(message_id__in=pressed).values_list("message_id", "endpoint")
    return [(arrived[endpoint] - pressed[pk]).total_seconds() - latency_ms / 1000 for pk, endpoint in rows]


def wait_for(done: Callable[[], bool]) -> None:
    """Until it is so. Raises NotDone."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise NotDone(f"not in {LONGEST_SECONDS:g} s")
        time.sleep(POLL_SECONDS)
