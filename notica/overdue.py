"""What time alone does to deliveries: leases that ran out, waits that are over, steps and messages too late.

Each is one conditional statement and returns the recipients to settle.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from channels_app import registry
from channels_app.base import Capabilities
from notica import overdue_sql as sql
from notica.next_step import openable, opening_of
from plumier.clock import database_now

logger = logging.getLogger(__name__)


def reap() -> list[int]:
    """Leases that ran out: nobody knows whether the provider took it. One that looks up is given time to answer."""
    looking_up = _channels("looks_up")
    waits = [_capabilities(name).uncertain_wait for name in looking_up]
    return _changed(sql.REAP, {"looking_up": looking_up, "wait": max(waits, default=0.0)})


def resolve_uncertain(ids: Sequence[int] | None = None) -> list[int]:
    """Unanswered sends whose wait is over, or these ones: once more where a second copy is better than none.

    Those of channels that look up are asked for first (`notica.looking_up`), and come here by their ids, or
    when nobody has been able to ask for ten minutes.
    """
    resendable = _channels("resend_uncertain")
    if ids is not None:
        return _changed(sql.RESOLVE_THESE, {"resendable": resendable, "ids": list(ids)})
    return _changed(sql.RESOLVE_WAITED, {"resendable": resendable, "looking_up": _channels("looks_up")})


def close_steps() -> list[int]:
    """What waits in a step whose time is over, where another step may be opened today."""
    with connection.cursor() as cursor:
        cursor.execute(sql.LATE_STEPS)
        late = [opening_of(row) for row in cursor.fetchall()]
        further = openable(late, database_now()) if late else set()
        cursor.execute(sql.LAST_STEP, [[one.recipient_id for one in late if one.recipient_id not in further]])
    return _changed(sql.CLOSE_STEPS, [sorted(further)])


def expire() -> list[int]:
    """Deliveries that waited longer than their message is worth."""
    return _changed(sql.EXPIRE)


def take_back_copies(message_id: int) -> None:
    """The Notica copies of a cancelled message that nobody could see yet."""
    with connection.cursor() as cursor:
        cursor.execute(sql.TAKE_BACK, [message_id])


def cancel_rows(message_id: int) -> list[int]:
    """Some thousands of a cancelled message's deliveries that have not begun; none when all are.

    What went out without an answer stays unconfirmed: it cannot be called back.
    """
    return _changed(sql.CANCEL, [message_id])


def _channels(ability: str) -> list[str]:
    return [name for name in registry.channel_names() if getattr(_capabilities(name), ability)]


def _capabilities(name: str) -> Capabilities:
    return registry.channel_class(name).capabilities


def _changed(statement: str, values: Any = None) -> list[int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
