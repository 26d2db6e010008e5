"""Cancelling: what has not gone out stays, what is in flight is told as it was."""

from datetime import timedelta
from typing import Any

import django_rq
import pytest
import redis
from django.db import transaction

from notica import fanout, poller
from notica.actions import send
from notica.cancelling import cancel, sweep
from notica.delivery import drain
from notica.models import Delivery, InboxEntry, Message, Recipient
from notica.preparing import prepare
from notica.progress import totals
from notica.refusals import Refused
from plumier.clock import database_now
from plumier.models import Group, School, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_director, make_group, make_school, make_staff, make_student
from tests.notica.answering import ACCEPTED, REFUSED, SILENT, answer, take, write_back
from tests.notica.rows import at_once, while_waiting
from tests.notica.stories import draft_to, outcomes, send_to, trail
from tests.providers.sandbox import Sandbox

PHONE_1, PHONE_2 = "+34600000001", "+34600000002"


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox, queue_store: redis.Redis) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": PHONE_1, "phone_2": PHONE_2})])
    return group


@pytest.fixture
def message(school: School, director: User, group: Group) -> Message:
    """To Marta: TokApp on her first phone, then on her second."""
    return send_to(school, director, groups=[group])


def cancelled(message: Message, by: User) -> Message:
    """Cancelled, and the job that ends its rows done."""
    found = cancel(message, by=by, now=database_now())
    sweep(message.pk)
    message.refresh_from_db()
    return found


def acuses() -> int:
    return Message.objects.filter(kind="acuse").count()


def test_message_that_waits_goes_to_nobody_and_ends_with_its_acuse(
    message: Message, director: User, sandbox: Sandbox
) -> None:
    cancelled(message, director)
    drain("tokapp", linger=False)
    assert (sandbox.log(), trail(message)) == ([], [(1, "tokapp", PHONE_1, "cancelled")])
    assert outcomes(message) == [("Marta Gil", "cancelled", "cancelled")]
    assert (message.state, message.finished_at is not None, acuses()) == ("cancelled", True, 1)
    assert totals(message.pk) == {"cancelled": 1}


def test_who_and_when_are_kept_and_the_second_time_is_nothing(
    message: Message, school: School, director: User
) -> None:
    first, other = database_now(), make_staff(school)
    cancel(message, by=director, now=first)
    again = cancel(message, by=other, now=first + timedelta(minutes=1))
    assert (again.cancelled_by, again.cancelled_at, again.state) == (director, first, "cancelled")
    cancelled(message, other)
    assert (message.cancelled_by, message.cancelled_at, acuses()) == (director, first, 1)


def test_two_who_cancel_at_once_cancel_once(message: Message, school: School, director: User) -> None:
    users = [director, *(make_staff(school, f"Ana {number}") for number in range(3))]
    at_once(*(lambda user=user: cancel(message, by=user, now=database_now()) for user in users))
    sweep(message.pk)
    message.refresh_from_db()
    assert message.cancelled_by in users
    assert (outcomes(message), acuses()) == ([("Marta Gil", "cancelled", "cancelled")], 1)


def test_finished_message_is_refused(message: Message, director: User) -> None:
    answer("tokapp", ACCEPTED)
    with pytest.raises(Refused, match="ya ha terminado"):
        cancel(message, by=director, now=database_now())
    message.refresh_from_db()
    assert (message.state, message.cancelled_by) == ("finished", None)


def test_from_the_moment_it_says_so_nothing_is_sent_though_its_rows_are_ready(
    message: Message, director: User, sandbox: Sandbox
) -> None:
    """The job that ends the rows has not run."""
    cancel(message, by=director, now=database_now())
    assert trail(message) == [(1, "tokapp", PHONE_1, "ready")]
    drain("tokapp", linger=False)
    assert (sandbox.log(), trail(message)) == ([], [(1, "tokapp", PHONE_1, "cancelled")])
    assert outcomes(message) == [("Marta Gil", "cancelled", "cancelled")]
    assert Delivery.objects.values_list("tries", flat=True).get() == 0


def test_clock_ends_the_rows_when_the_job_is_lost(
    message: Message, director: User, queue_store: redis.Redis
) -> None:
    cancel(message, by=director, now=database_now())
    assert [job.func_name for job in django_rq.get_queue("fanout").jobs] == ["notica.cancelling.sweep"]
    queue_store.flushdb()
    poller.tick()
    message.refresh_from_db()
    assert (trail(message)[0][3], message.finished_at is not None) == ("cancelled", True)


def test_what_is_in_flight_comes_to_its_end(message: Message, director: User) -> None:
    sent = take("tokapp", ACCEPTED)
    cancelled(message, director)
    assert (trail(message)[0][3], message.finished_at) == ("sending", None)
    write_back(sent)
    message.refresh_from_db()
    assert (outcomes(message), message.state) == ([("Marta Gil", "reached", "")], "cancelled")
    assert (message.finished_at is not None, acuses()) == (True, 1)


@pytest.mark.parametrize(("said", "outcome"), [(REFUSED, "failed"), (SILENT, "unconfirmed")])
def test_next_step_never_opens(message: Message, director: User, said: Any, outcome: str) -> None:
    sent = take("tokapp", said)
    cancelled(message, director)
    write_back(sent)
    poller.tick()
    assert [row[0] for row in trail(message)] == [1]
    assert [row[1] for row in outcomes(message)] == [outcome]
    message.refresh_from_db()
    assert message.finished_at is not None


def test_refused_send_that_comes_back_is_not_tried_again(
    message: Message, director: User, sandbox: Sandbox
) -> None:
    sandbox.rule("tokapp", "throttle", retry_after=1, times=1)
    drain("tokapp", linger=False)
    cancelled(message, director)
    assert (len(sandbox.log()), trail(message)[0][3]) == (1, "cancelled")


def test_message_held_to_be_taken_back_goes_to_nobody(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    held = send(draft_to(school, groups=[group], undo=True), by=director, now=database_now())
    drain("tokapp", linger=False)
    cancelled(held, director)
    database_clock.advance(timedelta(seconds=11))
    drain("tokapp", linger=False)
    assert (sandbox.log(), held.state, totals(held.pk)) == ([], "cancelled", {"cancelled": 1})
    held.refresh_from_db()
    assert (held.finished_at is not None, held.acuse_sent_at, acuses()) == (True, None, 0)


def test_scheduled_message_without_rows_ends_at_once(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    later = database_clock.now() + timedelta(hours=3)
    message = send_to(school, director, groups=[group], not_before=later)
    assert message.state == "queued"
    cancelled(message, director)
    database_clock.advance(timedelta(hours=4))
    poller.tick()
    fanout.fan_out(message.pk)
    message.refresh_from_db()
    assert (message.state, message.finished_at is not None) == ("cancelled", True)
    assert not Recipient.objects.filter(message=message).exists()
    assert acuses() == 1


def test_held_message_cancelled_once_it_was_due_has_its_acuse(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    held = send(draft_to(school, groups=[group], undo=True), by=director, now=database_now())
    database_clock.advance(timedelta(seconds=11))
    cancelled(held, director)
    assert (held.finished_at is not None, acuses()) == (True, 1)


@pytest.fixture
def large(school: School, director: User, group: Group, monkeypatch: pytest.MonkeyPatch) -> Message:
    """To 120 families, to be written in chunks of 40."""
    monkeypatch.setattr(fanout, "CHUNK", 40)
    make_families(group, 120)
    return send_to(school, director, groups=[group])


def test_fan_out_stops_between_two_chunks(
    large: Message, director: User, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = fanout.write_chunk
    written: list[int] = []

    def write_and_cancel(*arguments: Any) -> int:
        written.append(1)
        return write(*arguments)

    def wanted(message_id: int) -> bool:
        if len(written) == 1:
            at_once(lambda: cancel(large, by=director, now=database_now()))
        return still(message_id)

    still = fanout._is_wanted
    monkeypatch.setattr(fanout, "write_chunk", write_and_cancel)
    monkeypatch.setattr(fanout, "_is_wanted", wanted)
    fanout.fan_out(large.pk)
    assert (len(written), Recipient.objects.filter(message=large).count()) == (1, 40)
    fanout.fan_out(large.pk)
    sweep(large.pk)
    drain("tokapp", linger=False)
    large.refresh_from_db()
    assert (sandbox.log(), totals(large.pk)) == ([], {"cancelled": 40})
    assert (large.state, large.finished_at is not None, acuses()) == ("cancelled", True, 1)


def test_cancelling_waits_for_the_chunk_that_is_being_written(large: Message, director: User) -> None:
    """So that no row is written that the job which ends them does not see."""
    message = fanout.begin(large.pk)
    assert message is not None
    context = fanout.context_of(message)
    transaction.set_autocommit(False)
    try:
        assert fanout._is_wanted(large.pk)
        fanout.write_chunk(context, next(iter(prepare(context, database_now(), 40))), database_now())
        while_waiting(lambda: cancelled(large, director), transaction.commit)
    finally:
        transaction.set_autocommit(True)
    assert totals(large.pk) == {"cancelled": 40}


def test_copy_of_a_message_taken_back_is_never_seen_in_notica(school: School, director: User) -> None:
    group = make_group(school)
    make_families(group, 2)
    held = send_to(school, director, groups=[group], undo=True)
    entries = InboxEntry.objects.filter(message=held)
    assert [entry.created_at for entry in entries] == [held.not_before] * 2
    cancelled(held, director)
    assert not entries.all().exists()


def test_copy_that_could_be_seen_stays_when_the_rest_is_cancelled(school: School, director: User) -> None:
    group = make_group(school)
    make_families(group, 2)
    message = send_to(school, director, groups=[group])
    cancelled(message, director)
    assert InboxEntry.objects.filter(message=message).count() == 2
