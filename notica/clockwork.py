"""The process that keeps the clock: a round every ten seconds, and a sign of life after each."""

import logging
import time
from itertools import count

from django.db import DatabaseError, connection

from notica import heartbeat, poller
from notica.stopping import StopSignals

logger = logging.getLogger(__name__)


def keep_clock() -> None:
    """Rounds until SIGINT or SIGTERM; one under way is ended first. The database may come and go."""
    with StopSignals() as signals:
        for number in count():
            if signals.asked:
                return
            started = time.monotonic()
            try:
                heartbeat.beat(done=poller.tick(whole=number % poller.SELDOM == 0))
            except DatabaseError:
                logger.exception("a round failed")
            connection.close_if_unusable_or_obsolete()
            signals.wait(max(0.0, poller.EVERY_SECONDS - (time.monotonic() - started)))
