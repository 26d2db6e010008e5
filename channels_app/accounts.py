"""Which account each channel sends with for an owner, and what is known of addresses on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import connection

from channels_app import environment, registry
from channels_app.base import Capabilities
from channels_app.models import ChannelAccount

KNOWN: Final = """
SELECT account_id, address, state, endpoint, '' FROM channels_app_activation
WHERE account_id = ANY(%(accounts)s) AND address = ANY(string_to_array(%(addresses)s, E'\\n'))
UNION ALL
SELECT account_id, address, 'suppressed', '', reason FROM channels_app_suppression
WHERE account_id = ANY(%(accounts)s) AND address = ANY(string_to_array(%(addresses)s, E'\\n'))
"""


@dataclass(frozen=True, slots=True)
class UsableAccount:
    """An account's row, whether the environment has what it needs, and what its channel can do."""

    account_id: int
    channel: str
    owner: str
    configured: bool
    capabilities: Capabilities


class Known(NamedTuple):
    """What an account knows of one address: linked, blocked, inactive or suppressed."""

    state: str
    endpoint: str = ""
    reason: str = ""


def accounts_for(owner: str) -> dict[str, UsableAccount]:
    """By channel: the owner's own account where the environment has one, else the shared one.

    Rows that do not exist yet are made: an account is whatever the environment says there is.
    """
    wanted = {
        name: owner if environment.has_own_account(registry.channel_class(name), owner) else ""
        for name in registry.channel_names()
    }
    rows = _rows(wanted)
    if missing := wanted.items() - {(row.channel, row.owner) for row in rows}:
        accounts = [ChannelAccount(channel=name, owner=held_by) for name, held_by in sorted(missing)]
        ChannelAccount.objects.bulk_create(accounts, ignore_conflicts=True)
        rows = _rows(wanted)
    found: dict[str, UsableAccount] = {}
    for row in rows:
        if wanted[row.channel] == row.owner:
            channel = registry.channel_class(row.channel)
            configured = environment.is_configured(channel, row.owner)
            found[row.channel] = UsableAccount(
                row.pk, row.channel, row.owner, configured, channel.capabilities
            )
    return found


def _rows(wanted: Mapping[str, str]) -> list[ChannelAccount]:
    return list(ChannelAccount.objects.filter(channel__in=wanted, owner__in={*wanted.values()}))


def known_addresses(
    accounts: Iterable[UsableAccount], addresses: Iterable[str]
) -> dict[tuple[str, str], Known]:
    """By (channel, address), for the accounts given; a suppression wins over a link."""
    channels = {account.account_id: account.channel for account in accounts}
    # One text and no list: the driver looks at every item of a list, and no address holds a line break.
    parameters: dict[str, Any] = {"accounts": list(channels), "addresses": "\n".join(addresses)}
    known: dict[tuple[str, str], Known] = {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, parameters)
        for account, address, state, endpoint, reason in cursor.fetchall():
            if (channels[account], address) not in known or state == "suppressed":
                known[channels[account], address] = Known(state, endpoint, reason)
    return known
