"""Recording what came of claimed deliveries: each state change one conditional statement.

An outcome is fenced by (id, try), so a worker that lost its lease cannot overwrite a later try. Deliveries
only: recipients are settled in a second transaction.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from channels_app.base import Outcome, OutcomeClass
from notica import outbox_sql as sql
from notica.choices import DeliveryState
from notica.claiming import Claimed
from notica.verdicts import Verdict

HOPELESS = 3  # times that a delivery may break the worker before anything is sent


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of one try of a delivery, and what becomes of it."""

    delivery_id: int
    try_no: int
    outcome: Outcome
    verdict: Verdict


def record(sent: Sequence[Sent]) -> list[int]:
    """Write outcomes in bulk, with one Attempt each; the recipients whose deliveries changed.

    What does not match the fence changes nothing.
    """
    if not sent:
        return []
    return _changed(sql.RECORD, [json.dumps([_row(one) for one in sent])])


def _row(one: Sent) -> dict[str, object]:
    """As JSON: an array for each column costs four times as much to write down."""
    outcome, verdict = one.outcome, one.verdict
    return {
        "id": one.delivery_id,
        "try_no": one.try_no,
        "state": verdict.state,
        "wait": verdict.wait,
        "spent": verdict.spent,
        "certain": verdict.certain,
        "unanswered": int(outcome.kind == OutcomeClass.UNCERTAIN),
        "outcome": outcome.kind.value,
        "code": _text(outcome.code, 60),
        "detail": _text(outcome.detail, 200),
        "provider_id": _text(outcome.provider_id, 100),
        "receipt_within": outcome.receipt_within,
    }


def _text(given: str, most: int) -> str:
    """What a provider says may hold what PostgreSQL cannot keep."""
    if given.isascii() and given.isprintable():
        return given[:most]
    return given.replace("\0", "").encode("utf-8", "replace").decode()[:most]


def postpone(rows: Sequence[tuple[Claimed, datetime]]) -> None:
    """Claimed deliveries given back until a later hour; no try is spent."""
    if rows:
        ids, tries = _fence(one for one, _ in rows)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.POSTPONE, [ids, tries, [at for _, at in rows]])


def readdress(rows: Sequence[tuple[Claimed, str]]) -> None:
    """Claimed deliveries given back with the endpoint that their address has now; no try is spent."""
    if rows:
        ids, tries = _fence(one for one, _ in rows)
        with connection.cursor() as cursor:
            cursor.execute(sql.READDRESS, [ids, tries, [endpoint for _, endpoint in rows]])


def set_aside(
    rows: Sequence[tuple[Claimed, str]], state: DeliveryState = DeliveryState.SUPPRESSED
) -> list[int]:
    """Claimed deliveries that must not go out any more, each with its reason; their recipients."""
    if not rows:
        return []
    ids, tries = _fence(one for one, _ in rows)
    return _changed(sql.SET_ASIDE, [ids, tries, [state.value] * len(rows), [why for _, why in rows]])


def announce_parts(rows: Sequence[tuple[Claimed, bool]]) -> None:
    """Note of claimed deliveries whether another part of their text follows them: before they go out, as afterwards
    nobody might be left who knows."""
    if rows:
        ids, tries = _fence(one for one, _ in rows)
        with connection.cursor() as cursor:
            cursor.execute(sql.ANNOUNCE_PARTS, [ids, tries, [more for _, more in rows]])


def give_back(rows: Sequence[Claimed]) -> list[int]:
    """Claimed deliveries that broke the worker before any went out: each is tried alone, and then no more.

    Returns the recipients whose deliveries changed.
    """
    return _changed(sql.GIVE_BACK, [*_fence(rows), HOPELESS]) if rows else []


def _changed(statement: str, values: list[Any]) -> list[int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _fence(rows: Iterable[Claimed]) -> tuple[list[int], list[int]]:
    pairs = [(one.id, one.try_no) for one in rows]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
