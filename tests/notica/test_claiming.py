"""Claiming: exclusive, in turn, within what the account may do."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from channels_app.models import ChannelAccount
from notica import claiming
from notica.claiming import Claimed, Pace, Room, claim
from notica.models import Delivery
from notica.pacing import CIRCUIT_SECONDS
from tests.database import DatabaseClock
from tests.notica.rows import at_once, claim_some, elsewhere, make_account, make_delivery, while_waiting
from tests.notica.telling import ACCEPTED, SILENT, states, taken, tell


@pytest.fixture
def account(db: None) -> int:
    return make_account()


def test_claim_writes_the_intent(account: int, database_clock: DatabaseClock) -> None:
    delivery = taken(account)
    assert (delivery.state, delivery.tries, delivery.spent) == ("sending", 1, 0)
    assert delivery.lease_until is not None
    assert delivery.claimed_at is not None
    assert (delivery.lease_until - delivery.claimed_at).total_seconds() == claiming.LEASE


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
    got = [one.id for one in claim_some(account, 2)] + [one.id for one in claim_some(account, 10)]
    assert (set(got[:2]), got[2:]) == ({first.pk, second.pk}, [third.pk])


@pytest.mark.parametrize("most", [0, -1])
def test_claim_of_nothing_takes_nothing(account: int, most: int) -> None:
    make_delivery(account)
    assert (claim_some(account, most), states()) == ([], ["ready"])


def test_claim_passes_over_what_another_is_claiming(transactional_db: None) -> None:
    account = make_account()
    rows = [make_delivery(account).pk for _ in range(5)]
    with transaction.atomic():
        mine = [one.id for one in claim_some(account, 3)]
        other = [one.id for one in elsewhere(lambda: claim_some(account, 5))]
    assert (sorted(mine), sorted(other)) == (rows[:3], rows[3:])


def test_many_claimers_share_the_rows_out(transactional_db: None) -> None:
    account = make_account()
    rows = [make_delivery(account).pk for _ in range(40)]
    got = at_once(*[lambda: [one.id for _ in range(5) for one in claim_some(account, 3)]] * 4)
    assert sorted(pk for part in got for pk in part) == rows


def test_due_channels_and_accounts_are_those_with_something_to_do(
    account: int, database_clock: DatabaseClock
) -> None:
    sms, mail = make_account("sms"), make_account("email")
    make_delivery(account)
    make_delivery(sms, channel="sms", not_before=database_clock.now() + timedelta(hours=1))
    make_delivery(mail, channel="email", state="accepted")
    assert (claiming.due_channels(), claiming.due_accounts("tokapp"), claiming.due_accounts("sms")) == (
        ["tokapp"],
        [account],
        [],
    )


def set_account(account: int, **fields: Any) -> None:
    ChannelAccount.objects.filter(pk=account).update(**fields)


def schools_of(rows: list[Claimed]) -> dict[int, int]:
    return dict(Counter(one.school_id for one in rows))


def make_rows(account: int, number: int, **fields: Any) -> None:
    for _ in range(number):
        make_delivery(account, **fields)


def test_two_connections_share_an_account_s_rate(
    transactional_db: None, database_clock: DatabaseClock
) -> None:
    account = make_account()
    make_rows(account, 40)
    set_account(account, rate=5)
    database_clock.freeze(database_clock.now())
    for _ in range(3):
        together = at_once(*[lambda: len(claim_some(account, 4))] * 4)
        assert (sum(together), claim_some(account, 9)) == (5, [])
        database_clock.advance(timedelta(seconds=1))


def test_claim_that_waited_for_the_account_counts_what_was_spent_meanwhile(
    transactional_db: None, database_clock: DatabaseClock
) -> None:
    account = make_account()
    make_rows(account, 40)
    set_account(account, rate=5)
    database_clock.freeze(database_clock.now())
    transaction.set_autocommit(False)
    try:
        mine = len(claim_some(account, 4))
        theirs = while_waiting(lambda: len(claim_some(account, 4)), transaction.commit)
    finally:
        transaction.set_autocommit(True)
    assert (mine, theirs) == (4, 1)


def test_tokens_are_counted_from_when_the_account_was_asked(
    account: int, database_clock: DatabaseClock
) -> None:
    start = database_clock.now()
    make_rows(account, 20)
    set_account(account, rate=4, tokens=0, tokens_at=start)
    for half_seconds in range(1, 5):
        database_clock.freeze(start + timedelta(seconds=half_seconds / 2))
        assert len(claim_some(account, 9)) == 2
    row = ChannelAccount.objects.get(pk=account)
    assert (row.tokens, row.tokens_at) == (0.0, start + timedelta(seconds=2))


def test_channel_s_rate_holds_where_the_account_has_none(account: int, database_clock: DatabaseClock) -> None:
    make_rows(account, 20)
    database_clock.freeze(database_clock.now())
    assert [len(claim(account, Room(9, 9), Pace(rate=3)).rows) for _ in range(2)] == [3, 0]
    set_account(account, rate=10, tokens_at=None)
    assert len(claim(account, Room(9, 9), Pace(rate=3)).rows) == 9


SPACED = Pace(spacing=1)


def claimed_spaced(account: int) -> list[int]:
    return [one.id for one in claim(account, Room(9, 9), SPACED).rows]


def test_address_rests_between_two_sends_whoever_makes_them(
    account: int, database_clock: DatabaseClock
) -> None:
    """Of two messages to one chat, the second waits though the first is long taken; another chat does not."""
    database_clock.freeze(database_clock.now())
    first, second = (make_delivery(account, address="+34600000001", endpoint="501") for _ in range(2))
    other = make_delivery(account, endpoint="502")
    assert claimed_spaced(account) == [first.pk, other.pk]
    for sent in (first, other):
        sent.refresh_from_db()
        tell(sent, ACCEPTED)
    third = make_delivery(account, address="+34600000001", endpoint="501")
    assert claimed_spaced(account) == []
    third.refresh_from_db()
    assert (third.state, third.tries, third.not_before - database_clock.now()) == (
        "ready",
        0,
        timedelta(seconds=1),
    )
    database_clock.advance(timedelta(seconds=1))
    assert claimed_spaced(account) == [second.pk]


def test_address_that_rests_on_one_account_does_not_on_another(account: int) -> None:
    other = make_account(owner="30000001")
    for one in (account, other):
        make_delivery(one, endpoint="501")
    assert [len(claimed_spaced(one)) for one in (account, other)] == [1, 1]


def test_two_processes_space_the_same_addresses_without_standing_in_each_others_way(
    transactional_db: None,
) -> None:
    account = make_account()
    for number in [*range(40), *reversed(range(40))]:
        make_delivery(account, endpoint=str(number), school_id=1 + number % 2)
    claims = at_once(*[lambda: claim(account, Room(30, 30), SPACED).rows] * 4)
    seen = Counter(one.endpoint for rows in claims for one in rows)
    assert set(seen.values()) == {1}


@pytest.mark.parametrize("field", ["paused_until", "circuit_open_until"])
def test_account_at_rest_claims_nothing_and_is_not_due(
    account: int, database_clock: DatabaseClock, field: str
) -> None:
    taken(account)
    make_rows(account, 3)
    set_account(account, **{field: database_clock.now() + timedelta(seconds=30)})
    assert (claim_some(account, 9), claiming.due_accounts("tokapp")) == ([], [])
    database_clock.advance(timedelta(seconds=31))
    assert claiming.due_accounts("tokapp") == [account]
    assert len(claim_some(account, 9)) == (1 if field == "circuit_open_until" else 3)


def test_probing_takes_one_row_and_lets_no_other_process_probe(
    account: int, database_clock: DatabaseClock
) -> None:
    make_rows(account, 3)
    database_clock.freeze(database_clock.now())
    set_account(account, circuit_open_until=database_clock.now(), circuit_reason="tokapp.token")
    first, second = claim(account, Room(9, 9)), claim(account, Room(9, 9))
    assert ((len(first.rows), first.probing), second) == ((1, True), claiming.NOTHING)
    row = ChannelAccount.objects.get(pk=account)
    assert row.circuit_open_until == database_clock.now() + timedelta(seconds=CIRCUIT_SECONDS)
    assert row.circuit_reason == "tokapp.token"
    database_clock.advance(timedelta(seconds=CIRCUIT_SECONDS))
    assert len(claim(account, Room(9, 9)).rows) == 1


def test_circuit_without_anything_due_is_left_to_whoever_has_a_row(
    account: int, database_clock: DatabaseClock
) -> None:
    now = database_clock.now()
    set_account(account, circuit_open_until=now)
    assert claim(account, Room(9, 9)).rows == []
    assert ChannelAccount.objects.get(pk=account).circuit_open_until == now


def test_two_processes_probe_once(transactional_db: None) -> None:
    account = make_account()
    make_rows(account, 10)
    set_account(account, circuit_open_until=Delivery.objects.first().not_before)  # type: ignore[union-attr]
    assert sorted(at_once(*[lambda: len(claim_some(account, 5))] * 4)) == [0, 0, 0, 1]


def test_schools_share_a_claim(account: int) -> None:
    for school, number in ((1, 100), (2, 5), (3, 5)):
        make_rows(account, number, school_id=school)
    assert schools_of(claim_some(account, 30)) == {1: 10, 2: 5, 3: 5}
    assert schools_of(claim_some(account, 30)) == {1: 30}


def test_more_schools_than_slots_take_turns_after_the_one_served_last(account: int) -> None:
    for school in range(1, 8):
        make_rows(account, 2, school_id=school)
    turns = [claim(account, Room(3, 3, after=after)).rows for after in (0, 3, 6, 2, 5)]
    served = [sorted(schools_of(rows).items()) for rows in turns]
    assert served == [
        [(1, 1), (2, 1), (3, 1)],
        [(4, 1), (5, 1), (6, 1)],
        [(1, 1), (2, 1), (7, 1)],
        [(3, 1), (4, 1), (5, 1)],
        [(6, 1), (7, 1)],
    ]


def test_school_without_a_due_row_has_no_turn(account: int, database_clock: DatabaseClock) -> None:
    later = database_clock.now() + timedelta(hours=1)
    make_rows(account, 4, school_id=1)
    make_rows(account, 4, school_id=2, not_before=later)
    assert schools_of(claim_some(account, 4)) == {1: 4}


def test_second_row_to_an_endpoint_waits_and_spends_nothing(
    account: int, database_clock: DatabaseClock
) -> None:
    database_clock.freeze(database_clock.now())
    first, second = (make_delivery(account, endpoint="chat-7") for _ in range(2))
    assert [one.id for one in claim_some(account, 9)] == [first.pk]
    second.refresh_from_db()
    waits = second.not_before - database_clock.now()
    assert (second.state, second.tries, second.spent, waits) == ("ready", 0, 0, timedelta(seconds=1))
    for _ in range(3):
        database_clock.advance(timedelta(seconds=2))
        assert claim_some(account, 9) == []
    Delivery.objects.filter(pk=first.pk).update(state="accepted")
    database_clock.advance(timedelta(seconds=2))
    assert [(one.id, one.try_no) for one in claim_some(account, 9)] == [(second.pk, 1)]


def test_endpoint_is_busy_on_its_own_account_alone(account: int) -> None:
    other = make_account(owner="30000001")
    taken(other, endpoint="chat-7")
    mine = make_delivery(account, endpoint="chat-7")
    assert [one.id for one in claim_some(account, 9)] == [mine.pk]


def test_urgent_rows_come_first_and_bulk_only_where_it_has_room(account: int) -> None:
    make_rows(account, 5)
    make_rows(account, 3, lane=0)
    assert [one.lane for one in claim(account, Room(9, 0)).rows] == [0, 0, 0]
    make_rows(account, 3, lane=0)
    assert sorted(one.lane for one in claim(account, Room(5, 3)).rows) == [0, 0, 0, 1, 1]
    assert [one.lane for one in claim(account, Room(5, 2)).rows] == [1, 1]


def test_suspects_go_one_at_a_time_and_count_as_what_they_are(account: int) -> None:
    make_rows(account, 3, crashes=1)
    make_rows(account, 3)
    rows = claim(account, Room(9, 2)).rows
    assert sorted(one.crashes for one in rows) == [0, 1]
    assert [one.crashes for one in claim(account, Room(9, 2, suspect=False)).rows] == [0, 0]


def test_urgent_suspect_needs_no_room_for_bulk(account: int) -> None:
    make_delivery(account, crashes=1)
    urgent = make_delivery(account, crashes=1, lane=0)
    assert [one.id for one in claim(account, Room(2, 0)).rows] == [urgent.pk]
    assert claim(account, Room(2, 0)).rows == []


def test_suspects_make_their_account_due(account: int) -> None:
    make_delivery(account, crashes=1)
    assert claiming.due_accounts("tokapp") == [account]


@pytest.mark.parametrize(("channel", "due"), [("sms", True), ("tokapp", False)])
def test_unanswered_sends_make_an_account_due_where_the_provider_can_be_asked(
    db: None, database_clock: DatabaseClock, channel: str, due: bool
) -> None:
    account = make_account(channel)
    tell(taken(account, channel=channel), SILENT)
    assert claiming.due_accounts(channel) == []
    database_clock.advance(timedelta(seconds=301))
    assert claiming.due_accounts(channel) == [account] * due


def test_look_up_is_claimed_by_one_process_and_comes_back(
    account: int, database_clock: DatabaseClock
) -> None:
    sent = taken(account)
    tell(sent, SILENT)
    database_clock.advance(timedelta(seconds=301))
    ((begun, row),) = claiming.claim_look_ups(account, 5)
    assert (begun, row.id, row.try_no, row.unanswered) == (sent.claimed_at, sent.pk, 1, 1)
    assert (claiming.claim_look_ups(account, 5), states()) == ([], ["uncertain"])
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    assert len(claiming.claim_look_ups(account, 5)) == 1


@pytest.mark.parametrize("field", ["paused_until", "circuit_open_until"])
def test_account_at_rest_is_not_asked_for_what_it_sent(
    account: int, database_clock: DatabaseClock, field: str
) -> None:
    tell(taken(account), SILENT)
    database_clock.advance(timedelta(seconds=301))
    set_account(account, **{field: database_clock.now() + timedelta(seconds=30)})
    assert claiming.claim_look_ups(account, 5) == []
    database_clock.advance(timedelta(seconds=31))
    assert len(claiming.claim_look_ups(account, 5)) == 1


def test_two_processes_never_send_to_one_address_at_once(transactional_db: None) -> None:
    account = make_account()
    rows = [make_delivery(account, endpoint="same").pk for _ in range(2)]
    transaction.set_autocommit(False)
    try:
        mine = [one.id for one in claim_some(account, 1)]
        other = while_waiting(lambda: claim_some(account, 1), transaction.commit)
    finally:
        transaction.set_autocommit(True)
    assert (mine, other, sorted(states())) == ([rows[0]], [], ["ready", "sending"])
