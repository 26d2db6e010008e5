"""What waits on each account and what came of the last tries."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from notica import channel_figures_sql as sql
from notica.channel_figures import Figures, Queue, figures_of, shared_busy
from notica.choices import Lane
from plumier.clock import database_now
from tests.database import DatabaseClock
from tests.notica.rows import make_account, make_delivery
from tests.notica.test_tallying import make_attempt, twice

MANY = """
INSERT INTO notica_delivery (message_id, recipient_id, person_id, school_id, account_id, channel, step, address,
    endpoint, lane, state, not_before, expires_at, tries, spent, uncertain_count, crashes, provider_id, reason)
SELECT n / 500, n, n, n %% 50, %s, 'tokapp', 1, n, n, 1, CASE WHEN n %% 4 = 0 THEN 'ready' ELSE 'accepted' END,
       now(), now() + interval '2 days', 1, 0, 0, 0, '', ''
FROM generate_series(1, 20000) n
"""


@pytest.fixture
def account(db: None, database_clock: DatabaseClock) -> int:
    database_clock.freeze(database_now())
    return make_account()


def make(account: int, school: int = 1, since: float = 0, **fields: Any) -> None:
    make_delivery(account, school_id=school, not_before=database_now() - timedelta(seconds=since), **fields)


def test_account_without_a_row_has_nothing(account: int) -> None:
    queues = {Lane.URGENT: Queue(), Lane.BULK: Queue()}
    assert figures_of([account]) == {account: Figures(queues)}


def test_what_waits_is_counted_by_lane_due_or_for_later(account: int) -> None:
    make(account, since=30, lane=0)
    make(account, since=200)
    make(account, since=100)
    make(account, since=-60)
    make(account, state="accepted", ended_at=database_now())
    found = figures_of([account])[account]
    assert found.queues == {Lane.URGENT: Queue(1, 0, 30.0), Lane.BULK: Queue(2, 1, 200.0)}
    assert found.queue == Queue(3, 1, 200.0)


def test_school_sees_its_own_rows_alone(account: int) -> None:
    make(account, school=1, since=10)
    for state in ("sending", "uncertain"):
        make(account, school=2, since=500, state=state, lease=30)
    make(account, school=2, since=500)
    delivery = make_delivery(account, school_id=2, state="accepted", ended_at=database_now())
    make_attempt(delivery)
    make_attempt(delivery, "permanent", "tokapp.blocked", try_no=2)
    twice()
    own, all_ = figures_of([account], 1)[account], figures_of([account])[account]
    assert own == Figures({Lane.URGENT: Queue(), Lane.BULK: Queue(1, 0, 10.0)})
    assert (all_.queue, all_.sending, all_.uncertain) == (Queue(2, 0, 500.0), 1, 1)
    assert (all_.accepted, all_.last_error) == ((1, 1, 1), "tokapp.blocked")


def test_other_school_is_known_to_be_busy_and_no_more(account: int) -> None:
    quiet = make_account("sms")
    make(account, school=2)
    make(quiet, school=1, channel="sms")
    make(quiet, school=2, channel="sms", since=-60)
    assert shared_busy([account, quiet], 1) == {account}


def test_accepted_are_those_of_the_last_minutes(account: int, database_clock: DatabaseClock) -> None:
    delivery = make_delivery(account, state="accepted", ended_at=database_now())
    for number, minutes in enumerate((50, 10, 8, 0), 1):
        make_attempt(delivery, try_no=number)
        database_clock.advance(timedelta(minutes=minutes))
    twice()
    found = figures_of([account])[account]
    assert (found.accepted, found.last_success) == ((1, 2, 3), database_now())


def test_last_error_stays_when_it_is_old(account: int, database_clock: DatabaseClock) -> None:
    at = database_now()
    make_attempt(make_delivery(account), "throttled", "tokapp.flood")
    twice()
    database_clock.advance(timedelta(days=3))
    twice()
    found = figures_of([account])[account]
    assert (found.last_error_at, found.last_error, found.accepted) == (at, "tokapp.flood", (0, 0, 0))


def test_count_of_what_waits_stops_at_the_cap(account: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shorter = sql.QUEUE_OF_SCHOOL.replace(f"LIMIT {sql.CAP + 1}", "LIMIT 3")
    monkeypatch.setattr(sql, "QUEUE_OF_SCHOOL", shorter)
    for _ in range(5):
        make(account)
    assert figures_of([account], 1)[account].queue.due == 3


@pytest.mark.parametrize("analyzed", [False, True])
def test_no_delivery_is_read_that_is_not_waiting(transactional_db: None, analyzed: bool) -> None:
    """Whatever the statistics say."""
    account = make_account()
    values = {"accounts": [account], "school": 1, "seconds": 600}
    statements = (sql.QUEUE_OF_SCHOOL, sql.QUEUE_OF_ALL, sql.APART, sql.OTHERS, sql.STALLED)
    with connection.cursor() as cursor:
        cursor.execute(MANY, [account])
        if analyzed:
            cursor.execute("ANALYZE notica_delivery")
        plans = []
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}", values)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert [plan for plan in plans if "Seq Scan on notica_delivery" in plan] == []
