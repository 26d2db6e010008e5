"""«Estado de los canales»: how the accounts that a school sends with stand, and whom each channel reaches (B8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from channels_app import registry
from channels_app.accounts import UsableAccount, accounts_for
from channels_app.base import AddressKind
from channels_app.models import ChannelAccount, Suppression
from notica.channel_cards import WORST_FIRST, Card, Standing, card_of
from notica.channel_figures import figures_of, shared_busy
from notica.channel_state import STATES, WORKS, unasked
from notica.choices import Way, way_channels
from notica.diagnosis.facts import Check
from notica.diagnosis.ways_out import way_checks
from notica.models import ChannelRound
from plumier.models import ContactKind, School, SchoolPolicy

# Each address once, whoever has it; a suppression wins over a link.
_COUNT: Final = """
SELECT CASE WHEN s.id IS NOT NULL THEN 'suppressed' ELSE coalesce(a.state, %(unasked)s) END AS state,
       count(*), min(a.checked_at)
FROM (SELECT DISTINCT value FROM plumier_contact WHERE school_id = %(school)s AND kind = %(kind)s) c
LEFT JOIN channels_app_activation a ON a.account_id = %(account)s AND a.address = c.value
LEFT JOIN channels_app_suppression s ON s.account_id = %(account)s AND s.address = c.value
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many addresses stand so on a channel."""

    words: str
    number: int
    works: bool


@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """A channel's addresses by their state; `oldest` is the earliest look at any of them."""

    states: list[StateCount]
    oldest: datetime | None

    @property
    def total(self) -> int:
        """Of how many addresses."""
        return sum(one.number for one in self.states)


@dataclass(frozen=True, slots=True)
class Overview:
    """A school's channels, each with its account and, where that is set up, its addresses.

    `checks` are the ways that the school uses and its hours. `round` says when its phones were asked about.
    """

    school: School
    channels: list[tuple[Card, ChannelCounts | None]]
    checks: list[Check]
    round: ChannelRound | None

    @property
    def moves(self) -> bool:
        """Whether anything of the school's waits or is on its way."""
        return any(card.moves for card, _counts in self.channels)


def overview_of(school: School, now: datetime) -> Overview:
    """One query for a channel's addresses and six for all accounts, whatever the school's size."""
    accounts = accounts_for(school.code)
    used = SchoolPolicy.objects.get(school=school).channels
    wanted = [accounts[name] for way in Way.values if way in used for name in way_channels(way)]
    cards = _cards(wanted, school, now)
    ways, *_accounts, hours = way_checks(school, now)
    return Overview(
        school,
        [(cards[one.account_id], _counts(school, one) if one.configured else None) for one in wanted],
        [ways, hours],
        ChannelRound.objects.filter(school=school).first(),
    )


def all_accounts(now: datetime) -> list[Card]:
    """Every account over all schools, those that somebody must look at first."""
    rows = list(
        ChannelAccount.objects.filter(channel__in=registry.channel_names()).order_by("channel", "owner")
    )
    figures = figures_of(row.pk for row in rows)
    suppressed = dict(Suppression.objects.values_list("account").annotate(number=Count("pk")))
    cards = [card_of(Standing(row, figures[row.pk], now)) for row in rows]
    for card in cards:
        if number := suppressed.get(card.account_id):
            card.facts.append((_("Direcciones que ya no reciben"), number_format(number)))
    return sorted(cards, key=lambda card: WORST_FIRST.index(card.mark.tone))


def _cards(accounts: Iterable[UsableAccount], school: School, now: datetime) -> dict[int, Card]:
    rows = ChannelAccount.objects.in_bulk([one.account_id for one in accounts])
    figures = figures_of(rows, school.pk)
    busy = shared_busy([row.pk for row in rows.values() if not row.owner], school.pk)
    return {pk: card_of(Standing(row, figures[pk], now, others=pk in busy)) for pk, row in rows.items()}


def _counts(school: School, account: UsableAccount) -> ChannelCounts:
    mail = account.capabilities.address == AddressKind.EMAIL
    values = {
        "school": school.pk,
        "account": account.account_id,
        "kind": ContactKind.EMAIL if mail else ContactKind.MOBILE,
        "unasked": unasked(account),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        rows = cursor.fetchall()
    order = list(STATES)
    states = [
        StateCount(str(STATES[state]), number, state in WORKS)
        for state, number, _checked in sorted(rows, key=lambda row: order.index(row[0]))
    ]
    looks = [checked for _state, _number, checked in rows if checked is not None]
    return ChannelCounts(states, min(looks, default=None))
