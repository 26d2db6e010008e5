"""The second and third ordered step after deliveries changed: recipients, then messages.

Recipients are locked by ascending id and only then, in a statement of its own, are their deliveries read:
two channels of one step that fail at the same instant thus open exactly one next step.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from notica import settling_sql as sql
from notica.next_step import Opening, open_steps
from notica.receipts import send_acuses
from notica.wakeups import wake_later
from plumier.clock import database_now


@dataclass(frozen=True, slots=True)
class Standing:
    """An open recipient and what its current step has come to."""

    recipient_id: int
    message_id: int
    person_id: int | None
    family_of: int | None
    step: int
    plan: str  # JSON as PostgreSQL gives it: read only when a next step is needed
    open: int
    succeeded: int
    unconfirmed_ever: int
    cancelled: int
    expired: int
    total: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a recipient ends."""

    recipient_id: int
    outcome: str
    reason: str


def settle(recipient_ids: Iterable[int]) -> None:
    """Open the next step of these recipients or end them, then end their messages. Can be run again."""
    ids = sorted(set(recipient_ids))
    if not ids:
        return
    with transaction.atomic():
        ended = _settle_recipients(ids, database_now())
    finish_messages(ended)


def _settle_recipients(ids: Sequence[int], now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK, [list(ids)])
        locked = [row[0] for row in cursor.fetchall()]
        cursor.execute(sql.STANDINGS, [locked])
        standings = [Standing(*row) for row in cursor.fetchall()]
    endings: list[Ending] = []
    exhausted: list[Standing] = []
    for standing in standings:
        if standing.open:
            continue
        if standing.succeeded:
            endings.append(Ending(standing.recipient_id, "reached", ""))
        elif standing.total and standing.cancelled == standing.total:
            endings.append(Ending(standing.recipient_id, "cancelled", "cancelled"))
        else:
            exhausted.append(standing)
    openings = [
        Opening(
            row.recipient_id, row.message_id, row.person_id, row.family_of, row.step, json.loads(row.plan)
        )
        for row in exhausted
    ]
    opened = open_steps(openings, now)
    wake_later(opened.channels)
    endings += [
        _without_success(row, opened.excluded.get(row.recipient_id, ""))
        for row in exhausted
        if row.recipient_id not in opened.recipients
    ]
    return _write_endings(endings)


def _without_success(standing: Standing, excluded: str) -> Ending:
    if standing.unconfirmed_ever:
        return Ending(standing.recipient_id, "unconfirmed", standing.reason)
    if excluded:
        return Ending(standing.recipient_id, "excluded", excluded)
    outcome = "expired" if standing.total and standing.expired == standing.total else "failed"
    return Ending(standing.recipient_id, outcome, standing.reason)


def _write_endings(endings: list[Ending]) -> list[int]:
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
            cursor.execute(sql.FINISH, [ids])
            finished = [row[0] for row in cursor.fetchall()]
        send_acuses(finished, now=database_now())
