"""One contender's run: workers ready and held still, everything queued, then released until the last record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import stores
from benchmarks.bench import Bench
from benchmarks.messages import Measured, choice_of, rows_of, wait_for_end, write_out
from benchmarks.processes import Workers, workers
from plumier.clock import database_now


@dataclass(frozen=True, slots=True)
class Contender:
    """Whose workers run, how it is seen that they are ready, and how rows are put before them.

    `enqueue` is None for the engine: the fan-out itself wakes it. With `settled` the clock runs on until
    every recipient is ended, which is the engine's work alone.
    """

    name: str
    commands: Callable[[str], Sequence[Sequence[str]]]
    ready: Callable[[str, Workers], bool]
    enqueue: Callable[[Sequence[int]], None] | None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """The channel, the provider's latency in milliseconds, and how many rows at least."""

    channel: str
    latency_ms: float
    rows: int


def race(bench: Bench, contender: Contender, course: Course) -> Measured:
    """Run it once. Raises Broken or NotDone."""
    channel = course.channel
    made = bench.school(bench.most, "telegram" if channel == "telegram" else "tokapp")
    bench.begin(course.latency_ms)
    name = f"{contender.name}-{channel}"
    with workers(contender.commands(channel), bench.log(name)) as crew:
        crew.wait_until(lambda: contender.ready(channel, crew))
        crew.hold()
        message_id = write_out(made, channel, choice_of(made, course.rows))
        rows = rows_of(message_id)
        stores.analyze()
        if contender.enqueue is not None:
            contender.enqueue(rows)
        began = database_now()
        crew.release()
        ended = wait_for_end(message_id, crew.check, settled=contender.settled)
    bench.add_up(f"{contender.name}, {channel}, {course.latency_ms:g} ms, {len(rows):,} rows")
    return Measured(len(rows), (ended - began).total_seconds())
