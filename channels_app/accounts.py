"""Which account each channel sends with for an owner, and what is known of addresses on it."""

from collections.abc import Collection, Iterable
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
    return accounts_by_owner([owner])[owner]


def accounts_by_owner(owners: Iterable[str]) -> dict[str, dict[str, UsableAccount]]:
    """The same for several owners at once, in one query."""
    wanted = {owner: _wanted(owner) for owner in owners}
    pairs = {pair for names in wanted.values() for pair in names.items()}
    rows = _rows(pairs)
    if missing := pairs - rows.keys():
        accounts = [ChannelAccount(channel=name, owner=held_by) for name, held_by in sorted(missing)]
        ChannelAccount.objects.bulk_create(accounts, ignore_conflicts=True)
        rows = _rows(pairs)
    usable = {pair: _usable(row) for pair, row in rows.items()}
    return {
        owner: {pair[0]: usable[pair] for pair in names.items() if pair in usable}
        for owner, names in wanted.items()
    }


def _wanted(owner: str) -> dict[str, str]:
    """By channel, whose account it is that this owner sends with."""
    return {
        name: owner if environment.has_own_account(registry.channel_class(name), owner) else ""
        for name in registry.channel_names()
    }


def _usable(row: ChannelAccount) -> UsableAccount:
    channel = registry.channel_class(row.channel)
    configured = environment.is_configured(channel, row.owner)
    return UsableAccount(row.pk, row.channel, row.owner, configured, channel.capabilities)


def _rows(pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], ChannelAccount]:
    names, owners = {name for name, _owner in pairs}, {owner for _name, owner in pairs}
    rows = ChannelAccount.objects.filter(channel__in=names, owner__in=owners)
    return {pair: row for row in rows if (pair := (row.channel, row.owner)) in pairs}


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
