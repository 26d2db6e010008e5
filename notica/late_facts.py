"""What providers tell later of what they took: received, read, not delivered.

A receipt is stored as it came, once for each event, and then applied. Duplicates, wrong order and a receipt
that is earlier than our own record of the send are normal: a better fact is never overwritten by a worse
one, and what is still being sent is applied when it is recorded.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, transaction

from notica.settling import settle

# In one order, so that two who were handed the same facts wait for each other and do not stand in each other's way.
STORE: Final = """
INSERT INTO notica_receipt (channel, event, message_id, delivery_id, try_no, state, reason, payload, received_at)
SELECT g.channel, g.event, d.message_id, g.delivery_id, g.try_no, g.state, g.reason, g.payload, plumier_now()
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::jsonb[])
    AS g (channel, event, delivery_id, try_no, state, reason, payload)
LEFT JOIN notica_delivery d ON d.id = g.delivery_id
ORDER BY g.channel, g.event
ON CONFLICT DO NOTHING
"""

# «Delivered» and «read» hold whichever try they are of; «undelivered» only of the last, and it says more than
# «accepted», which comes before it. What is claimed at this very moment keeps its facts until it is recorded.
APPLY: Final = """
WITH waiting AS (
    SELECT r.id, r.delivery_id, r.try_no, r.state, r.reason FROM notica_receipt r
    LEFT JOIN notica_delivery d ON d.id = r.delivery_id
    WHERE r.applied_at IS NULL AND d.state IS DISTINCT FROM 'sending'
    ORDER BY r.id LIMIT 1000 FOR UPDATE OF r SKIP LOCKED),
locked AS (
    SELECT d.id, d.recipient_id, d.tries, d.state FROM notica_delivery d
    WHERE d.id IN (SELECT delivery_id FROM waiting)
    ORDER BY d.id FOR UPDATE OF d),
best AS (
    SELECT DISTINCT ON (l.id) l.id, w.state, w.reason
    FROM waiting w JOIN locked l ON l.id = w.delivery_id
    WHERE w.state <> 'undelivered' OR w.try_no = l.tries
    ORDER BY l.id, array_position(ARRAY['read', 'delivered', 'undelivered', 'accepted'], w.state::text)),
changed AS (
    UPDATE notica_delivery d
    SET state = l.state, reason = l.reason, ended_at = coalesce(d.ended_at, plumier_now())
    FROM best l
    WHERE d.id = l.id AND (
          (l.state = 'accepted' AND d.state IN ('uncertain', 'sent_unconfirmed'))
          OR (l.state = 'undelivered' AND d.state IN ('uncertain', 'sent_unconfirmed', 'accepted'))
          OR (l.state IN ('delivered', 'read')
              AND d.state IN ('uncertain', 'sent_unconfirmed', 'accepted', 'undelivered'))
          OR (l.state <> 'undelivered' AND d.state = 'ready' AND d.uncertain_count > 0)
          OR (l.state = 'read' AND d.state = 'delivered')))
SELECT w.id, l.recipient_id FROM waiting w LEFT JOIN locked l ON l.id = w.delivery_id
WHERE l.state IS DISTINCT FROM 'sending'
"""

APPLIED: Final = (
    "UPDATE notica_receipt SET applied_at = plumier_now() WHERE id = ANY(%s) AND applied_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """What one callback says of one try. `state` is accepted, delivered, read or undelivered."""

    channel: str
    event: str  # the provider's own name of the event, which makes a repeated one nothing
    delivery_id: int
    try_no: int
    state: str
    reason: str = ""
    payload: dict[str, Any] = field(default_factory=dict)


def take(facts: Sequence[Fact]) -> None:
    """Store what came, and apply it."""
    rows = [
        (one.channel, one.event, one.delivery_id, one.try_no, one.state, one.reason, json.dumps(one.payload))
        for one in facts
    ]
    if rows:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(STORE, [list(column) for column in zip(*rows, strict=True)])
    apply_waiting()


def apply_waiting() -> None:
    """Apply what is stored and not applied yet, but for sends that are still under way. Can be run again.

    A receipt counts as applied when its recipient is settled, not before: nobody else would look at her again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(APPLY)
        rows = cursor.fetchall()
    if rows:
        settle(recipient for _, recipient in rows if recipient is not None)
        with connection.cursor() as cursor:
            cursor.execute(APPLIED, [[receipt for receipt, _ in rows]])
