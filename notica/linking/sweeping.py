"""By the clock: chats whose phone left the register are unlinked, and what is of no more use is forgotten.

An operator gives a number that was given up to another family: the chat of those who had it must not get its notices.
"""

import logging
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.core.cache import cache
from django.db import connection, transaction
from redis.exceptions import RedisError

from channels_app.telegram.errors import LEFT, MOVED
from notica.linking import register_sql as sql
from notica.linking.handling import LOCK_CLASS, OLDEST
from plumier.clock import database_now

logger = logging.getLogger(__name__)
AT_ONCE: Final = 20_000  # chats looked at in one round: a million in less than an hour
FORGOTTEN_AT_ONCE: Final = 10_000
UPDATES_KEPT: Final = OLDEST + timedelta(days=1)
IDLE_CHATS_KEPT: Final = timedelta(days=30)
INVITATIONS_KEPT: Final = timedelta(days=1)
CURSOR_KEY: Final = "linking:swept_to"
LEFT_CURSOR_KEY: Final = "linking:left_swept_to"


class _Sweep(NamedTuple):
    """What is looked at: the next rows and those to be done, the locks for these, what is done, and up to where."""

    look: str
    lock: str
    do: str
    cursor: str


CHATS: Final = _Sweep(sql.SWEEP, sql.LOCK, sql.UNLINK, CURSOR_KEY)
LEFT_PHONES: Final = _Sweep(sql.SWEEP_LEFT, sql.LOCK_LEFT, sql.LIFT_LEFT, LEFT_CURSOR_KEY)


def sweep_linked() -> int:
    """Look at the next chats; how many were unlinked."""
    unlinked = _sweep(CHATS)
    if unlinked:
        logger.info("%d chats were unlinked: their phones are not theirs any more", unlinked)
    return unlinked


def sweep_left() -> int:
    """Look at the next phones that a chat left; of how many nothing is told any more."""
    return _sweep(LEFT_PHONES)


def forget_linking() -> None:
    """Delete updates long handled, chats that never linked, links that are over; some of each at a call."""
    now = database_now()
    _forget(sql.FORGET_UPDATES, now - UPDATES_KEPT)
    _forget(sql.FORGET_CHATS, now - IDLE_CHATS_KEPT)
    _forget(sql.FORGET_INVITATIONS, now - INVITATIONS_KEPT)


def _sweep(what: _Sweep) -> int:
    """A round; how many rows it did. Where it had got to is a hint: without it it begins anew."""
    with connection.cursor() as cursor:
        cursor.execute(what.look, {"after": _swept_to(what.cursor), "most": AT_ONCE})
        last, number, gone = cursor.fetchone()
    done = _do(what, gone) if gone else 0
    _note(what.cursor, last if number == AT_ONCE else 0)
    return done


def _do(what: _Sweep, rows: list[int]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(what.lock, {"class": LOCK_CLASS, "rows": rows})
        cursor.execute(what.do, {"rows": rows, "reasons": [LEFT, MOVED]})
        return int(cursor.rowcount)


def _forget(statement: str, before: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"before": before, "most": FORGOTTEN_AT_ONCE})


def _swept_to(key: str) -> int:
    try:
        return int(cache.get(key, 0))
    except RedisError:
        return 0


def _note(key: str, last: int) -> None:
    try:
        cache.set(key, last, None)
    except RedisError:
        logger.warning("the sweep of linked chats begins anew: Redis is away")
