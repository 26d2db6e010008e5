"""Asking the gateways in bulk which phones they know, school by school, while nobody waits (requirement B8).

Only a channel that can be asked without writing is asked; what the others know comes from links and sends. A question
is for hundreds of phones at once, so it takes nothing of the account's rate.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from channels_app import registry
from channels_app.accounts import UsableAccount, accounts_for
from channels_app.base import Channel
from channels_app.models import Activation, ChannelAccount
from channels_app.probing import probe
from notica.models import ChannelRound
from plumier.clock import database_now
from plumier.models import Contact, ContactKind, Person, School
from plumier.wakeups import wake, wake_later

logger = logging.getLogger(__name__)
JOB: Final = "notica.channel_refresh.refresh"
PERSON_JOB: Final = "notica.channel_refresh.refresh_person"
STALE: Final = timedelta(hours=20)
PHONES_AT_ONCE: Final = 2000
LEASE: Final = timedelta(minutes=65)  # a job's whole time and a little
A_DAY: Final = timedelta(days=1)
AGAIN_AFTER: Final = timedelta(minutes=30)  # a gateway that did not answer
LONGEST_WAIT: Final = timedelta(hours=6)
GIVEN_UP_AFTER: Final = 2  # questions in a row without any answer: one alone may be at fault itself
AT_ONCE: Final = 20  # schools that one round of the clock wakes

# A region's schools begin so many at a time, and each keeps the moment of the day at which it began.
_BEGIN: Final = """
INSERT INTO notica_channelround (school_id, due_at, failures)
SELECT id, plumier_now(), 0 FROM plumier_school
WHERE NOT EXISTS (SELECT FROM notica_channelround r WHERE r.school_id = plumier_school.id)
ON CONFLICT DO NOTHING
"""


def refresh(school_id: int) -> int:
    """Job: ask about every mobile of a school that was not asked about lately; how many answers."""
    now = database_now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    mine = ChannelRound.objects.filter(free, school=school_id, due_at__lte=now)
    if not mine.update(lease_until=now + LEASE):
        return 0
    school = School.objects.get(pk=school_id)
    mobiles = Contact.objects.filter(school=school, kind=ContactKind.MOBILE)
    pressed = ChannelRound.objects.values_list("fresh_from", flat=True).get(school=school)
    answers, silent = _ask(school, mobiles, now, max(now - STALE, pressed or now - STALE))
    _end(school, now, silent=silent)
    return answers


def refresh_person(person_id: int) -> int:
    """Job: ask about one person's mobiles now, whatever is known of them."""
    person = Person.objects.select_related("school").filter(pk=person_id).first()
    if person is None:
        return 0
    mobiles = Contact.objects.filter(person=person, kind=ContactKind.MOBILE)
    return _ask(person.school, mobiles, (now := database_now()), now)[0]


def ask_for_round(school: School, *, now: datetime) -> None:
    """Have a school's phones asked about at once."""
    ChannelRound.objects.update_or_create(school=school, defaults={"due_at": now, "fresh_from": now})
    wake_later(JOB, school.pk)


def wake_refreshing() -> None:
    """The clock: begin a round for each school that has none, and wake those that are due."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN)
    now = database_now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    due = ChannelRound.objects.filter(free, due_at__lte=now).order_by("due_at")
    for school_id in due.values_list("school", flat=True)[:AT_ONCE]:
        wake(JOB, school_id)


def _ask(school: School, mobiles: QuerySet[Contact], now: datetime, since: datetime) -> tuple[int, bool]:
    """How many answers, and whether some gateway that should have answered did not, or not for most."""
    answers, silent = 0, False
    for account in accounts_for(school.code).values():
        if not account.configured or registry.channel_class(account.channel).active is Channel.active:
            continue
        if _rests(account, now):
            silent = True
            continue
        unanswered = 0
        for phones in _phones(account, mobiles, since):
            answered = probe(account, phones, now=now)
            answers += answered
            silent = silent or answered * 2 < len(phones)
            unanswered = 0 if answered else unanswered + 1
            if unanswered == GIVEN_UP_AFTER:
                break
    return answers, silent


def _rests(account: UsableAccount, now: datetime) -> bool:
    resting = Q(paused_until__gt=now) | Q(circuit_open_until__isnull=False)
    return ChannelAccount.objects.filter(resting, pk=account.account_id).exists()


def _phones(account: UsableAccount, mobiles: QuerySet[Contact], since: datetime) -> Iterator[list[str]]:
    fresh = Activation.objects.filter(
        account=account.account_id, address=OuterRef("value"), checked_at__gt=since
    )
    wanted = mobiles.filter(~Exists(fresh)).order_by("value").values_list("value", flat=True).distinct()
    phones = iter(wanted.iterator())
    while some := list(islice(phones, PHONES_AT_ONCE)):
        yield some


def _end(school: School, now: datetime, *, silent: bool) -> None:
    """The next is a day later at the school's own moment; after a silence sooner, ever less often."""
    row = ChannelRound.objects.get(school=school)
    if silent:
        row.failures = min(row.failures + 1, 100)
        row.due_at = now + min(AGAIN_AFTER * row.failures, LONGEST_WAIT)
        logger.warning("a gateway did not answer about the phones of school %s: asked again", school.code)
    else:
        row.failures, row.ended_at = 0, now
        while row.due_at <= now:
            row.due_at += A_DAY
    row.lease_until = None
    row.save(update_fields=["failures", "due_at", "ended_at", "lease_until"])
