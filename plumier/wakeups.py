"""Hints to the workers of the queue «slow»: never needed for the truth, never an error for who pressed a button.

The rows say what is to be done; the clock finds what no hint reached.
"""

import logging
from typing import Final

import django_rq
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
QUEUE: Final = "slow"
JOB_TIMEOUT: Final = 3600  # seconds; the longest is an import of a region's largest school


def wake_later(job: str, *ids: int) -> None:
    """Ask for a job, by its dotted name and with ids alone, once this transaction is committed."""
    transaction.on_commit(lambda: wake(job, *ids), robust=True)


def wake(job: str, *ids: int) -> None:
    """Ask for a job now."""
    try:
        queue = django_rq.get_queue(QUEUE)
        queue.enqueue(job, *ids, result_ttl=0, failure_ttl=60, job_timeout=JOB_TIMEOUT)
    except RedisError as error:
        logger.warning("no wake-up for %s: %s; the clock will find its rows", job, type(error).__name__)
