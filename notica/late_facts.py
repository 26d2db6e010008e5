"""What providers tell later of what they took: received, read, not delivered.

A receipt is stored as it came, once for each event, and then applied. Duplicates, wrong order and a receipt
that is earlier than our own record of the send are normal: a better fact is never overwritten by a worse
one, and what is still being sent is applied when it is recorded.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from channels_app import registry
from channels_app.base import Fault, OutcomeClass
from channels_app.receipts import RECEIPT_WITHIN, Receipt, TellsLater
from notica import late_facts_sql as sql
from notica.addresses import Refusal, forgive, note_refusals
from notica.settling import settle
from notica.verdicts import ACCOUNT_WAIT


def take(channel: str, receipts: Sequence[Receipt]) -> None:
    """Store what came, and apply it."""
    if receipts:
        rows = json.dumps([_row(one) for one in receipts])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.STORE, {"channel": channel, "rows": rows})
    apply_waiting()


def _row(one: Receipt) -> dict[str, Any]:
    outcome = one.outcome
    row: dict[str, Any] = {
        "event": one.event[:150],
        "delivery_id": one.delivery_id,
        "try_no": one.try_no,
        "state": one.state,
        "payload": {name: str(value).replace("\0", "") for name, value in one.payload.items()},
        "reason": outcome.code[:60] if outcome else "",
        "again_after": None,
        "if_quiet": False,
        "suppress": outcome is not None and outcome.suppress,
        "strikes": outcome.strikes if outcome else 0,
    }
    if one.provider_id:
        row["payload"]["provider_id"] = one.provider_id
    if outcome is not None and outcome.kind == OutcomeClass.NOT_PROCESSED:
        # It came too late for its own time: that is mended by another try only if the night cut that time short.
        row["if_quiet"] = outcome.fault == Fault.MESSAGE
        row["again_after"] = outcome.retry_after or (0.0 if row["if_quiet"] else ACCOUNT_WAIT)
    return row


def asked_channels() -> list[str]:
    """Channels whose provider says, when asked, what became of a send."""
    kinds = {name: registry.channel_class(name) for name in registry.channel_names()}
    return [name for name, kind in kinds.items() if issubclass(kind, TellsLater) and kind.may_be_asked]


def apply_waiting() -> None:
    """Apply what is stored and not applied yet, but for sends that are still under way. Can be run again.

    A receipt counts as applied when its recipient is settled, not before: nobody else would look at her again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.APPLY, {"asked": asked_channels(), "within": RECEIPT_WITHIN})
        rows = cursor.fetchall()
        receipts = [receipt for receipt, _ in rows]
        if rows:
            cursor.execute(sql.STOP_LATER, [receipts])
            cursor.execute(sql.OF_ADDRESSES, [receipts])
            _note_addresses(cursor.fetchall())
    if rows:
        settle(recipient for _, recipient in rows if recipient is not None)
        with connection.cursor() as cursor:
            cursor.execute(sql.APPLIED, [receipts])


def _note_addresses(told: Sequence[tuple[int, str, str, bool, int]]) -> None:
    refused = [Refusal(pk, reason, dead, strikes) for pk, _, reason, dead, strikes in told if dead or strikes]
    note_refusals(refused)
    forgive([pk for pk, state, *_ in told if state != "undelivered"])
