"""The limit: the engine's own client, fed with finished texts and without a database."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.bench import Bench
from benchmarks.messages import SMS_TEXT, SUBJECT, TEXT, Measured, NotDone
from benchmarks.processes import children
from channels_app import environment, registry
from channels_app.base import Channel, Content, Outgoing

PROCESSES = 2
LONGEST_SECONDS = 300.0


def limit(bench: Bench, channel: str, latency_ms: float, rows: int) -> Measured:
    """So many sends by two processes, each with the channel's own number in flight."""
    bench.sandbox.answer_after(latency_ms)
    each = -(-rows // PROCESSES)
    with children("benchmarks.limit.prepare", PROCESSES, channel=channel, rows=each) as started:
        began = time.monotonic()
        for child in started:
            child.go()
        answers = [child.answer(LONGEST_SECONDS) for child in started]
    accepted = sum(answer["accepted"] for answer in answers)
    if accepted != each * PROCESSES:
        raise NotDone(f"{accepted} of {each * PROCESSES} were accepted")
    ended = max(answer["ended"] for answer in answers)
    return Measured(accepted, ended - began)


def prepare(channel: str, rows: int, index: int) -> Callable[[], dict[str, Any]]:
    """The work of one process; its clock is the machine's (`time.monotonic`)."""
    kind = registry.channel_class(channel)
    letters = [_letter(kind, index * rows + number) for number in range(rows)]

    def work() -> dict[str, Any]:
        accepted = asyncio.run(_send_all(kind(environment.values(kind)), letters))
        return {"accepted": accepted, "ended": time.monotonic()}

    return work


async def _send_all(channel: Channel, letters: list[Outgoing]) -> int:
    waiting = iter(letters)
    async with channel:
        sent = await asyncio.gather(
            *(_send_some(channel, waiting) for _ in range(channel.capabilities.concurrency))
        )
    return sum(sent)


async def _send_some(channel: Channel, waiting: Iterator[Outgoing]) -> int:
    accepted = 0
    for outgoing in waiting:
        outcome = await channel.send(outgoing)
        accepted += outcome.kind == "accepted"
    return accepted


def _letter(kind: type[Channel], number: int) -> Outgoing:
    form = kind.capabilities.form
    text = SMS_TEXT if form == "sms" else TEXT
    html = f"<!doctype html><html><body><p>{TEXT}</p></body></html>" if form == "email" else ""
    addresses = {"chat": str(10**9 + number), "phone": f"+346{number:08d}"}
    address = addresses.get(kind.capabilities.address, f"familia{number}@familias.example")
    content = Content(text, SUBJECT, html, "Centro")
    return Outgoing(number, 1, address, content, key=f"limit.{number}", dated=datetime.now(UTC))
