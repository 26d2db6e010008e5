"""From a message to its rows. Can be run again at any point: each chunk is all or nothing, and a
recipient that exists already is left alone."""

import gc
import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from notica import fanout_sql as sql
from notica.access import still_sent
from notica.ahead import one_ahead
from notica.arrays import numbers, truths
from notica.audience import CHUNK
from notica.choices import MessageState, Outcome
from notica.database import alone_at
from notica.kinds import UNDO_SECONDS, step_deadline
from notica.models import Message
from notica.planning import Plan
from notica.preparing import Context, Prepared, Written, context_of, prepare
from notica.routing import channels_of
from notica.settling import finish_messages
from notica.wakeups import wake_later
from notica.writing.filling import placeholders_of
from plumier.clock import database_now

LOCK_CLASS = 7001  # advisory locks of fan-outs
COLLECT_AFTER = 100_000  # new objects; a chunk has some tens of thousands
PLAN_AS_TEXT = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode  # twice as fast as dumps
ANALYZE_FROM = 5000  # recipients after which the planner's statistics are stale


def fan_out(message_id: int) -> None:
    """RQ job: write every row of a due message, unless another process is at it.

    One that was interrupted is taken up after its last chunk; one that was opened again is gone through whole.
    """
    with alone_at(LOCK_CLASS, message_id) as alone:
        message = begin(message_id) if alone else None
        if message is None:
            return
        now = database_now()
        context = context_of(message)
        written = _written(message_id)
        made = 0
        plans = _plan(context, now, written if message.expected is None else Written())
        with _few_collections(), one_ahead(plans) as planned:
            for chunk in planned:
                with transaction.atomic():
                    if not _is_wanted(message_id):
                        return
                    made += write_chunk(context, chunk, now)
                    wake_later(channels_of(context.route))
        complete(context, now, written.recipients + made)
        finish_messages([message_id])
        if made >= ANALYZE_FROM:
            _analyze()


def _plan(context: Context, now: datetime, written: Written) -> Generator[list[Prepared], None, None]:
    """In a session of its own: starting parallel workers for each of many short reads costs twice the reads."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    is_sent = bool(still_sent([context.message.pk], now))
    for chunk in prepare(context, now, CHUNK, written):
        yield chunk if is_sent else [_unsent(one) for one in chunk]


def _unsent(one: Prepared) -> Prepared:
    """Nothing goes out, nor into Notica, of a message whose sender may no longer send it when it is due."""
    return Prepared(
        one.candidate._replace(inbox=()), Plan((), one.plan.omitted), Outcome.EXCLUDED, "sender_gone"
    )


def fan_out_now(message: Message, now: datetime) -> None:
    """Write every row inside the caller's transaction: for a message to a few."""
    begun = begin(message.pk)
    if begun is None:
        return
    context = context_of(begun)
    made, anything_open = 0, False
    for chunk in prepare(context, now, CHUNK):
        made += write_chunk(context, chunk, now)
        anything_open = anything_open or not all(prepared.outcome for prepared in chunk)
    wake_later(channels_of(context.route))
    complete(context, now, made)
    if not anything_open:  # nobody else sees these rows yet
        finish_messages([message.pk])


def incomplete() -> list[int]:
    """Messages that are being sent with fewer recipients than their fan-out came to; to be opened again."""
    with connection.cursor() as cursor:
        cursor.execute(sql.INCOMPLETE)
        return [row[0] for row in cursor.fetchall()]


def reopen(message_ids: Iterable[int]) -> None:
    """Let the fan-out of these messages run again, from the first recipient on."""
    fanned_out = Message.objects.filter(pk__in=list(message_ids), state=MessageState.SENDING)
    fanned_out.update(fanned_out_at=None)


def begin(message_id: int) -> Message | None:
    """Move a due message to `sending`; None when there is nothing left to write."""
    with connection.cursor() as cursor:
        cursor.execute(sql.BEGIN, [message_id, UNDO_SECONDS])
    return Message.objects.filter(pk=message_id, state="sending", fanned_out_at__isnull=True).first()


def _is_wanted(message_id: int) -> bool:
    """Whether nobody has cancelled it; nobody can until the chunk is written."""
    with connection.cursor() as cursor:
        cursor.execute(sql.STILL_SENDING, [message_id])
        return cursor.fetchone() is not None


def complete(context: Context, now: datetime, expected: int) -> None:
    """All rows are written, so many recipients: the message may end as soon as they have."""
    written = Message.objects.filter(pk=context.message.pk, fanned_out_at__isnull=True)
    written.update(fanned_out_at=now, expected=expected)


def write_chunk(context: Context, chunk: list[Prepared], now: datetime) -> int:
    """Write these recipients with all that hangs on them; the number of new ones."""
    message = context.message
    due = context.allowed_from(max(now, message.not_before))
    deadline = due + step_deadline(context.kind, channels_of(context.route)[:2])
    values: dict[str, Any] = {
        "message": message.pk,
        "school": message.school_id,
        "lane": message.lane,
        "now": now,
        "due": due,
        "deadline": deadline,
        "expires": due + context.kind.lifetime,
        "shown": max(now, message.not_before),
        "keep": now + context.kind.keep,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.TEMPORARY)
        _copy(cursor, sql.COPY_RECIPIENTS, _recipient_rows(context, chunk))
        _copy(cursor, sql.COPY_DELIVERIES, _delivery_rows(chunk))
        cursor.execute(sql.RECIPIENTS, values)
        made: int = len(chunk) - cursor.rowcount
        about = sql.ABOUT_NAMED if placeholders_of(message) else sql.ABOUT
        for statement in (sql.DELIVERIES, about, sql.INBOX, sql.PROGRESS):
            cursor.execute(statement, values)
        cursor.execute(sql.EMPTY)
    return made


def _key(prepared: Prepared) -> int:
    """A recipient's key within its message: the person, or minus the student who names the family."""
    candidate = prepared.candidate
    if candidate.person_id is not None:
        return candidate.person_id
    assert candidate.family_of is not None
    return -candidate.family_of


def _recipient_rows(context: Context, chunk: list[Prepared]) -> Iterator[tuple[Any, ...]]:
    straight_to_mail = context.message.params.get("straight_to_mail", False)
    for prepared in chunk:
        candidate = prepared.candidate
        yield (
            _key(prepared),
            candidate.person_id,
            candidate.family_of,
            PLAN_AS_TEXT(prepared.plan.as_json()),
            prepared.outcome,
            prepared.reason,
            numbers([child.student_id for child in candidate.about]),
            truths([child.pushed for child in candidate.about]),
            numbers(() if straight_to_mail else candidate.inbox),
        )


def _delivery_rows(chunk: list[Prepared]) -> Iterator[tuple[Any, ...]]:
    for prepared in chunk:
        if prepared.outcome:
            continue
        for target in prepared.plan.steps[0]:
            yield (
                _key(prepared),
                target.person_id,
                target.account_id,
                target.channel,
                target.address,
                target.endpoint,
            )


def _copy(cursor: Any, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _written(message_id: int) -> Written:
    with connection.cursor() as cursor:
        cursor.execute(sql.WRITTEN, [message_id])
        return Written(*cursor.fetchone())


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notica_recipient, notica_delivery")


@contextmanager
def _few_collections() -> Iterator[None]:
    """A chunk is many small objects without cycles: looking for cycles among them took half of Python's time."""
    usual = gc.get_threshold()
    gc.set_threshold(COLLECT_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
