"""Claiming: exclusive, in turn, within what the account may do."""

from datetime import timedelta

import pytest
from django.db import transaction

from notica import claiming
from tests.database import DatabaseClock
from tests.notica.rows import at_once, claim_some, elsewhere, make_account, make_delivery
from tests.notica.telling import states, taken


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
