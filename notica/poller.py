"""What happens by the clock alone: rows that nobody's wake-up reached, leases that ran out, rests to sweep.

Runs in any number of processes; an advisory lock lets one work at a time.
"""

import logging
import time
from collections.abc import Callable, Iterable

from django.db import connection, transaction

from notica import cancelling, late_facts, overdue, settling_sql, silence, spool
from notica.bounces import wake_reading
from notica.channel_refresh import wake_refreshing
from notica.claiming import due_channels
from notica.database import alone_at
from notica.exports import jobs as exports
from notica.fanout import incomplete, reopen
from notica.inbox import forget_expired
from notica.linking.profile import wake_profiles
from notica.linking.sweeping import forget_linking, sweep_left, sweep_linked
from notica.progress import fold_running
from notica.receipts import late_acuses, send_acuses
from notica.settling import finish_messages, settle
from notica.tallying import tally
from notica.wakeups import fan_out_again, wake_later
from notica.writing.sweeping import sweep_some
from plumier.accounts import letters, recovery
from plumier.clock import database_now
from plumier.history import forget_old
from plumier.importing.runs import wake_waiting
from plumier.versions import fold_versions
from plumier.wakeups import wake

logger = logging.getLogger(__name__)
EVERY_SECONDS = 10.0
SELDOM = 6  # every so many rounds, what reads every row of the messages that run
OVERDUE_SECONDS = 5.0  # for all that is overdue in one round
LOCK_CLASS = 7002

STUCK = """
SELECT r.id FROM notica_recipient r
JOIN notica_message m ON m.id = r.message_id AND m.state IN ('sending', 'cancelled') AND m.finished_at IS NULL
WHERE r.outcome = '' AND NOT EXISTS (
    SELECT FROM notica_delivery d
    WHERE d.message_id = r.message_id AND d.recipient_id = r.id AND d.step = r.step
      AND d.state IN ('ready', 'sending', 'uncertain'))
ORDER BY r.id LIMIT 1000
"""

UNWRITTEN = """
SELECT id FROM notica_message
WHERE (state = 'queued' AND not_before <= plumier_now())
   OR (state = 'sending' AND finished_at IS NULL AND fanned_out_at IS NULL)
ORDER BY id LIMIT 100
"""

CANCELLED = """
SELECT id FROM notica_message WHERE state = 'cancelled' AND finished_at IS NULL ORDER BY id LIMIT 100
"""


def tick(*, whole: bool = True) -> bool:
    """One round, unless another process is at it; whether it was made.

    Each part can be run again and does nothing where there is nothing to do.
    """
    with alone_at(LOCK_CLASS) as alone:
        if alone:
            _round((*PARTS, *_ADDED, *SELDOM_PARTS) if whole else (*PARTS, *_ADDED))
    return alone


def _round(parts: Iterable[Callable[[], object]]) -> None:
    """Each part by itself: what one row breaks is no reason to leave the others lying."""
    for part in parts:
        try:
            part()
        except Exception:
            logger.exception("a part of the round failed: %s", part.__name__)


def _settle_overdue() -> None:
    """Batch by batch, so that after an outage nobody's next step waits for many rounds."""
    ends_at = time.monotonic() + OVERDUE_SECONDS
    for part in (overdue.reap, overdue.resolve_uncertain, overdue.close_steps, overdue.expire):
        while recipients := part():
            settle(recipients)
            if time.monotonic() >= ends_at:
                break


def _close_silent() -> None:
    ends_at = time.monotonic() + OVERDUE_SECONDS
    while silence.close_overdue() and time.monotonic() < ends_at:
        continue


def _sweep_cancelled() -> None:
    for message_id in _ids(CANCELLED):
        cancelling.sweep(message_id, OVERDUE_SECONDS)


def _settle_stuck() -> None:
    settle(_ids(STUCK))


def _finish() -> None:
    finish_messages(_ids(settling_sql.UNFINISHED))


def _send_late_acuses() -> None:
    with transaction.atomic():
        send_acuses(late_acuses(), now=database_now())


def _reopen_fan_outs() -> None:
    reopen(incomplete())


def _wake_fan_outs() -> None:
    fan_out_again(_ids(UNWRITTEN))


def _wake_letters() -> None:
    if letters.due():
        wake(letters.JOB)
    if recovery.waiting():
        wake(recovery.JOB)


def _wake_drains() -> None:
    wake_later(due_channels())


PARTS: tuple[Callable[[], object], ...] = (
    spool.replay,
    late_facts.apply_waiting,
    _settle_overdue,
    _close_silent,
    _sweep_cancelled,
    _finish,
    _wake_fan_outs,
    _wake_drains,
    fold_running,
    tally,
)
SELDOM_PARTS: tuple[Callable[[], object], ...] = (
    _wake_letters,
    _settle_stuck,
    _send_late_acuses,
    _reopen_fan_outs,
    fold_versions,
    forget_old,
    wake_waiting,
    exports.wake_waiting,
    wake_refreshing,
    wake_reading,
    sweep_linked,
    sweep_left,
    forget_linking,
    forget_expired,
    wake_profiles,
    sweep_some,
)

# What the procedures above have to do each round.
_ADDED: list[Callable[[], object]] = []


def add_part(part: Callable[[], object]) -> None:
    """Have this done in every round, after the post office's own: by the apps above, when they are ready."""
    if part not in _ADDED:
        _ADDED.append(part)


def _ids(statement: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]
