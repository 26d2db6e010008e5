"""Recording: fenced, once, in bulk."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from channels_app.base import Outcome, OutcomeClass
from notica import claiming_sql, outbox, outbox_sql, settling_sql
from notica.models import Attempt, Delivery
from notica.outbox import Sent, record
from notica.verdicts import Verdict
from tests.database import DatabaseClock
from tests.notica.rows import claim_some, claimed, make_account, said
from tests.notica.telling import ACCEPTED, NOT_SENT, REFUSED, SILENT, attempts, states, taken, tell

NOWHERE = Outcome(OutcomeClass.NOT_PROCESSED, "sms.not_found")


@pytest.fixture
def account(db: None) -> int:
    return make_account()


def test_outcome_is_recorded_with_its_attempt(account: int) -> None:
    delivery = taken(account)
    assert tell(delivery, ACCEPTED) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_id, delivery.lease_until) == ("accepted", "p-1", None)
    assert delivery.ended_at is not None
    assert attempts() == [(1, "accepted", "")]


def test_batch_of_all_kinds_of_outcome_is_recorded_whole(account: int) -> None:
    rows = [taken(account) for _ in range(5)]
    throttled = Outcome(OutcomeClass.THROTTLED, retry_after=3)
    outcomes = [ACCEPTED, REFUSED, SILENT, NOT_SENT, throttled]
    sent = [said(claimed(row), outcome) for row, outcome in zip(rows, outcomes, strict=True)]
    assert len(record(sent[::-1])) == 5
    assert states() == ["accepted", "failed", "uncertain", "ready", "ready"]
    assert list(Delivery.objects.order_by("pk").values_list("spent", flat=True)) == [0, 0, 0, 1, 0]
    assert Attempt.objects.count() == 5


def test_long_words_of_a_provider_are_cut_and_not_lost(account: int) -> None:
    delivery = taken(account)
    assert (
        tell(delivery, Outcome(OutcomeClass.PERMANENT, "c" * 99, provider_id="p" * 999, detail="d" * 999))
        == 1
    )
    assert states() == ["failed"]


def test_try_that_was_not_processed_waits_and_spends(account: int, database_clock: DatabaseClock) -> None:
    delivery = taken(account)
    tell(delivery, NOT_SENT)
    assert claim_some(account, 1) == []
    database_clock.advance(timedelta(seconds=6))
    (again,) = claim_some(account, 1)
    assert (again.try_no, again.spent) == (2, 1)


def test_outcome_of_an_older_try_changes_nothing(account: int, database_clock: DatabaseClock) -> None:
    old = taken(account)
    tell(old, NOT_SENT)
    database_clock.advance(timedelta(seconds=6))
    claim_some(account, 1)
    assert tell(old, ACCEPTED) == 0
    assert (states(), attempts()) == (["sending"], [(1, "not_processed", "network.connect")])


@pytest.mark.parametrize(
    ("unanswered", "refused", "state"),
    [(0, REFUSED, "failed"), (1, REFUSED, "sent_unconfirmed"), (2, NOWHERE, "failed")],
)
def test_refusal_after_an_unanswered_try_does_not_say_that_nothing_went_out(
    account: int, unanswered: int, refused: Outcome, state: str
) -> None:
    """Only a provider that was asked for all the tries can say so."""
    delivery = taken(account, uncertain_count=unanswered)
    if refused is NOWHERE:
        Delivery.objects.update(state="uncertain", lease_until=None)
        record([Sent(delivery.pk, delivery.tries, NOWHERE, Verdict("failed", certain=True))])
    else:
        tell(delivery, refused)
    assert states() == [state]


def test_same_outcome_twice_counts_once(account: int) -> None:
    delivery = taken(account)
    assert [tell(delivery, ACCEPTED), tell(delivery, REFUSED)] == [1, 0]
    assert (states(), len(attempts())) == (["accepted"], 1)


MANY = """
INSERT INTO notica_delivery (message_id, recipient_id, person_id, school_id, account_id, channel, step, address,
    endpoint, lane, state, not_before, expires_at, tries, spent, uncertain_count, provider_id, reason, lease_until)
SELECT 1, n, n, 1, %(account)s, 'tokapp', 1, n, n, 1, %(state)s, plumier_now(), plumier_now() + interval '1 day',
    0, 0, 0, '', '', plumier_now() + interval '1 minute' FROM generate_series(%(first)s, %(last)s) AS n
"""


MANY_RECIPIENTS = """
INSERT INTO notica_recipient (id, message_id, school_id, person_id, plan, step, outcome, reason)
SELECT n, 1, 1, n, '{}', 1, '', '' FROM generate_series(1, 55100) AS n
"""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def ways_in(statement: str, values: Any) -> set[str]:
    """By which indexes a statement reads the deliveries; `all` if it reads them all."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
        (found,) = cursor.fetchone()
    plan = found if isinstance(found, list) else json.loads(found)
    read = list(nodes(plan[0]["Plan"]))
    whole = {
        "all"
        for node in read
        if (node["Node Type"], node.get("Relation Name")) == ("Seq Scan", "notica_delivery")
    }
    return whole | {node["Index Name"] for node in read if "Index Name" in node}


@pytest.mark.parametrize("known_state", ["accepted", "ready"])
def test_rows_are_found_by_their_indexes_on_stale_statistics(account: int, known_state: str) -> None:
    """The planner knows a hundred rows of one state; there are 50,000 due and 5,000 being sent."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"account": account, "state": known_state, "first": 1, "last": 100})
        cursor.execute("ANALYZE notica_delivery")
        cursor.execute(MANY, {"account": account, "state": "ready", "first": 101, "last": 50_100})
        cursor.execute(MANY, {"account": account, "state": "sending", "first": 50_101, "last": 55_100})
        cursor.execute(MANY_RECIPIENTS)
    claiming = ways_in(
        claiming_sql.CLAIM, {"account": account, "lane": 1, "most": 100, "lease": 90, "after": 0}
    )
    assert claiming == {"delivery_due", "delivery_in_flight", "notica_delivery_pkey"}
    rows = [outbox._row(said(claimed(row), ACCEPTED)) for row in Delivery.objects.order_by("pk")[:100]]
    assert ways_in(outbox_sql.RECORD, [json.dumps(rows)]) == {"notica_delivery_pkey"}
    settling = ways_in(settling_sql.END_REACHED, [list(range(1, 101))])
    assert settling == {"notica_recipient_pkey", "delivery_once"}
