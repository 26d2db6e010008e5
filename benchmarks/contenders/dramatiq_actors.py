"""dramatiq: one message for each delivery, two processes of eight threads."""

from collections.abc import Sequence

from benchmarks.contenders.dramatiq_app import deliver_actor
from benchmarks.processes import Workers
from benchmarks.race import Contender
from benchmarks.stores import queue_store

PROCESSES, THREADS = 2, 8


def _enqueue(ids: Sequence[int]) -> None:
    for delivery_id in ids:
        deliver_actor.send(delivery_id)


def _ready(channel: str, crew: Workers) -> bool:
    with queue_store() as store:
        return bool(store.zcard("dramatiq:__heartbeats__") == PROCESSES)


DRAMATIQ = Contender(
    "dramatiq",
    lambda channel: [
        [
            *("-m", "dramatiq", "-p", str(PROCESSES), "-t", str(THREADS)),
            *("benchmarks.contenders.dramatiq_broker", "benchmarks.contenders.dramatiq_app"),
        ]
    ],
    _ready,
    _enqueue,
)
