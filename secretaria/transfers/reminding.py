"""The clock's part: an office that has let the time of its step go by is reminded, once for each deadline (E7)."""

import logging
import time
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import F, Q

from plumier.clock import database_now
from secretaria.models import Transfer
from secretaria.transfers.telling import tell

logger = logging.getLogger(__name__)
AT_ONCE: Final = 50
ROUND_SECONDS: Final = 3.0  # for all that are due in one round

# The school's own day has passed the deadline, and it has not been reminded of this one.
OVERDUE: Final = """
SELECT t.id FROM secretaria_transfer t
JOIN plumier_school s ON s.id = t.turn_id
JOIN plumier_schoolpolicy p ON p.school_id = s.id AND 'traslados' = ANY (p.procedures)
WHERE t.state NOT IN ('closed', 'annulled') AND t.due_on < (plumier_now() AT TIME ZONE s.time_zone)::date
  AND t.reminded_for IS DISTINCT FROM t.due_on AND NOT t.id = ANY (%s)
ORDER BY t.due_on, t.id LIMIT %s
"""


def remind_overdue() -> None:
    """Remind of some of them, the oldest first; each by itself, so that what breaks one keeps no other back."""
    ends_at, now = time.monotonic() + ROUND_SECONDS, database_now()
    seen: list[int] = []
    while time.monotonic() < ends_at and (found := _overdue(seen)):
        for pk in found:
            _remind_one(pk, now)
        seen += found


def _overdue(seen: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, [seen, AT_ONCE])
        return [row[0] for row in cursor.fetchall()]


def _remind_one(pk: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            _remind(pk, now)
    except Exception:
        logger.exception("transfer %s cannot be reminded of", pk)


def _remind(pk: int, now: datetime) -> None:
    waiting = ~Q(reminded_for=F("due_on")) | Q(reminded_for__isnull=True)
    held = Transfer.objects.select_for_update(of=("self",), skip_locked=True).filter(waiting, pk=pk)
    row = held.select_related("school", "destination", "turn", "student").first()
    if row is None or row.turn is None or row.due_on is None:
        return
    tell(row, row.turn, of=None, now=now)
    Transfer.objects.filter(pk=pk).update(reminded_for=row.due_on)
