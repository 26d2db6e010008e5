"""How often somebody may knock: counted in the shared cache, and forgotten by itself."""

import logging

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def too_often(what: str, who: str, most: int, within: int) -> bool:
    """Whether `who` has done `what` more than `most` times in `within` seconds. Without the cache nobody has."""
    key = f"throttle:{what}:{salted_hmac('notica.throttling', who).hexdigest()}"
    try:
        cache.add(key, 0, within)
        return bool(cache.incr(key) > most)
    except (RedisError, ValueError):
        logger.warning("throttle of %s cannot be counted", what)
        return False
