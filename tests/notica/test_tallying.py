"""Tries and receipts counted by the minute, each once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from notica.models import Attempt, Delivery, Receipt, SendTally
from notica.tallying import MINUTES_KEPT, tally
from plumier.clock import database_now
from tests.database import DatabaseClock
from tests.notica.rows import at_once, make_account, make_delivery


def make_attempt(delivery: Delivery, outcome: str = "accepted", code: str = "", **fields: Any) -> Attempt:
    """One try of a delivery that ended now."""
    now = database_now()
    values = {"started_at": now, "ended_at": now, "try_no": 1, **fields}
    return Attempt.objects.create(
        message_id=delivery.message_id, delivery_id=delivery.pk, outcome=outcome, code=code, **values
    )


def counted(*fields: str) -> list[tuple[Any, ...]]:
    return sorted(SendTally.objects.values_list(*fields))


def twice() -> None:
    """A round sees what there is, the next one counts it."""
    tally()
    tally()


def test_tries_are_counted_by_school_account_and_outcome(db: None) -> None:
    accounts = [make_account(), make_account("sms")]
    for account, school, outcome in (
        (0, 1, "accepted"),
        (0, 1, "accepted"),
        (0, 2, "accepted"),
        (1, 1, "permanent"),
    ):
        channel = ("tokapp", "sms")[account]
        make_attempt(make_delivery(accounts[account], school_id=school, channel=channel), outcome)
    twice()
    assert counted("account_id", "school_id", "channel", "outcome", "number") == sorted(
        [
            (accounts[0], 1, "tokapp", "accepted", 2),
            (accounts[0], 2, "tokapp", "accepted", 1),
            (accounts[1], 1, "sms", "permanent", 1),
        ]
    )


def test_text_in_parts_is_counted_once_and_each_failure_of_a_part(db: None) -> None:
    account = make_account()
    for part in (1, 2, 3):
        make_attempt(make_delivery(account, part=part, more=part < 3))
    make_attempt(make_delivery(account, part=1, more=True), "permanent", "tokapp.too_long")
    twice()
    assert counted("outcome", "number") == [("accepted", 1), ("permanent", 1)]


def test_rounds_count_nothing_twice_and_go_on_where_they_were(db: None) -> None:
    delivery = make_delivery(make_account())
    for number in range(1, 4):
        make_attempt(delivery, try_no=number)
        twice()
    twice()
    assert sum(number for (number,) in counted("number")) == 3


def test_newest_code_and_time_are_kept(db: None, database_clock: DatabaseClock) -> None:
    database_clock.freeze(database_now())
    delivery = make_delivery(make_account())
    make_attempt(delivery, "permanent", "tokapp.blocked")
    twice()
    database_clock.advance(timedelta(seconds=1))
    last = make_attempt(delivery, "permanent", "tokapp.too_long", try_no=2)
    twice()
    found = SendTally.objects.order_by("last_at").last()
    assert found is not None
    assert (found.last_code, found.last_at) == ("tokapp.too_long", last.ended_at)


def test_old_minutes_are_put_together_and_the_sum_stays(db: None, database_clock: DatabaseClock) -> None:
    delivery = make_delivery(make_account())
    for number in range(1, 4):
        make_attempt(delivery, "permanent", f"tokapp.{number}", try_no=number)
        twice()
        database_clock.advance(timedelta(minutes=1))
    assert [number for (number,) in counted("number")] == [1, 1, 1]
    database_clock.advance(timedelta(minutes=MINUTES_KEPT))
    tally()
    assert counted("minute", "number", "last_code") == [(0, 3, "tokapp.3")]


def test_receipts_are_counted_by_what_they_say(db: None) -> None:
    delivery = make_delivery(make_account("sms"), channel="sms")
    for event, of in (("a", delivery.pk), ("b", delivery.pk), ("c", None)):
        Receipt.objects.create(
            channel="sms",
            event=event,
            delivery_id=of,
            try_no=1,
            state="undelivered",
            received_at=database_now(),
        )
    twice()
    rows = SendTally.objects.order_by("number").values_list("school_id", "channel", "outcome", "number")
    assert list(rows) == [(None, "sms", "told_undelivered", 1), (1, "sms", "told_undelivered", 2)]


def test_try_that_is_committed_after_a_later_number_is_not_lost(transactional_db: None) -> None:
    delivery = make_delivery(make_account())

    def elsewhere() -> None:
        make_attempt(delivery, try_no=2)
        twice()

    with transaction.atomic():
        make_attempt(delivery, try_no=1)
        at_once(elsewhere)
        assert SendTally.objects.count() == 0
    twice()
    assert sum(number for (number,) in counted("number")) == 2


@pytest.mark.usefixtures("db")
def test_deliveries_are_looked_up_and_not_read() -> None:
    with connection.cursor() as cursor:
        from notica.tallying_sql import ADD_ATTEMPTS

        cursor.execute(f"EXPLAIN {ADD_ATTEMPTS}", {"after": 0, "upto": 10})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on notica_delivery" not in plan
