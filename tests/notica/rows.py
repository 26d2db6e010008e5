"""Rows of the post office made by hand, for tests of single statements."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection, connections

from channels_app.base import AddressKind, Capabilities, Outcome
from channels_app.models import ChannelAccount
from notica.claiming import Claimed, Room, claim
from notica.models import Delivery
from notica.outbox import Sent
from notica.verdicts import judge
from plumier.clock import database_now

T = TypeVar("T")
_numbers = count(10**9)  # of no message or recipient that the engine itself has made
CHAT = Capabilities(AddressKind.PHONE, backoff=(5, 60.5))


def make_account(channel: str = "tokapp", owner: str = "") -> int:
    """The id of an account."""
    return ChannelAccount.objects.get_or_create(channel=channel, owner=owner)[0].pk


def make_delivery(account_id: int = 1, **fields: Any) -> Delivery:
    """A due delivery of its own message and recipient; `lease` in seconds from now for one being sent."""
    now, number = database_now(), next(_numbers)
    lease = fields.pop("lease", None)
    return Delivery.objects.create(
        **{
            "message_id": number,
            "recipient_id": number,
            "person_id": number,
            "school_id": 1,
            "account_id": account_id,
            "channel": "tokapp",
            "step": 1,
            "address": f"+346{number % 10**8:08d}",
            "endpoint": f"+346{number % 10**8:08d}",
            "lane": 1,
            "state": "ready",
            "not_before": now,
            "expires_at": now + timedelta(hours=48),
            "claimed_at": now if lease is not None or fields.get("tries") else None,
            "lease_until": now + timedelta(seconds=lease) if lease is not None else None,
            **fields,
        }
    )


def claimed(delivery: Delivery) -> Claimed:
    """The claim that a worker holds who took the delivery as it is."""
    return Claimed(
        id=delivery.pk,
        message_id=delivery.message_id,
        recipient_id=delivery.recipient_id,
        person_id=delivery.person_id,
        school_id=delivery.school_id,
        channel=delivery.channel,
        address=delivery.address,
        endpoint=delivery.endpoint,
        try_no=delivery.tries,
        spent=delivery.spent,
        unanswered=delivery.uncertain_count,
        lane=delivery.lane,
        not_before=delivery.not_before,
        crashes=delivery.crashes,
        part=delivery.part,
        more=delivery.more,
        expires_at=delivery.expires_at,
    )


def claim_some(account_id: int, most: int) -> list[Claimed]:
    """Take up to so many due deliveries of an account."""
    return claim(account_id, Room(most, most)).rows


def said(claimed: Claimed, outcome: Outcome, capabilities: Capabilities = CHAT) -> Sent:
    """The outcome of a claim, judged for a channel."""
    verdict = judge(outcome, capabilities, claimed.spent, claimed.unanswered)
    return Sent(claimed.id, claimed.try_no, outcome, verdict)


def at_once(*works: Callable[[], T]) -> list[T]:
    """Do all at the same instant, each on a connection of its own; their results in order."""
    together = Barrier(len(works))

    def do(work: Callable[[], T]) -> T:
        together.wait(10)
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(do, works))


def elsewhere(work: Callable[[], T]) -> T:
    """Do it on another connection while this one is where it is."""
    return at_once(work)[0]


def while_waiting(work: Callable[[], T], meanwhile: Callable[[], object]) -> T:
    """Start work that has to wait for a lock of this connection; once it does, do something; then its result.

    `meanwhile` must let the lock go.
    """

    def apart() -> T:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '20s'")
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(apart)
        ends_at = time.monotonic() + 10
        while not _somebody_waits():
            assert not result.done(), result.result()
            assert time.monotonic() < ends_at
        meanwhile()
        return result.result(10)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
