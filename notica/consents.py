"""Whoever writes «STOP» to a sender of ours is written to no more by it, until she writes «START» (requirement B3).

Each word is kept once, by the provider's own event: a repeated or old one undoes nothing.
"""

import logging
from collections.abc import Sequence
from typing import Final

from django.db import connection, transaction

from channels_app.environment import owner_suffix
from channels_app.models import ChannelAccount, Strike, Suppression
from channels_app.receipts import Consent
from plumier.clock import database_now
from plumier.models import School

logger = logging.getLogger(__name__)

_KEEP: Final = """
INSERT INTO notica_receipt (channel, event, state, reason, payload, received_at, applied_at)
SELECT %s, g.event, '', g.reason, '{}', plumier_now(), plumier_now()
FROM unnest(%s::text[], %s::text[]) AS g (event, reason) ORDER BY g.event
ON CONFLICT DO NOTHING RETURNING event
"""


def heed_consents(channel: str, owner: str, told: Sequence[Consent]) -> None:
    """Do as they say, each once. `owner` is that of the account written to, as its address has it."""
    if not told:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [channel, [one.event for one in told], [one.code for one in told]])
            new = {row[0] for row in cursor.fetchall()}
        account = _account(channel, owner)
        if account is None:
            logger.warning("a school's own account of %s is told of, and there is no such school", channel)
            return
        for one in told:
            if one.event in new:
                _heed(account, one)


def _heed(account: ChannelAccount, one: Consent) -> None:
    suppressed = Suppression.objects.filter(account=account, address=one.address)
    if one.wanted:
        # She writes from that phone: whatever else was thought of it, it works.
        suppressed.delete()
        Strike.objects.filter(account=account, address=one.address).delete()
    elif not suppressed.exists():
        row = Suppression(account=account, address=one.address, reason=one.code, since=database_now())
        Suppression.objects.bulk_create([row], ignore_conflicts=True)


def _account(channel: str, owner: str) -> ChannelAccount | None:
    """The account of whose code that is the ending; None if no school has it."""
    if not owner:
        return ChannelAccount.objects.get_or_create(channel=channel, owner="")[0]
    suffix = owner_suffix(owner)
    codes = School.objects.order_by("code").values_list("code", flat=True)
    code = next((code for code in codes if owner_suffix(code) == suffix), None)
    return None if code is None else ChannelAccount.objects.get_or_create(channel=channel, owner=code)[0]
