"""Claiming what is due on an account: the committed claim is the intent to send.

What an account may do (rate, pause, circuit) is read in the same transaction, so that all processes keep to
it together. Nothing is claimed for which there is no free slot.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction

from channels_app import registry
from channels_app.receipts import TellsLater
from notica import claiming_sql as sql
from notica.choices import Lane
from notica.pacing import CIRCUIT_SECONDS, Admission, Standing, admit

LEASE = 90.0  # seconds; longer than any send's whole deadline
PATIENCE = 1800.0  # seconds after it was taken, in which a provider that cannot be asked is asked again


class Claimed(NamedTuple):
    """A delivery that this process alone may send now."""

    id: int
    message_id: int
    recipient_id: int
    person_id: int
    school_id: int
    channel: str
    address: str
    endpoint: str
    try_no: int
    spent: int
    unanswered: int
    lane: int
    not_before: datetime
    crashes: int
    part: int
    more: bool
    expires_at: datetime


class Silent(NamedTuple):
    """A send that was taken and of which nothing was heard in time."""

    id: int
    try_no: int
    provider_id: str
    long_ago: bool  # whether it was taken so long ago that nobody waits any more


@dataclass(frozen=True, slots=True)
class Room:
    """Free slots: those for anything, of them those for what is not urgent, and whether a suspect may go.

    `after` is the school that was served last.
    """

    slots: int
    bulk: int
    suspect: bool = True
    after: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """The channel's own: sends a second where the account's row says nothing, seconds between two to an address."""

    rate: float | None = None
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What was claimed; `probing` says that it tries an account whose circuit is open."""

    rows: list[Claimed]
    probing: bool = False


NOTHING = Claim([])


def due_accounts(channel: str) -> list[int]:
    """Accounts of a channel that may send and have something due."""
    kind = registry.channel_class(channel)
    asked: dict[str, Any] = {
        "channel": channel,
        "looks_up": kind.capabilities.looks_up,
        "receipts": issubclass(kind, TellsLater) and kind.may_be_asked,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.DUE_ACCOUNTS, asked)
        return [row[0] for row in cursor.fetchall()]


def due_channels() -> list[str]:
    """Channels with something due."""
    return [name for name in registry.channel_names() if due_accounts(name)]


def claim(account_id: int, room: Room, pace: Pace = Pace(), lease: float = LEASE) -> Claim:
    """Take what is due on an account, urgent rows first. Committed before returning."""
    if room.slots <= 0:
        return NOTHING
    try:
        return _claim_once(account_id, room, pace, lease)
    except IntegrityError:  # another process was claiming for one of these addresses: the next claim sees it
        return NOTHING


def _claim_once(account_id: int, room: Room, pace: Pace, lease: float) -> Claim:
    with transaction.atomic(), connection.cursor() as cursor:
        admission, counted_at = _admit(cursor, account_id, room.slots, pace.rate)
        if not admission.most:
            return NOTHING
        rows = _claim(cursor, room, admission.most, {"account": account_id, "lease": lease})
        if pace.spacing and rows:
            rows = _spaced(cursor, account_id, rows, pace.spacing)
        if counted_at is not None:
            cursor.execute(sql.SPEND, [admission.tokens - len(rows), counted_at, account_id])
        if admission.probing and rows:
            cursor.execute(sql.PROBE, [CIRCUIT_SECONDS, account_id])
    return Claim(rows, admission.probing)


def claim_look_ups(account_id: int, most: int, lease: float = LEASE) -> list[tuple[datetime, Claimed]]:
    """Unanswered sends whose wait is over, each with when it was begun; no other process asks for them meanwhile.

    None of an account that is at rest or cut off: that it cannot be asked now says nothing of them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.CLAIM_LOOK_UPS, {"account": account_id, "most": most, "lease": lease})
        return [(row[0], Claimed(*row[1:])) for row in cursor.fetchall()]


def claim_silent(account_id: int, most: int, lease: float = LEASE) -> list[Silent]:
    """Sends whose receipt is overdue; no other process asks for them meanwhile. None of an account at rest."""
    with transaction.atomic(), connection.cursor() as cursor:
        values = {"account": account_id, "most": most, "lease": lease, "patience": PATIENCE}
        cursor.execute(sql.CLAIM_SILENT, values)
        return [Silent(*row) for row in cursor.fetchall()]


def _admit(
    cursor: Any, account_id: int, wanted: int, rate: float | None
) -> tuple[Admission, datetime | None]:
    """What may be claimed, and when that was counted where there is a rate.

    Only then, or to probe, is the account's row locked.
    """
    admission, counted_at = _read(cursor, sql.ACCOUNT, (account_id, wanted, rate))
    if admission.most and (counted_at is not None or admission.probing):
        return _read(cursor, sql.LOCKED_ACCOUNT, (account_id, wanted, rate))
    return admission, counted_at


def _read(
    cursor: Any, statement: str, asked: tuple[int, int, float | None]
) -> tuple[Admission, datetime | None]:
    account_id, wanted, usual = asked
    cursor.execute(statement, [account_id])
    rate, tokens, tokens_at, paused_until, circuit, now = cursor.fetchone()
    rate = usual if rate is None else rate
    standing = Standing(rate, tokens, tokens_at, paused_until, circuit)
    return admit(standing, wanted, now), None if rate is None else now


def _claim(cursor: Any, room: Room, most: int, values: dict[str, Any]) -> list[Claimed]:
    values = {**values, "after": room.after}
    rows = _taken(cursor, sql.CLAIM, {**values, "lane": Lane.URGENT.value, "most": most})
    if room.suspect and len(rows) < most:
        lane = Lane.BULK if room.bulk > 0 else Lane.URGENT
        rows += _taken(cursor, sql.CLAIM_SUSPECT, {**values, "lane": lane.value})
    bulk = min(room.bulk - sum(one.lane != Lane.URGENT for one in rows), most - len(rows))
    if bulk > 0:
        rows += _taken(cursor, sql.CLAIM, {**values, "lane": Lane.BULK.value, "most": bulk})
    return rows


def _spaced(cursor: Any, account_id: int, rows: list[Claimed], spacing: float) -> list[Claimed]:
    """Those that may go now; the others are due again when their address has rested, and no try is spent."""
    ids = [one.id for one in rows]
    cursor.execute(sql.SPACE, {"account": account_id, "ids": ids, "spacing": spacing})
    too_soon = {row[0] for row in cursor.fetchall()}
    return [one for one in rows if one.id not in too_soon]


def _taken(cursor: Any, statement: str, values: dict[str, Any]) -> list[Claimed]:
    cursor.execute(statement, values)
    return [Claimed(*row[1:]) for row in cursor.fetchall() if row[0]]
