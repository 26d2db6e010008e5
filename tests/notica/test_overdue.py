"""What time alone does to deliveries, and late answers against it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from channels_app.base import Outcome
from notica import claiming
from notica.models import Delivery
from notica.overdue import expire, reap, resolve_uncertain
from tests.database import DatabaseClock
from tests.notica.rows import CHAT, claim_some, make_account, make_delivery, while_waiting
from tests.notica.telling import ACCEPTED, NOT_SENT, REFUSED, SILENT, attempts, states, taken, tell


@pytest.fixture
def account(db: None) -> int:
    return make_account()


def test_lease_that_runs_out_is_uncertain_and_said_so(account: int, database_clock: DatabaseClock) -> None:
    taken(account)
    assert reap() == []
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
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
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    reap()
    assert tell(delivery, late) == 1
    assert states() == [state]
    database_clock.advance(timedelta(hours=1))
    resolve_uncertain()
    assert states() == [state]


@pytest.mark.parametrize("meanwhile", [["reap"], ["reap", "resolve"], ["reap", "resolve", "claim"]])
def test_answer_and_reaper_at_the_same_instant_agree(
    transactional_db: None, database_clock: DatabaseClock, meanwhile: list[str]
) -> None:
    account = make_account()
    delivery = taken(account)
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    steps: dict[str, Callable[[], object]] = {
        "reap": reap,
        "resolve": resolve_uncertain,
        "claim": lambda: claim_some(account, 1),
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
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    reap()
    resolve_uncertain()
    assert states() == ["ready"]
    assert tell(delivery, ACCEPTED) == 1
    assert (states(), claim_some(account, 1)) == (["accepted"], [])


def test_late_answer_after_the_copy_is_claimed_changes_nothing(
    account: int, database_clock: DatabaseClock
) -> None:
    delivery = taken(account)
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    reap()
    resolve_uncertain()
    claim_some(account, 1)
    assert tell(delivery, REFUSED) == 0
    assert states() == ["sending"]


@pytest.mark.parametrize("channel", ["telegram", "tokapp", "email"])
def test_silence_is_answered_by_one_more_copy(
    account: int, database_clock: DatabaseClock, channel: str
) -> None:
    make_delivery(account, channel=channel)
    for state in ("ready", "sent_unconfirmed"):
        assert len(claim_some(account, 1)) == 1
        database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
        reap()
        resolve_uncertain()
        assert states() == [state]
    assert Delivery.objects.values_list("tries", "uncertain_count").get() == (2, 2)


def test_sms_is_never_sent_again_blindly(account: int, database_clock: DatabaseClock) -> None:
    """It waits to be asked for, and where nobody can ask it is not sent again either."""
    taken(account, channel="sms")
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    reap()
    database_clock.advance(timedelta(minutes=14))
    assert (resolve_uncertain(), states()) == ([], ["uncertain"])
    database_clock.advance(timedelta(minutes=2))
    resolve_uncertain()
    assert (states(), claim_some(account, 1)) == (["sent_unconfirmed"], [])


def test_sms_that_is_being_asked_for_is_not_judged_by_the_clock(
    account: int, database_clock: DatabaseClock
) -> None:
    taken(account, channel="sms")
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    reap()
    database_clock.advance(timedelta(minutes=16))
    assert len(claiming.claim_look_ups(account, 5)) == 1
    assert (resolve_uncertain(), states()) == ([], ["uncertain"])


def test_lost_answer_waits_before_the_copy(account: int, database_clock: DatabaseClock) -> None:
    tell(taken(account), SILENT)
    resolve_uncertain()
    assert states() == ["uncertain"]
    database_clock.advance(timedelta(seconds=CHAT.uncertain_wait + 1))
    resolve_uncertain()
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
