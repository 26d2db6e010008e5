"""The second and third ordered step after deliveries changed: recipients, then messages.

Recipients are locked by ascending id and only then, in a statement of its own, are their deliveries read:
two channels of one step that fail at the same instant thus open exactly one next step.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from notica import settling_sql as sql
from notica.database import AWAY
from notica.kinds import step_deadline
from notica.models import Message
from notica.next_step import Opened, open_steps, opening_of
from notica.preparing import contexts_of
from notica.progress import fold
from notica.receipts import send_acuses
from notica.wakeups import wake_later
from plumier.clock import database_now

logger = logging.getLogger(__name__)
# What deliveries do not decide, and so do not change either.
DECIDED_BEFORE = ("excluded", "no_channel", "cancelled")  # but for a late success (`END_REACHED`)


@dataclass(frozen=True, slots=True)
class Standing:
    """A recipient, what it was said to have come to, and what its deliveries have come to."""

    recipient_id: int
    message_id: int
    outcome: str
    step: int
    open: int
    succeeded: int
    unconfirmed_ever: int
    cancelled: int
    expired: int
    total: int
    reason: str

    @property
    def has_come_back(self) -> bool:
        """Whether what had reached somebody was given back and is tried again."""
        return self.outcome == "reached" and bool(self.open) and not self.succeeded

    @property
    def is_reached_in_part(self) -> bool:
        """Whether one channel took it whole, and of another's parts nothing more will go out: it was cancelled."""
        return bool(self.succeeded) and not self.open and self.outcome != "reached"

    @property
    def is_exhausted(self) -> bool:
        """Whether all that was tried is over and reached nobody, and that is news."""
        return not self.open and not self.succeeded and self.outcome in ("", "reached")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a recipient ends; without an outcome it is open again."""

    recipient_id: int
    outcome: str
    reason: str


def settle(recipient_ids: Iterable[int]) -> None:
    """Open the next step of these recipients or end them, then end their messages. Can be run again.

    A recipient that had ended is looked at again: a late answer may have made it better, or worse.
    """
    ids = sorted(set(recipient_ids))
    if ids:
        finish_messages(_settle_each(ids))


def _settle_each(ids: Sequence[int]) -> list[int]:
    """All together; where one of them breaks it, that one alone, which ends with the steps that it has had."""
    try:
        return _settle_together(ids)
    except AWAY:  # the database, and no recipient
        raise
    except Exception:
        if len(ids) > 1:
            middle = len(ids) // 2
            return [*_settle_each(ids[:middle]), *_settle_each(ids[middle:])]
        logger.exception("no next step can be looked for of recipient %s", ids[0])
    return _settle_alone(ids[0])


def _settle_alone(recipient_id: int) -> list[int]:
    """With the steps that she has had; where even that breaks, she is left to the clock and stops nobody."""
    try:
        return _settle_together([recipient_id], next_step=False)
    except AWAY:
        raise
    except Exception:
        logger.exception("recipient %s cannot be settled", recipient_id)
        return []


@transaction.atomic
def _settle_together(ids: Sequence[int], *, next_step: bool = True) -> list[int]:
    """The messages whose recipients changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK, [list(ids)])
        outcomes = dict(cursor.fetchall())
        locked = list(outcomes)
        if not any(outcomes.values()):
            _may_be_done_again()
        cursor.execute(sql.END_REACHED, [locked])
        reached = dict(cursor.fetchall())
    left = [pk for pk in locked if pk not in reached]
    return [*reached.values(), *_settle_others(left, next_step=next_step)]


def _may_be_done_again() -> None:
    """What a crash of PostgreSQL takes away of this transaction the clock does again: it need not wait.

    That holds of recipients that are open; nobody looks at the others again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _settle_others(ids: Sequence[int], *, next_step: bool) -> list[int]:
    """Those of whom more is to be said than that they were reached; the messages that changed."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.OPEN_PARTS, [list(ids)])
        wake_later({row[0] for row in cursor.fetchall()})
        cursor.execute(sql.STANDINGS, [list(ids)])
        standings = [Standing(*row) for row in cursor.fetchall()]
    undecided = [one for one in standings if one.outcome not in DECIDED_BEFORE]
    if next_step:
        _try_again([one for one in undecided if one.has_come_back])
    endings = [Ending(one.recipient_id, "reached", "") for one in undecided if one.is_reached_in_part]
    endings += [
        Ending(one.recipient_id, "cancelled", "cancelled")
        for one in undecided
        if not one.open and not one.succeeded and _is_cancelled(one)
    ]
    exhausted = [one for one in undecided if one.is_exhausted and not _is_cancelled(one)]
    opened = _open_next(exhausted, database_now()) if next_step else Opened()
    ended = [
        _without_success(one, opened.excluded.get(one.recipient_id, ""))
        for one in exhausted
        if one.recipient_id not in opened.recipients
    ]
    return _write_endings([*endings, *ended])


def _is_cancelled(standing: Standing) -> bool:
    """Whether certainly nothing went out because its message was cancelled."""
    return bool(standing.total) and standing.cancelled == standing.total and not standing.unconfirmed_ever


def _open_next(exhausted: Sequence[Standing], now: datetime) -> Opened:
    """The next step of each whose message is not cancelled and whose plan has one."""
    if not exhausted:
        return Opened()
    _reopen([one for one in exhausted if one.outcome])
    with connection.cursor() as cursor:
        cursor.execute(sql.PLANS, [[one.recipient_id for one in exhausted]])
        openings = [opening_of(row) for row in cursor.fetchall()]
    opened = open_steps(openings, now)
    wake_later(opened.channels)
    return opened


def _try_again(come_back: Sequence[Standing]) -> None:
    """Open them again, with their step's whole time from when they may be tried: it may be night until then."""
    if not come_back:
        return
    _reopen(come_back)
    with connection.cursor() as cursor:
        cursor.execute(sql.COME_BACK, [[one.recipient_id for one in come_back]])
        rows = cursor.fetchall()
        contexts = contexts_of(Message.objects.filter(pk__in={row[1] for row in rows}))
        deadlines = [
            (pk, contexts[message].allowed_from(due) + step_deadline(contexts[message].kind, tuple(channels)))
            for pk, message, channels, due in rows
        ]
        cursor.execute(sql.GIVE_TIME, [[pk for pk, _ in deadlines], [at for _, at in deadlines]])


def _reopen(ended: Sequence[Standing]) -> None:
    """What was said to be reached and is not any more is open while its next step is looked for."""
    messages = _write_endings([Ending(one.recipient_id, "", "") for one in ended])
    if messages:
        with connection.cursor() as cursor:
            cursor.execute(sql.LOCK_MESSAGES, [sorted(messages)])
            cursor.execute(sql.REOPEN, [sorted(messages)])


def _without_success(standing: Standing, excluded: str) -> Ending:
    if standing.unconfirmed_ever:
        return Ending(standing.recipient_id, "unconfirmed", standing.reason)
    if excluded:
        return Ending(standing.recipient_id, "excluded", excluded)
    outcome = "expired" if standing.total and standing.expired == standing.total else "failed"
    return Ending(standing.recipient_id, outcome, standing.reason)


def _write_endings(endings: Sequence[Ending]) -> list[int]:
    if not endings:
        return []
    columns: list[list[Any]] = [
        [ending.recipient_id for ending in endings],
        [ending.outcome for ending in endings],
        [ending.reason for ending in endings],
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.END_RECIPIENTS, columns)
        return [row[0] for row in cursor.fetchall()]


def finish_messages(message_ids: Iterable[int]) -> None:
    """End the messages whose every recipient has ended, and send their acuse."""
    ids = sorted(set(message_ids))
    if not ids:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql.ENDED, [ids])
            if not cursor.fetchall():
                return
            cursor.execute(sql.LOCK_MESSAGES, [ids])
            cursor.execute(sql.FINISH, [ids])
            finished = [row[0] for row in cursor.fetchall()]
        if finished:
            fold(finished)
            send_acuses(finished, now=database_now())
