"""Which phones a gateway knows, asked in bulk and kept with the time of asking."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from channels_app import environment, registry
from channels_app.accounts import UsableAccount
from channels_app.base import Channel
from channels_app.models import Activation, ActivationState, Suppression


def probe(account: UsableAccount, addresses: Iterable[str], *, now: datetime) -> int:
    """Ask an account's provider which of these addresses it knows; how many it said something of.

    Who has blocked the account has the app all the same: that stays as a send has learnt it. Whoever was written to
    before she had the app, and has it now, is written to again.
    """
    kind = registry.channel_class(account.channel)
    said = asyncio.run(_ask(kind(environment.values(kind, account.owner)), sorted(set(addresses))))
    blocked = Activation.objects.filter(
        account=account.account_id, address__in=said, state=ActivationState.BLOCKED
    )
    kept = set(blocked.values_list("address", flat=True))
    Activation.objects.bulk_create(
        [
            Activation(
                account_id=account.account_id,
                address=address,
                endpoint=address,
                state=ActivationState.LINKED if active else ActivationState.INACTIVE,
                checked_at=now,
            )
            for address, active in said.items()
            if not (active and address in kept)
        ],
        update_conflicts=True,
        unique_fields=["account", "address"],
        update_fields=["state", "checked_at"],
    )
    Suppression.objects.filter(
        account=account.account_id,
        address__in=[address for address, active in said.items() if active],
        reason__in=kind.disproved_by_activity,
        since__lte=now,
    ).delete()
    return len(said)


async def _ask(channel: Channel, addresses: list[str]) -> dict[str, bool]:
    async with channel:
        return await channel.active(addresses)
