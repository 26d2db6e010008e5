"""Asking the gateways in bulk which phones they know, school by school, while nobody waits (requirement B8).

Only a channel that can be asked without writing is asked; what the others know comes from links and sends.
"""

from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.core.cache import cache
from django.db.models import Exists, F, OuterRef

from channels_app import registry
from channels_app.accounts import UsableAccount, accounts_for
from channels_app.base import Channel
from channels_app.models import Activation, ChannelAccount
from channels_app.probing import probe
from plumier.clock import database_now, day_in
from plumier.models import Contact, ContactKind, School
from plumier.wakeups import wake

JOB: Final = "notica.channel_refresh.refresh"
STALE: Final = timedelta(hours=24)
PHONES_AT_ONCE: Final = 2000
_DAY: Final = 24 * 3600


def refresh(school_id: int) -> int:
    """Job: ask about every mobile of a school that was not asked about for a day; how many answers."""
    school, now = School.objects.get(pk=school_id), database_now()
    return sum(
        _refresh(account, school, now)
        for account in accounts_for(school.code).values()
        if _is_asked(account, now)
    )


def wake_refreshing() -> None:
    """The clock: once a day for each school, the first time that it is looked at."""
    now = database_now()
    for school in School.objects.all().iterator():
        if cache.add(f"refresh:{school.pk}:{day_in(school, now)}", 1, _DAY):
            wake(JOB, school.pk)


def _is_asked(account: UsableAccount, now: datetime) -> bool:
    """Whether its gateway answers such questions, and sends at all at this moment."""
    if not account.configured or registry.channel_class(account.channel).active is Channel.active:
        return False
    resting = ChannelAccount.objects.filter(pk=account.account_id)
    return not (resting.filter(paused_until__gt=now) | resting.filter(circuit_open_until__gt=now)).exists()


def _refresh(account: UsableAccount, school: School, now: datetime) -> int:
    fresh = Activation.objects.filter(
        account=account.account_id, address=OuterRef("value"), checked_at__gt=now - STALE
    )
    mobiles = Contact.objects.filter(~Exists(fresh), school=school, kind=ContactKind.MOBILE)
    phones = iter(mobiles.order_by(F("value")).values_list("value", flat=True).distinct().iterator())
    answered = 0
    while some := list(islice(phones, PHONES_AT_ONCE)):
        answered += probe(account, some, now=now)
    return answered
