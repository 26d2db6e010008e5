"""Claiming due deliveries and recording what came of them: each state change one conditional statement.

The committed claim is the intent to send; an outcome is fenced by (id, try), so a worker that lost its
lease cannot overwrite a later try. Deliveries only: recipients are settled in a second transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from channels_app.base import Capabilities, Outcome, OutcomeClass
from notica import outbox_sql as sql
from notica.verdicts import judge

LEASE = 90.0  # seconds; longer than any send's whole deadline


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process alone may send now."""

    id: int
    message_id: int
    recipient_id: int
    person_id: int
    channel: str
    address: str
    endpoint: str
    try_no: int
    spent: int
    unanswered: int
    lane: int
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A claimed delivery with its outcome."""

    claimed: Claimed
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Touched:
    """What a write changed: recipients to settle, by message."""

    message_id: int
    recipient_id: int


def due_accounts(channel: str) -> list[int]:
    """Accounts of a channel with something due."""
    with connection.cursor() as cursor:
        cursor.execute(sql.DUE_ACCOUNTS, [channel])
        return [row[0] for row in cursor.fetchall()]


def due_channels() -> list[str]:
    """Channels with something due."""
    with connection.cursor() as cursor:
        cursor.execute(sql.DUE_CHANNELS)
        return [row[0] for row in cursor.fetchall()]


def claim(account_id: int, most: int, lease: float = LEASE) -> list[Claimed]:
    """Take up to `most` due deliveries of an account, urgent ones first. Committed before returning."""
    if most <= 0:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.CLAIM, {"account": account_id, "most": most, "lease": lease})
        return [Claimed(*row) for row in cursor.fetchall()]


def record(sent: Sequence[Sent], capabilities: Capabilities) -> list[Touched]:
    """Write outcomes in bulk, with one Attempt each; what did not match the fence changes nothing.

    An answer that comes after the lease ran out still counts until the delivery is claimed again.
    """
    if not sent:
        return []
    rows = [_row(one, capabilities) for one in sorted(sent, key=lambda one: one.claimed.id)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.RECORD, [list(column) for column in zip(*rows, strict=True)])
        return [Touched(*row) for row in cursor.fetchall()]


def _row(one: Sent, capabilities: Capabilities) -> tuple[object, ...]:
    claimed, outcome = one.claimed, one.outcome
    verdict = judge(outcome, capabilities, claimed.spent, claimed.unanswered)
    return (
        claimed.id,
        claimed.try_no,
        verdict.state,
        float(verdict.wait),  # psycopg refuses a list of whole and broken numbers
        verdict.spent,
        int(outcome.kind == OutcomeClass.UNCERTAIN),
        outcome.kind.value,
        outcome.code[:60],
        outcome.detail[:200],
        outcome.provider_id[:100],
    )


def postpone(rows: Sequence[tuple[Claimed, datetime]]) -> None:
    """Claimed deliveries given back until a later hour; no try is spent."""
    if rows:
        ids, tries = _fence(one for one, _ in rows)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.POSTPONE, [ids, tries, [at for _, at in rows]])


def set_aside(rows: Sequence[tuple[Claimed, str]]) -> list[Touched]:
    """Claimed deliveries that must not go out any more, each with its reason."""
    if not rows:
        return []
    ids, tries = _fence(one for one, _ in rows)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SET_ASIDE, [ids, tries, [why for _, why in rows]])
        return [Touched(*row) for row in cursor.fetchall()]


def _fence(rows: Iterable[Claimed]) -> tuple[list[int], list[int]]:
    pairs = [(one.id, one.try_no) for one in rows]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def suppress(sent: Iterable[Sent]) -> None:
    """Remember the addresses that a provider says are dead, so that no plan names them again."""
    dead = [one for one in sent if one.outcome.suppress]
    if not dead:
        return
    ids = [one.claimed.id for one in dead]
    codes = [one.outcome.code[:60] for one in dead]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SUPPRESS, [ids, codes])
        cursor.execute(sql.BLOCK, [ids])


def reap() -> list[Touched]:
    """Leases that ran out: nobody knows whether the provider took it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.REAP)
        return [Touched(*row) for row in cursor.fetchall()]


def judge_reaped(resendable: Sequence[str]) -> list[Touched]:
    """Uncertain deliveries whose wait is over: once more where a second copy is better than none."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.RESOLVE, {"resendable": list(resendable)})
        return [Touched(*row) for row in cursor.fetchall()]


def close_steps() -> list[Touched]:
    """What waits in a step whose time is over, where the plan has another step to open."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.CLOSE_STEPS)
        return [Touched(*row) for row in cursor.fetchall()]


def expire() -> list[Touched]:
    """Deliveries that waited longer than their message is worth."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.EXPIRE)
        return [Touched(*row) for row in cursor.fetchall()]
