"""Asking the gateways now about the phones of a few people, and whether the answers are there (requirement B8)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from channels_app import registry
from channels_app.accounts import accounts_for
from channels_app.base import Channel
from notica.channel_refresh import PERSON_JOB
from notica.channel_state import ChannelState
from plumier.models import Person, School
from plumier.wakeups import wake_later

WAITED_FOR: Final = timedelta(
    seconds=40
)  # a gateway that has not answered by then is not waited for on a page
# What a question does not change: see `probing.probe`, and what can be read as no mobile is not asked about.
_UNASKED: Final = frozenset({"blocked", "suppressed", "landline", "unreadable", "not_configured"})


def ask_about(people: Iterable[Person]) -> None:
    """Have their mobiles asked about in a job for each, once this transaction is committed."""
    for person in people:
        wake_later(PERSON_JOB, person.pk)


def channels_asked(school: School) -> frozenset[str]:
    """The channels whose gateway tells of a phone without writing to it, and which the school has."""
    return frozenset(
        name
        for name, account in accounts_for(school.code).items()
        if account.configured and registry.channel_class(name).active is not Channel.active
    )


def to_ask(states: Iterable[ChannelState], channels: frozenset[str]) -> list[ChannelState]:
    """Those of these states that a question may change."""
    return [one for one in states if one.channel in channels and one.state not in _UNASKED]


def is_waiting(states: Iterable[ChannelState], asked_at: datetime, now: datetime) -> bool:
    """Whether some of these, asked about at a moment, have no newer answer, and it is too soon to stop waiting."""
    if not asked_at <= now < asked_at + WAITED_FOR:
        return False
    return any(one.checked_at is None or one.checked_at < asked_at for one in states)
