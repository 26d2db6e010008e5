"""What refusals teach of addresses: which are dead at once, which only after several on different days.

A sign that may have another cause is a strike; several on different days within a season suppress the address, and
what is delivered there wipes them out. Whoever is suppressed is named by no plan until she links or is mended anew.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from django.db import connection, transaction

from channels_app import registry
from notica.outbox import Sent

_STRIKES_COUNT_FOR: Final = 90  # days

_SUPPRESS: Final = """
INSERT INTO channels_app_suppression (account_id, address, reason, since)
SELECT DISTINCT ON (d.account_id, d.address) d.account_id, d.address, g.reason, plumier_now()
FROM unnest(%s::bigint[], %s::text[]) AS g (id, reason) JOIN notica_delivery d USING (id)
WHERE d.endpoint = d.address
ORDER BY d.account_id, d.address
ON CONFLICT DO NOTHING
"""

_BLOCK: Final = """
WITH dead AS (
    SELECT a.id FROM channels_app_activation a
    JOIN notica_delivery d USING (account_id, address, endpoint)
    WHERE d.id = ANY(%s) AND d.endpoint <> d.address
    ORDER BY a.id FOR UPDATE OF a)
UPDATE channels_app_activation a SET state = 'blocked', checked_at = plumier_now()
FROM dead WHERE a.id = dead.id
"""

_STRIKE: Final = """
INSERT INTO channels_app_strike (account_id, address, day, reason)
SELECT DISTINCT ON (d.account_id, d.address) d.account_id, d.address, plumier_now()::date, g.reason
FROM unnest(%s::bigint[], %s::text[]) AS g (id, reason) JOIN notica_delivery d USING (id)
ORDER BY d.account_id, d.address
ON CONFLICT DO NOTHING
"""

_STRUCK_OUT: Final = """
SELECT g.id FROM unnest(%s::bigint[], %s::int[]) AS g (id, most) JOIN notica_delivery d USING (id)
WHERE g.most <= (SELECT count(*) FROM channels_app_strike s
                 WHERE s.account_id = d.account_id AND s.address = d.address
                   AND s.day > plumier_now()::date - %s)
"""

_FORGIVE: Final = """
DELETE FROM channels_app_strike s USING notica_delivery d
WHERE d.id = ANY(%s) AND s.account_id = d.account_id AND s.address = d.address AND NOT d.channel = ANY(%s)
"""


class Refusal(NamedTuple):
    """A delivery that was refused, why, and what that says of its address."""

    delivery_id: int
    reason: str
    dead: bool
    strikes: int


def heed_addresses(sent: Iterable[Sent]) -> None:
    """What some outcomes together say of their addresses. Where nothing is told later, acceptance clears them."""
    batch = list(sent)
    note_refusals(
        [
            Refusal(one.delivery_id, one.outcome.code[:60], one.outcome.suppress, one.outcome.strikes)
            for one in batch
            if one.outcome.suppress or one.outcome.strikes
        ]
    )
    accepted = [one.delivery_id for one in batch if one.verdict.state == "accepted"]
    forgive(accepted, but=_telling_later())


def note_refusals(refused: Sequence[Refusal]) -> None:
    """Remember dead addresses, so that no plan names them again, and count the doubtful."""
    if not refused:
        return
    doubtful = [one for one in refused if one.strikes and not one.dead]
    with transaction.atomic(), connection.cursor() as cursor:
        struck_out: set[int] = set()
        if doubtful:
            cursor.execute(_STRIKE, _columns(doubtful))
            asked = [[one.delivery_id for one in doubtful], [one.strikes for one in doubtful]]
            cursor.execute(_STRUCK_OUT, [*asked, _STRIKES_COUNT_FOR])
            struck_out = {row[0] for row in cursor.fetchall()}
        dead = [one for one in refused if one.dead or one.delivery_id in struck_out]
        cursor.execute(_SUPPRESS, _columns(dead))
        cursor.execute(_BLOCK, [[one.delivery_id for one in dead]])


def forgive(deliveries: Sequence[int], *, but: Sequence[str] = ()) -> None:
    """Forget the strikes of addresses that have received, but for those of some channels."""
    if deliveries:
        with connection.cursor() as cursor:
            cursor.execute(_FORGIVE, [list(deliveries), list(but)])


def _telling_later() -> list[str]:
    return [name for name in registry.channel_names() if registry.channel_class(name).capabilities.receipts]


def _columns(refused: Sequence[Refusal]) -> list[list[int] | list[str]]:
    return [[one.delivery_id for one in refused], [one.reason for one in refused]]
