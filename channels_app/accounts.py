"""Which account each channel sends with for an owner, and what is known of addresses on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from channels_app import environment, registry
from channels_app.base import Capabilities
from channels_app.models import Activation, ChannelAccount, Suppression


@dataclass(frozen=True, slots=True)
class UsableAccount:
    """An account's row, whether the environment has what it needs, and what its channel can do."""

    account_id: int
    channel: str
    owner: str
    configured: bool
    capabilities: Capabilities


@dataclass(frozen=True, slots=True)
class Known:
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


def known_addresses(account_ids: Iterable[int], addresses: Iterable[str]) -> dict[tuple[str, str], Known]:
    """By (channel, address), for the accounts given; a suppression wins over a link."""
    ids, wanted = list(account_ids), list(addresses)
    known: dict[tuple[str, str], Known] = {}
    links = Activation.objects.filter(account_id__in=ids, address__in=wanted)
    for channel, address, state, endpoint in links.values_list(
        "account__channel", "address", "state", "endpoint"
    ):
        known[channel, address] = Known(state, endpoint)
    suppressed = Suppression.objects.filter(account_id__in=ids, address__in=wanted)
    for channel, address, reason in suppressed.values_list("account__channel", "address", "reason"):
        known[channel, address] = Known("suppressed", reason=reason)
    return known
