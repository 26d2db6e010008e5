"""Hints to RQ's workers: ids only, never needed for the truth, never an error for who pressed Send."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import django_rq
from django.db import transaction
from redis.exceptions import RedisError
from rq import Queue, Worker

logger = logging.getLogger(__name__)
FAN_OUT = "notica.fanout.fan_out"
DRAIN = "notica.delivery.drain"
SWEEP = "notica.cancelling.sweep"
# Seconds. A drain's own minute, one send's whole deadline after it, and room to write back; a fan-out ends by
# itself, and one to a region may take long.
JOB_TIMEOUTS = {DRAIN: 180, FAN_OUT: 3600, SWEEP: 3600}
MOST_FAN_OUTS = 100  # jobs waiting, beyond which the poller adds none


def fan_out_later(message_id: int) -> None:
    """Ask for the fan-out of a message once this transaction is committed."""
    _on_commit(lambda: _enqueue("fanout", FAN_OUT, message_id))


def sweep_later(message_id: int) -> None:
    """Ask for the rows of a cancelled message to be ended once this transaction is committed."""
    _on_commit(lambda: _enqueue("fanout", SWEEP, message_id))


def fan_out_again(message_ids: Iterable[int]) -> None:
    """Ask for fan-outs that may have been asked for already, unless many jobs wait."""
    for message_id in message_ids:
        _enqueue("fanout", FAN_OUT, message_id, times=lambda queue: int(queue.count < MOST_FAN_OUTS))


def wake_later(channels: Iterable[str]) -> None:
    """Ask the channels' workers to look at their rows once this transaction is committed."""
    names = sorted(set(channels))

    def hint() -> None:
        for name in names:
            wake(name)

    _on_commit(hint)


def wake(channel: str) -> None:
    """Let as many drains wait as the queue has workers: one alone would leave the others idle."""
    _enqueue(channel, DRAIN, channel, times=lambda queue: max(1, Worker.count(queue=queue)) - queue.count)


def _on_commit(hint: Callable[[], Any]) -> None:
    transaction.on_commit(hint, robust=True)


def _once(_queue: Queue) -> int:
    return 1


def _enqueue(
    queue_name: str, job: str, argument: int | str, *, times: Callable[[Queue], int] = _once
) -> None:
    """Add the job so many times; the queue may hold enough already."""
    try:
        queue = django_rq.get_queue(queue_name)
        for _ in range(times(queue)):
            queue.enqueue(job, argument, result_ttl=0, failure_ttl=60, job_timeout=JOB_TIMEOUTS[job])
    except RedisError as error:
        logger.warning(
            "no wake-up for %s: %s; the poller will find its rows", queue_name, type(error).__name__
        )
