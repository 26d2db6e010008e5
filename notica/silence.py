"""Sends that a provider took and told nothing more of in time: asked for once, and then the next step opens.

Engine rule: no word of an SMS within fifteen minutes opens the next step; a late one is recorded all the same. Where
there is no next step nothing changes: handed over is all that is known.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from django.db import connection, transaction

from channels_app.base import Channel
from channels_app.receipts import NotAsked, Receipt, TellsLater
from notica import late_facts
from notica.claiming import Silent, claim_silent
from notica.next_step import openable, opening_of
from notica.settling import settle
from plumier.clock import database_now

logger = logging.getLogger(__name__)
AT_ONCE: Final = 25

# Their account is cut off, at rest or gone: nobody could ask.
_OVERDUE: Final = """
SELECT id FROM notica_delivery
WHERE receipt_by <= plumier_now() - interval '10 minutes' ORDER BY receipt_by LIMIT 1000
"""

_WITH_MORE_STEPS: Final = """
SELECT r.id, r.message_id, r.person_id, r.family_of_id, r.step, r.plan
FROM notica_delivery d
JOIN notica_recipient r ON r.message_id = d.message_id AND r.id = d.recipient_id AND r.step = d.step
JOIN notica_message m ON m.id = r.message_id AND m.state <> 'cancelled'
WHERE d.id = ANY(%s) AND d.state = 'accepted' AND d.expires_at > plumier_now()
  AND r.outcome IN ('', 'reached') AND jsonb_array_length(r.plan -> 'steps') > r.step
ORDER BY r.id
"""

# One that was given up for a further step and then turned out to have been taken: in doubt like any other.
_OF_EARLIER_STEPS: Final = """
SELECT r.id FROM notica_delivery d
JOIN notica_recipient r ON r.message_id = d.message_id AND r.id = d.recipient_id AND r.step > d.step
WHERE d.id = ANY(%s) AND d.state = 'accepted'
"""

CLOSE: Final = """
WITH silent AS (SELECT id FROM notica_delivery WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE)
UPDATE notica_delivery d
SET receipt_by = NULL,
    state = CASE WHEN d.state = 'accepted' AND d.recipient_id = ANY(%(further)s)
                 THEN 'sent_unconfirmed' ELSE d.state END,
    reason = CASE WHEN d.state = 'accepted' AND d.recipient_id = ANY(%(further)s) THEN 'no_receipt' ELSE d.reason END
FROM silent WHERE d.id = silent.id
RETURNING CASE WHEN d.state = 'sent_unconfirmed' THEN d.recipient_id END
"""


class Reports:
    """Asks what became of the silent sends of one account."""

    def __init__(self, account_id: int, channel: Channel) -> None:
        self._account_id = account_id
        self._channel = channel

    @property
    def can_be_asked(self) -> bool:
        """Whether its provider says what became of a send."""
        return isinstance(self._channel, TellsLater) and self._channel.may_be_asked

    async def run(self, query: Callable[..., Awaitable[Any]]) -> int:
        """Ask for those that are overdue; how many. What the provider says counts as if it had told it itself."""
        silent: list[Silent] = await query(claim_silent, self._account_id, AT_ONCE)
        if not silent:
            return 0
        answers = await asyncio.gather(*map(self._ask, silent))
        told = [answer for answer in answers if isinstance(answer, Receipt)]
        # Who was not asked is asked again when its lease is over: a provider's bad minute is nobody's silence.
        over = [
            one.id
            for one, answer in zip(silent, answers, strict=True)
            if one.long_ago or not isinstance(answer, NotAsked)
        ]
        await query(self._heed, over, told)
        return len(silent)

    async def _ask(self, silent: Silent) -> Receipt | NotAsked | None:
        if not isinstance(self._channel, TellsLater) or not silent.provider_id:
            return None
        try:
            return await self._channel.ask_receipt(silent.id, silent.try_no, silent.provider_id)
        except NotAsked as reason:
            return reason
        except Exception:
            logger.exception("delivery %s broke the asking for its receipt", silent.id)
            return None

    def _heed(self, ids: list[int], told: list[Receipt]) -> None:
        late_facts.take(self._channel.name, told)
        close_silent(ids)


def close_overdue() -> bool:
    """The clock: what nobody has been able to ask for; whether there was any."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE)
        ids = [row[0] for row in cursor.fetchall()]
    close_silent(ids)
    return bool(ids)


def close_silent(ids: Sequence[int]) -> None:
    """Wait no longer for these: where another step can be opened today, it is."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WITH_MORE_STEPS, [list(ids)])
        waiting = [opening_of(row) for row in cursor.fetchall()]
        cursor.execute(_OF_EARLIER_STEPS, [list(ids)])
        gone_on = {row[0] for row in cursor.fetchall()}
    further = sorted(gone_on | (openable(waiting, database_now()) if waiting else set()))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLOSE, {"ids": list(ids), "further": further})
        recipients = [row[0] for row in cursor.fetchall() if row[0] is not None]
    settle(recipients)
