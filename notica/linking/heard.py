"""Whether anybody hears what people say to a bot, as far as is known: a person presses start, and nobody answers."""

import logging
from typing import Final

from django.core.cache import cache
from redis.exceptions import RedisError

from notica.heartbeat import bots_are_polled

logger = logging.getLogger(__name__)
KNOWN_FOR: Final = 25 * 3600  # seconds; each bot is asked once a day


def note_heard(account_id: int, *, heard: bool) -> None:
    """Keep what was found out of a bot."""
    try:
        cache.set(_key(account_id), int(heard), KNOWN_FOR)
    except RedisError as error:
        logger.warning("whether a bot is heard cannot be kept: %s", type(error).__name__)


def is_unheard(account_id: int) -> bool:
    """Whether Telegram brought its updates nowhere when it was asked last, and nobody fetches them now."""
    try:
        return cache.get(_key(account_id)) == 0 and not bots_are_polled()
    except RedisError:
        return False


def _key(account_id: int) -> str:
    return f"linking:heard:{account_id}"
