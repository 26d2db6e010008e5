"""What answers do to their account, for every process."""

from datetime import timedelta

import pytest

from channels_app.models import ChannelAccount
from notica.account_state import heed
from notica.claiming import Room, claim
from notica.pacing import CIRCUIT_SECONDS
from notica.verdicts import AccountVerdict
from tests.database import DatabaseClock
from tests.notica.rows import at_once, elsewhere, make_account, make_delivery

WORKS = AccountVerdict(works=True)
BROKEN = AccountVerdict(broken="tokapp.token")


@pytest.fixture
def account(db: None, database_clock: DatabaseClock) -> int:
    database_clock.freeze(database_clock.now())
    return make_account()


def standing(account: int) -> tuple[object, object, str]:
    """Seconds of pause and of the open circuit left by the one clock, and why it is open."""
    row = ChannelAccount.objects.get(pk=account)
    now = DatabaseClock().now()
    pause, circuit = (
        at and round((at - now).total_seconds(), 3) for at in (row.paused_until, row.circuit_open_until)
    )
    return pause, circuit, row.circuit_reason


@pytest.mark.parametrize("probing", [False, True])
def test_nothing_said_changes_nothing(account: int, probing: bool) -> None:
    assert (heed(account, AccountVerdict(), probing=probing), standing(account)) == (False, (None, None, ""))


def test_pause_is_never_made_shorter(account: int, database_clock: DatabaseClock) -> None:
    for seconds, left in ((7.5, 7.5), (2.0, 7.5), (20.0, 20.0)):
        assert heed(account, AccountVerdict(pause=seconds), probing=False) is False
        assert standing(account) == (left, None, "")
    database_clock.advance(timedelta(seconds=5))
    heed(account, AccountVerdict(pause=1.0), probing=False)
    assert standing(account) == (15.0, None, "")


def test_broken_account_is_cut_off_with_its_reason(account: int) -> None:
    assert heed(account, AccountVerdict(broken="x" * 99), probing=False) is False
    assert standing(account) == (None, CIRCUIT_SECONDS, "x" * 60)


def test_account_that_works_closes_only_the_circuit_that_is_tried(account: int) -> None:
    """What was in flight when it was cut off says nothing of it now."""
    heed(account, BROKEN, probing=False)
    assert (heed(account, WORKS, probing=False), standing(account)[1]) == (False, CIRCUIT_SECONDS)
    assert (heed(account, WORKS, probing=True), standing(account)) == (True, (None, None, ""))


def test_try_that_fails_opens_the_circuit_anew(account: int, database_clock: DatabaseClock) -> None:
    heed(account, BROKEN, probing=False)
    database_clock.advance(timedelta(seconds=CIRCUIT_SECONDS))
    assert (heed(account, BROKEN, probing=True), standing(account)) == (
        True,
        (None, CIRCUIT_SECONDS, BROKEN.broken),
    )


def test_try_that_is_throttled_pauses_and_leaves_the_circuit(account: int) -> None:
    heed(account, BROKEN, probing=False)
    assert heed(account, AccountVerdict(pause=5.0), probing=True) is True
    assert standing(account) == (5.0, CIRCUIT_SECONDS, BROKEN.broken)


def test_pause_and_cut_come_together(account: int) -> None:
    heed(account, AccountVerdict(3.0, "sms.20003"), probing=False)
    assert standing(account) == (3.0, CIRCUIT_SECONDS, "sms.20003")


def test_another_process_obeys_at_its_next_claim(transactional_db: None) -> None:
    account = make_account()
    make_delivery(account)
    elsewhere(lambda: heed(account, AccountVerdict(pause=30.0), probing=False))
    assert claim(account, Room(5, 5)).rows == []


def test_longest_pause_of_many_processes_holds(transactional_db: None, database_clock: DatabaseClock) -> None:
    account = make_account()
    database_clock.freeze(database_clock.now())
    at_once(
        *(
            lambda seconds=seconds: heed(account, AccountVerdict(pause=seconds), probing=False)
            for seconds in (3.0, 40.0, 5.0, 1.0)
        )
    )
    assert standing(account)[0] == 40.0
