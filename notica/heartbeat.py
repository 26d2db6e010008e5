"""The clock's sign of life in Redis, for `/salud` and for whoever runs the containers."""

import logging
import socket

import django_rq
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
KEY = "plumier:clock"
LIFE_SECONDS = 60  # six rounds of the clock


def beat(*, done: bool) -> None:
    """Say that this host's clock goes, and if it was `done` here that a round has come to its end.

    Where several hosts keep the clock one makes the round and the others find it taken.
    """
    host = f"{KEY}:{socket.gethostname()}"
    try:
        with django_rq.get_connection(settings.QUEUES[0]).pipeline(transaction=False) as pipeline:
            for key in (KEY, host) if done else (host,):
                pipeline.set(key, "1", ex=LIFE_SECONDS)
            pipeline.execute()
    except RedisError as error:
        logger.warning("the clock goes on and cannot say so: %s", type(error).__name__)


def clock_runs(store: Redis) -> bool:
    """Whether a clock ended a round within the last minute, on any host."""
    return bool(store.exists(KEY))
