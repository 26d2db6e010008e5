"""Faults that meet: an answer among lost ones, a slow question beside a send, a mark on what is given up."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass, Outgoing
from channels_app.models import Suppression
from channels_app.receipts import Receipt, State
from channels_app.sms.channel import SmsChannel
from notica import late_facts, line, overdue, poller, spool
from notica.cancelling import cancel, sweep
from notica.claiming import Claimed, claim
from notica.delivery import drain
from notica.models import Delivery, Recipient
from notica.screening import Fit, Screen
from plumier.clock import database_now
from plumier.models import Group, School, SchoolPolicy, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.rows import claimed, make_account, make_delivery, said
from tests.notica.stories import send_to
from tests.notica.telling import states
from tests.providers.sandbox import Sandbox


def fact(delivery: Delivery, state: State, try_no: int | None = None, event: str = "") -> Receipt:
    number = delivery.tries if try_no is None else try_no
    return Receipt(event or f"{delivery.pk}-{state}-{number}", delivery.pk, number, state)


# Late facts


@pytest.mark.parametrize("order", [("accepted", "undelivered"), ("undelivered", "accepted")])
def test_bounce_that_comes_with_its_acceptance_is_not_lost(db: None, order: tuple[State, State]) -> None:
    delivery = make_delivery(make_account("sms"), channel="sms", state="accepted", tries=1)
    late_facts.take("sms", [fact(delivery, state) for state in order])
    assert states() == ["undelivered"]


def test_bounce_of_the_last_try_counts_beside_one_of_an_earlier(db: None) -> None:
    delivery = make_delivery(make_account("sms"), channel="sms", state="accepted", tries=2, uncertain_count=1)
    late_facts.take("sms", [fact(delivery, "undelivered", try_no) for try_no in (1, 2)])
    assert states() == ["undelivered"]


def test_bounce_of_an_earlier_try_does_not_hide_the_acceptance_of_the_last(db: None) -> None:
    delivery = make_delivery(
        make_account("sms"), channel="sms", state="uncertain", tries=2, uncertain_count=2
    )
    late_facts.take("sms", [fact(delivery, "undelivered", 1), fact(delivery, "accepted", 2)])
    assert states() == ["accepted"]


# What may have gone out is never said to have been stopped


@pytest.mark.parametrize("stop", ["cancel", "expire"])
def test_copy_that_may_have_gone_out_is_not_said_to_be_stopped(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock, stop: str
) -> None:
    """The first copy was taken and its answer lost; the second waits when the message is given up."""
    sandbox.rule("tokapp", "lose", times=1)
    make_families(group, 1)
    message = send_to(school, director, groups=[group])
    drain("tokapp", linger=False)
    database_clock.advance(timedelta(seconds=31))
    overdue.resolve_uncertain()
    assert states() == ["ready"]
    if stop == "cancel":
        cancel(message, by=director, now=database_now())
        sweep(message.pk)
    else:
        database_clock.advance(timedelta(days=3))
        poller.tick()
    assert (states(), len(sandbox.taken())) == (["sent_unconfirmed"], 1)
    assert Recipient.objects.get(message=message).outcome == "unconfirmed"


# Questions to a provider hold up no send


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox) -> School:
    school = make_school()
    SchoolPolicy.objects.filter(school=school).update(sms_to_many=True)
    return school


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


def test_slow_look_up_holds_up_no_send(
    school: School,
    director: User,
    group: Group,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The provider tells what it has only when it has taken what waits to be sent."""
    look_up, kept_waiting = SmsChannel.look_up, []

    async def slow(channel: SmsChannel, outgoing: Outgoing, *asked: Any) -> Outcome:
        ends_at = time.monotonic() + 20
        while len(sandbox.taken()) < 6 and time.monotonic() < ends_at:
            await asyncio.sleep(0.02)
        kept_waiting.append(len(sandbox.taken()) < 6)
        return await look_up(channel, outgoing, *asked)

    sandbox.rule("sms", "lose", times=3)
    make_families(group, 3)
    first = send_to(school, director, groups=[group], way="sms")
    drain("sms", linger=False)
    assert Delivery.objects.filter(message_id=first.pk, state="uncertain").count() == 3
    database_clock.advance(timedelta(seconds=301))
    monkeypatch.setattr(SmsChannel, "look_up", slow)
    send_to(school, director, groups=[group], way="sms", body="Otro aviso.")
    drain("sms", linger=False)
    assert kept_waiting == [False, False, False]
    assert (states(), len(sandbox.taken())) == (["accepted"] * 6, 6)


def test_send_that_would_outlive_its_lease_is_not_begun(
    school: School, director: User, group: Group, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was stopped between claim and send finds its lease as good as over."""
    make_families(group, 3)
    send_to(school, director, groups=[group])
    monkeypatch.setattr(line, "BEGIN_SECONDS", -1.0)
    drain("tokapp", seconds=1, linger=False)
    assert sandbox.log() == []
    assert set(Delivery.objects.values_list("state", "spent", "uncertain_count")) == {("ready", 0, 0)}
    monkeypatch.undo()
    drain("tokapp", linger=False)
    assert (states(), len(sandbox.taken())) == (["accepted"] * 3, 3)


def test_unanswered_send_of_an_account_that_is_gone_comes_to_its_end(
    db: None, database_clock: DatabaseClock, settings: Any
) -> None:
    settings.CHANNEL_ENVIRONMENT = {}
    make_delivery(make_account("sms"), channel="sms", state="uncertain", tries=1, uncertain_count=1)
    poller.tick()
    assert states() == ["uncertain"]
    database_clock.advance(timedelta(hours=49))
    poller.tick()
    assert states() == ["sent_unconfirmed"]


# What once broke a worker


def test_urgent_row_that_broke_a_worker_waits_for_no_bulk(db: None) -> None:
    account = make_account()
    now = database_now()
    make_delivery(account, crashes=1, not_before=now - timedelta(minutes=1))
    urgent = make_delivery(account, crashes=1, lane=0)
    slots = line.Slots(10)
    for _ in range(8):
        slots.take(claimed(make_delivery(account, state="sending", lease=60)))
    taken = claim(account, slots.room(0, 0)).rows
    assert [one.id for one in taken] == [urgent.pk]


def test_row_that_breaks_the_worker_is_tried_alone_and_set_apart(
    school: School,
    director: User,
    group: Group,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It breaks whatever batch it is in, three times; the others go out, and nobody is said to have got it."""
    make_families(group, 30)
    message = send_to(school, director, groups=[group])
    poison = Delivery.objects.filter(message_id=message.pk).earliest("pk")
    look, batches = Screen.look, []

    def break_on_poison(screen: Screen, claims: list[Claimed]) -> list[Fit]:
        if poison.pk in [one.id for one in claims]:
            batches.append(len(claims))
            raise RuntimeError("poison")
        return look(screen, claims)

    monkeypatch.setattr(Screen, "look", break_on_poison)
    for _ in range(60):
        if "ready" not in states():
            break
        database_clock.advance(timedelta(seconds=2))
        drain("tokapp", linger=False)
    assert batches == [30, 1, 1]
    rows = Delivery.objects.filter(message_id=message.pk)
    assert rows.get(pk=poison.pk).state == "quarantined"
    assert set(rows.exclude(pk=poison.pk).values_list("state", "uncertain_count")) == {("accepted", 0)}
    assert len(sandbox.taken()) == 29
    assert Counter(Recipient.objects.values_list("outcome", flat=True)) == {"reached": 29, "failed": 1}


# The spool


def test_replayed_outcome_suppresses_a_dead_address_too(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    delivery = make_delivery(make_account(), state="sending", lease=60, tries=1)
    gone = Outcome(OutcomeClass.PERMANENT, "tokapp.unknown_phone", Fault.ADDRESS, suppress=True)
    spool.keep([said(claimed(delivery), gone)])
    assert spool.replay() == 1
    assert list(Suppression.objects.values_list("address", flat=True)) == [delivery.address]


def test_file_that_cannot_be_read_holds_up_no_other(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    delivery = make_delivery(make_account(), state="sending", lease=60, tries=1)
    folder = tmp_path / "spool"
    folder.mkdir()
    (folder / f"0{spool.ENDING}").write_text("{", encoding="utf-8")
    spool.keep([said(claimed(delivery), Outcome(OutcomeClass.ACCEPTED))])
    assert spool.replay() == 1
    assert states() == ["accepted"]
    assert len(list(folder.iterdir())) == 1
