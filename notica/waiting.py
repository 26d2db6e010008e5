"""Waiting for a message to end, with workers started where none run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from math import inf

from django.conf import settings
from django.db import connection

from notica.choices import MessageState
from notica.crew import Crew
from notica.models import Message
from notica.progress import totals
from notica.worker import is_worked

LOOK_SECONDS = 0.2
ACUSE_SECONDS = 15.0
PATIENCE_SECONDS = 120.0
NEXT = """
SELECT next FROM (
    SELECT min(due) AS next FROM (
        SELECT CASE state WHEN 'queued' THEN not_before ELSE plumier_now() END AS due
        FROM notica_message
        WHERE id = ANY(%(ids)s) AND (state = 'queued' OR (state = 'sending' AND fanned_out_at IS NULL))
        UNION ALL
        SELECT CASE state WHEN 'sending' THEN plumier_now() ELSE not_before END
        FROM notica_delivery
        WHERE message_id = ANY(%(ids)s) AND state IN ('ready', 'sending', 'uncertain')) AS waiting) AS first
WHERE next > plumier_now() + make_interval(secs => %(patience)s)
"""
ENDED = (MessageState.FINISHED, MessageState.CANCELLED)


@contextmanager
def workers() -> Iterator[None]:
    """Workers for every queue that nobody works, for as long as the block lasts."""
    missing = [name for name in settings.QUEUES if not is_worked(name)]
    crew = Crew(missing, clock=bool(missing))
    crew.start()
    try:
        yield
    finally:
        crew.stop()


def _quietly(_ended: int, _total: int) -> None:
    return None


def wait_for(message_ids: list[int], show: Callable[[int, int], None] = _quietly, most: float = inf) -> None:
    """Return when all these messages have ended, when the next try is far off, or after `most` seconds.

    `show` is told how many recipients have ended, of how many.
    """
    ends_at = time.monotonic() + most
    while True:
        states = list(Message.objects.filter(pk__in=message_ids).values_list("state", flat=True))
        counted = totals(*message_ids)
        everybody = sum(counted.values())
        show(everybody - counted.get("", 0), everybody)
        if all(state in ENDED for state in states) or time.monotonic() > ends_at:
            return
        if resumes_at(message_ids) is not None:
            return
        time.sleep(LOOK_SECONDS)


def resumes_at(message_ids: list[int]) -> datetime | None:
    """When the next try is due, if that is later than anybody wants to sit and wait for."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"ids": message_ids, "patience": PATIENCE_SECONDS})
        row: tuple[datetime] | None = cursor.fetchone()
    return row[0] if row else None


def wait_for_acuses(message_ids: list[int], most: float = ACUSE_SECONDS) -> list[int]:
    """The acuses of these messages, after giving them a moment to go out."""
    keys = [f"acuse-{pk}" for pk in message_ids]
    acuses = list(Message.objects.filter(kind="acuse", client_key__in=keys).values_list("pk", flat=True))
    wait_for(acuses, most=most)
    return acuses
