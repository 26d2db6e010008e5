"""Claiming and recording: exclusive, fenced, honest about what nobody knows."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from channels_app.base import AddressKind, Capabilities, Outcome, OutcomeClass
from channels_app.models import Activation, Suppression
from notica import outbox, outbox_sql
from notica.models import Attempt, Delivery
from notica.outbox import Sent, claim, expire, judge_reaped, reap, record
from tests.database import DatabaseClock
from tests.factories.register import link
from tests.notica.rows import at_once, claimed, elsewhere, make_account, make_delivery, while_waiting

CHAT = Capabilities(AddressKind.PHONE, backoff=(5, 60.5))
ACCEPTED = Outcome(OutcomeClass.ACCEPTED, provider_id="p-1")
REFUSED = Outcome(OutcomeClass.PERMANENT, "tokapp.unknown_phone", suppress=True)
SILENT = Outcome(OutcomeClass.UNCERTAIN, "network.timeout")
NOT_SENT = Outcome(OutcomeClass.NOT_PROCESSED, "network.connect")
RESENDABLE = ["telegram", "tokapp", "email"]


@pytest.fixture
def account(db: None) -> int:
    return make_account()


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def attempts() -> list[tuple[Any, ...]]:
    return list(Attempt.objects.order_by("pk").values_list("try_no", "outcome", "code"))


def tell(delivery: Delivery, outcome: Outcome, capabilities: Capabilities = CHAT) -> int:
    """Record the outcome of the claim that `delivery` was; how many rows it changed."""
    return len(record([Sent(claimed(delivery), outcome)], capabilities))


def taken(account: int) -> Delivery:
    """A delivery that is being sent."""
    make_delivery(account)
    (got,) = claim(account, 1)
    return Delivery.objects.get(pk=got.id)


def test_claim_writes_the_intent(account: int, database_clock: DatabaseClock) -> None:
    delivery = taken(account)
    assert (delivery.state, delivery.tries, delivery.spent) == ("sending", 1, 0)
    assert delivery.lease_until is not None
    assert delivery.claimed_at is not None
    assert (delivery.lease_until - delivery.claimed_at).total_seconds() == outbox.LEASE


def test_claim_takes_due_rows_of_the_account_urgent_and_oldest_first(
    account: int, database_clock: DatabaseClock
) -> None:
    now = database_clock.now()
    later, minute = now + timedelta(seconds=60), timedelta(seconds=1)
    make_delivery(account, not_before=later)
    make_delivery(account, expires_at=now)
    make_delivery(make_account(owner="30000001"))
    second = make_delivery(account, not_before=now - minute)
    third = make_delivery(account, not_before=now)
    first = make_delivery(account, lane=0)
    got = [one.id for one in claim(account, 2)] + [one.id for one in claim(account, 10)]
    assert (set(got[:2]), got[2:]) == ({first.pk, second.pk}, [third.pk])


@pytest.mark.parametrize("most", [0, -1])
def test_claim_of_nothing_takes_nothing(account: int, most: int) -> None:
    make_delivery(account)
    assert (claim(account, most), states()) == ([], ["ready"])


def test_claim_passes_over_what_another_is_claiming(transactional_db: None) -> None:
    account = make_account()
    rows = [make_delivery(account).pk for _ in range(5)]
    with transaction.atomic():
        mine = [one.id for one in claim(account, 3)]
        other = [one.id for one in elsewhere(lambda: claim(account, 5))]
    assert (sorted(mine), sorted(other)) == (rows[:3], rows[3:])


def test_many_claimers_share_the_rows_out(transactional_db: None) -> None:
    account = make_account()
    rows = [make_delivery(account).pk for _ in range(40)]
    got = at_once(*[lambda: [one.id for _ in range(5) for one in claim(account, 3)]] * 4)
    assert sorted(pk for part in got for pk in part) == rows


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
    sent = [Sent(claimed(row), outcome) for row, outcome in zip(rows, outcomes, strict=True)]
    assert len(record(sent[::-1], CHAT)) == 5
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
    assert claim(account, 1) == []
    database_clock.advance(timedelta(seconds=6))
    (again,) = claim(account, 1)
    assert (again.try_no, again.spent) == (2, 1)


def test_outcome_of_an_older_try_changes_nothing(account: int, database_clock: DatabaseClock) -> None:
    old = taken(account)
    tell(old, NOT_SENT)
    database_clock.advance(timedelta(seconds=6))
    claim(account, 1)
    assert tell(old, ACCEPTED) == 0
    assert (states(), attempts()) == (["sending"], [(1, "not_processed", "network.connect")])


def test_same_outcome_twice_counts_once(account: int) -> None:
    delivery = taken(account)
    assert [tell(delivery, ACCEPTED), tell(delivery, REFUSED)] == [1, 0]
    assert (states(), len(attempts())) == (["accepted"], 1)


def test_lease_that_runs_out_is_uncertain_and_said_so(account: int, database_clock: DatabaseClock) -> None:
    taken(account)
    assert reap() == []
    database_clock.advance(timedelta(seconds=outbox.LEASE + 1))
    assert len(reap()) == 1
    assert (states(), attempts()) == (["uncertain"], [(1, "uncertain", "lease")])
    assert reap() == []


@pytest.mark.parametrize(
    ("late", "state"), [(ACCEPTED, "accepted"), (REFUSED, "failed"), (NOT_SENT, "ready")]
)
def test_late_answer_wins_over_the_reaper(
    account: int, database_clock: DatabaseClock, late: Outcome, state: str
) -> None:
    delivery = taken(account)
    database_clock.advance(timedelta(seconds=outbox.LEASE + 1))
    reap()
    assert tell(delivery, late) == 1
    assert states() == [state]
    database_clock.advance(timedelta(hours=1))
    judge_reaped(RESENDABLE)
    assert states() == [state]


@pytest.mark.parametrize("meanwhile", [["reap"], ["reap", "resolve"], ["reap", "resolve", "claim"]])
def test_answer_and_reaper_at_the_same_instant_agree(
    transactional_db: None, database_clock: DatabaseClock, meanwhile: list[str]
) -> None:
    account = make_account()
    delivery = taken(account)
    database_clock.advance(timedelta(seconds=outbox.LEASE + 1))
    steps: dict[str, Callable[[], object]] = {
        "reap": reap,
        "resolve": lambda: judge_reaped(RESENDABLE),
        "claim": lambda: claim(account, 1),
    }
    transaction.set_autocommit(False)
    try:
        for name in meanwhile:
            steps[name]()
        changed = while_waiting(lambda: tell(delivery, ACCEPTED), transaction.commit)
    finally:
        transaction.set_autocommit(True)
    counted = "claim" not in meanwhile
    assert (changed, states()) == (int(counted), ["accepted" if counted else "sending"])
    assert attempts() == [(1, "uncertain", "lease")]


def test_late_answer_stops_the_copy_that_is_not_yet_claimed(
    account: int, database_clock: DatabaseClock
) -> None:
    delivery = taken(account)
    database_clock.advance(timedelta(seconds=outbox.LEASE + 1))
    reap()
    judge_reaped(RESENDABLE)
    assert states() == ["ready"]
    assert tell(delivery, ACCEPTED) == 1
    assert (states(), claim(account, 1)) == (["accepted"], [])


def test_late_answer_after_the_copy_is_claimed_changes_nothing(
    account: int, database_clock: DatabaseClock
) -> None:
    delivery = taken(account)
    database_clock.advance(timedelta(seconds=outbox.LEASE + 1))
    reap()
    judge_reaped(RESENDABLE)
    claim(account, 1)
    assert tell(delivery, REFUSED) == 0
    assert states() == ["sending"]


@pytest.mark.parametrize("channel", ["telegram", "tokapp", "email"])
def test_silence_is_answered_by_one_more_copy(
    account: int, database_clock: DatabaseClock, channel: str
) -> None:
    make_delivery(account, channel=channel)
    for state in ("ready", "sent_unconfirmed"):
        assert len(claim(account, 1)) == 1
        database_clock.advance(timedelta(seconds=outbox.LEASE + 1))
        reap()
        judge_reaped(RESENDABLE)
        assert states() == [state]
    assert Delivery.objects.values_list("tries", "uncertain_count").get() == (2, 2)


def test_sms_is_never_sent_again_blindly(account: int, database_clock: DatabaseClock) -> None:
    make_delivery(account, channel="sms")
    claim(account, 1)
    database_clock.advance(timedelta(seconds=outbox.LEASE + 1))
    reap()
    judge_reaped(RESENDABLE)
    assert (states(), claim(account, 1)) == (["sent_unconfirmed"], [])


def test_lost_answer_waits_before_the_copy(account: int, database_clock: DatabaseClock) -> None:
    tell(taken(account), SILENT)
    judge_reaped(RESENDABLE)
    assert states() == ["uncertain"]
    database_clock.advance(timedelta(seconds=CHAT.uncertain_wait + 1))
    judge_reaped(RESENDABLE)
    assert states() == ["ready"]


def test_delivery_expires_only_while_it_waits(account: int, database_clock: DatabaseClock) -> None:
    soon = database_clock.now() + timedelta(minutes=1)
    make_delivery(account, expires_at=soon)
    make_delivery(account, expires_at=soon, state="sending", lease=3600)
    make_delivery(account)
    assert expire() == []
    database_clock.advance(timedelta(minutes=2))
    assert len(expire()) == 1
    assert states() == ["expired", "sending", "ready"]


def test_dead_phone_is_suppressed_once_and_another_account_s_is_not(account: int) -> None:
    delivery, other = taken(account), make_account(owner="30000001")
    make_delivery(other, address=delivery.address, endpoint=delivery.address)
    for _ in range(2):
        outbox.suppress([Sent(claimed(delivery), REFUSED)])
    outbox.suppress([Sent(claimed(delivery), ACCEPTED)])
    rows = list(Suppression.objects.values_list("account_id", "address", "reason"))
    assert rows == [(account, delivery.address, "tokapp.unknown_phone")]


def test_dead_chat_is_blocked_and_the_phone_is_not_suppressed(db: None) -> None:
    link("telegram", "+34600000001", "101")
    link("telegram", "+34600000002", "102")
    bot = make_account("telegram")
    delivery = make_delivery(bot, channel="telegram", address="+34600000001", endpoint="101")
    outbox.suppress([Sent(claimed(delivery), REFUSED)])
    assert list(Activation.objects.order_by("endpoint").values_list("state", flat=True)) == [
        "blocked",
        "linked",
    ]
    assert not Suppression.objects.exists()


def test_chat_that_was_linked_anew_meanwhile_is_not_blocked(db: None) -> None:
    link("telegram", "+34600000001", "202")
    bot = make_account("telegram")
    delivery = make_delivery(bot, channel="telegram", address="+34600000001", endpoint="101")
    outbox.suppress([Sent(claimed(delivery), REFUSED)])
    assert Activation.objects.values_list("state", flat=True).get() == "linked"


def test_due_channels_and_accounts_are_those_with_something_to_do(
    account: int, database_clock: DatabaseClock
) -> None:
    sms, mail = make_account("sms"), make_account("email")
    make_delivery(account)
    make_delivery(sms, channel="sms", not_before=database_clock.now() + timedelta(hours=1))
    make_delivery(mail, channel="email", state="accepted")
    assert (outbox.due_channels(), outbox.due_accounts("tokapp"), outbox.due_accounts("sms")) == (
        ["tokapp"],
        [account],
        [],
    )


MANY = """
INSERT INTO notica_delivery (message_id, recipient_id, person_id, school_id, account_id, channel, step, address,
    endpoint, lane, state, not_before, expires_at, tries, spent, uncertain_count, provider_id, reason, lease_until)
SELECT 1, n, n, 1, %(account)s, 'tokapp', 1, n, n, 1, %(state)s, plumier_now(), plumier_now() + interval '1 day',
    0, 0, 0, '', '', plumier_now() + interval '1 minute' FROM generate_series(%(first)s, %(last)s) AS n
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
    claiming = ways_in(outbox_sql.CLAIM, {"account": account, "most": 100, "lease": 90})
    assert claiming == {"delivery_due", "notica_delivery_pkey"}
    rows = [outbox._row(Sent(claimed(row), ACCEPTED), CHAT) for row in Delivery.objects.order_by("pk")[:100]]
    recording = ways_in(outbox_sql.RECORD, [list(column) for column in zip(*rows, strict=True)])
    assert recording == {"notica_delivery_pkey"}
