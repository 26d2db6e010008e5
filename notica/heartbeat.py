"""The signs of life of the clock and of who hears the bots, for `/salud` and who runs the containers."""

import logging
import socket

import django_rq
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
KEY = "plumier:clock"
BOTS_KEY = "plumier:bots"
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


def beat_bots() -> None:
    """Say that this host fetches what people say to the bots."""
    try:
        store = django_rq.get_connection(settings.QUEUES[0])
        for key in (BOTS_KEY, f"{BOTS_KEY}:{socket.gethostname()}"):
            store.set(key, "1", ex=LIFE_SECONDS)
    except RedisError as error:
        logger.warning("the bots are heard, and that cannot be said: %s", type(error).__name__)


def bots_are_polled() -> bool:
    """Whether any host fetches it; not known to be otherwise while Redis is away."""
    try:
        return bool(django_rq.get_connection(settings.QUEUES[0]).exists(BOTS_KEY))
    except RedisError:
        return True


def clock_runs(store: Redis) -> bool:
    """Whether a clock ended a round within the last minute, on any host."""
    return bool(store.exists(KEY))
