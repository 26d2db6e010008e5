"""«Estado de los canales»: of a school's addresses, how many each channel reaches, and how its accounts stand (B8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from channels_app.accounts import UsableAccount, accounts_for
from channels_app.base import AddressKind
from notica.channel_state import STATES, WORKS, unasked
from notica.choices import WAY_CHANNELS, Way, channel_word
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

    words: str
    states: list[StateCount]
    oldest: datetime | None

    @property
    def total(self) -> int:
        """Of how many addresses."""
        return sum(one.number for one in self.states)


@dataclass(frozen=True, slots=True)
class Overview:
    """A school's channels. `round` says when its phones were asked about."""

    school: School
    channels: list[ChannelCounts]
    checks: list[Check]
    round: ChannelRound | None


def overview_of(school: School, now: datetime) -> Overview:
    """Three queries for a channel, whatever the school's size."""
    accounts = accounts_for(school.code)
    used = SchoolPolicy.objects.get(school=school).channels
    names = [name for way in Way.values if way in used for name in WAY_CHANNELS[way]]
    return Overview(
        school,
        [_counts(school, accounts[name]) for name in names if accounts[name].configured],
        list(way_checks(school, now)),
        ChannelRound.objects.filter(school=school).first(),
    )


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
    return ChannelCounts(channel_word(account.channel), states, min(looks, default=None))
