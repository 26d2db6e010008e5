"""Celery: one task for each delivery, a prefork pool of two processes."""

from collections.abc import Sequence

from benchmarks.contenders.celery_app import app, deliver_task
from benchmarks.processes import Workers
from benchmarks.race import Contender

PROCESSES = 2


def _enqueue(ids: Sequence[int]) -> None:
    for delivery_id in ids:
        deliver_task.delay(delivery_id)


def _ready(channel: str, crew: Workers) -> bool:
    return bool(app.control.ping(timeout=0.5))


CELERY = Contender(
    "celery",
    lambda channel: [
        ["-m", "benchmarks.contenders.celery_worker", "worker", "-P", "prefork", "-c", str(PROCESSES)]
    ],
    _ready,
    _enqueue,
)
