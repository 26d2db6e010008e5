"""Providers that ask to wait, hang, break off: what all processes together make of it."""

from collections import Counter
from datetime import timedelta

from channels_app.models import ChannelAccount
from notica import fanout, poller
from notica.cancelling import cancel
from notica.delivery import drain
from notica.models import Delivery
from plumier.clock import database_now
from plumier.models import Group, School, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import make_group
from tests.faults import oracle
from tests.faults.stories import (
    BULK_SLOTS,
    FEW,
    Environment,
    Write,
    finished,
    let_everybody_look,
    states,
    work_to_the_end,
)
from tests.faults.trees import eventually, tree_of
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

PATIENT = 3600  # seconds that a provider asks for, more than any test lasts


def test_request_to_wait_is_obeyed_by_every_process(
    write: Write, environment: Environment, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    """One is told, both stop; nobody spends a try; when the time is over both go on."""
    message = write(4 * BULK_SLOTS)
    sandbox.rule("tokapp", "slow", seconds=0.3, times=BULK_SLOTS)
    sandbox.rule("tokapp", "throttle", retry_after=PATIENT, times=1)
    with tree_of(environment, "tokapp"), tree_of(environment, "tokapp"):
        for _ in range(2):
            poller.tick()
        eventually(lambda: ChannelAccount.objects.get(channel="tokapp").paused_until is not None)
        eventually(lambda: "sending" not in states())
        tried = len(sandbox.log())
        assert tried < 4 * BULK_SLOTS
        for _ in range(5):
            let_everybody_look()
        assert len(sandbox.log()) == tried
        database_clock.advance(timedelta(seconds=PATIENT + 1))
        poller.tick()
        eventually(lambda: finished(message))
    oracle.check_one(message, sandbox.log())
    assert len(sandbox.taken("tokapp")) == 4 * BULK_SLOTS
    assert sum(Delivery.objects.filter(channel="tokapp").values_list("spent", flat=True)) == 0


def test_urgent_message_passes_bulk_that_hangs_in_every_slot(
    write: Write, school: School, director: User, environment: Environment, sandbox: Sandbox
) -> None:
    """An answer that never comes holds a bulk message's slot; one to one family goes out beside it."""
    (mother,) = make_families(make_group(school, name="2º ESO B"), 1)
    student = mother.guardianships.get().student
    phone = mother.contacts.get(slot="phone_1").value
    sandbox.rule("tokapp", "slow", address=phone, seconds=0)
    sandbox.rule("tokapp", "hang")
    write(BULK_SLOTS + FEW)
    poller.tick()
    with tree_of(environment, "tokapp") as tree:
        eventually(lambda: states().get("sending") == BULK_SLOTS)
        urgent = send_to(school, director, students=[student], body="Venga a por Ana.")
        assert urgent.lane == 0
        eventually(lambda: finished(urgent))
        assert states()["sending"] == BULK_SLOTS
        tree.kill_whole()
    oracle.check_one(urgent, sandbox.log())
    assert [entry["address"] for entry in sandbox.taken("tokapp")] == [phone]


def test_message_cancelled_while_it_goes_out_stops_and_tells_what_went(
    write: Write, director: User, environment: Environment, sandbox: Sandbox
) -> None:
    sandbox.rule("tokapp", "slow", seconds=1)
    message = write(4 * BULK_SLOTS)
    poller.tick()
    with tree_of(environment, "tokapp"):
        eventually(lambda: states().get("accepted", 0) > 0)
        cancel(message, by=director, now=database_now())
        work_to_the_end(message, environment, sandbox)
    ended = states()
    assert ended.keys() == {"accepted", "cancelled"}
    assert len(sandbox.taken("tokapp")) == ended["accepted"]


def test_mail_cut_before_the_dot_goes_again_and_after_it_is_marked(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    """Before: certainly not taken. After: taken, so the second copy has the first one's Message-ID."""
    make_families(group, 2, "email")
    message = send_to(school, director, groups=[group], way="email")
    rows = Delivery.objects.filter(message_id=message.pk)
    before, after = rows.order_by("pk").values_list("address", flat=True)
    sandbox.rule("email", "cut_before_dot", address=before, times=1)
    sandbox.rule("email", "cut_after_dot", address=after, times=1)
    drain("email", linger=False)
    assert dict(rows.values_list("address", "state")) == {before: "ready", after: "uncertain"}
    database_clock.advance(timedelta(minutes=6))
    poller.tick()
    drain("email", linger=False)
    assert finished(message)
    oracle.check_one(message, sandbox.log())
    copies = [entry for entry in sandbox.taken("email") if entry["address"] in (before, after)]
    assert Counter(entry["address"] for entry in copies) == {before: 1, after: 2}
    assert len({entry["key"] for entry in copies}) == 2
    assert dict(rows.values_list("address", "uncertain_count")) == {before: 0, after: 1}


def test_step_whose_account_is_broken_opens_the_next_when_its_time_is_over(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    """An open circuit spends no try; the family hears by mail when the step has had its time."""
    mothers = make_families(group, 3)
    for mother in mothers:
        mother.contacts.create(
            school=school, slot="email", kind="email", value=f"m{mother.pk}@familia.example", typed="-"
        )
    sandbox.refuse("tokapp", "token")
    message = send_to(school, director, groups=[group], email_after=True)
    fanout.fan_out(message.pk)
    drain("tokapp", linger=False)
    account = ChannelAccount.objects.get(channel="tokapp")
    assert account.circuit_reason == "tokapp.token"
    assert set(Delivery.objects.values_list("state", "spent")) == {("ready", 0)}
    database_clock.advance(timedelta(hours=4, minutes=1))
    poller.tick()
    drain("email", linger=False)
    assert finished(message)
    assert states() == {"expired": 3}
    assert len(sandbox.taken("email")) == 3
    oracle.check_one(message, sandbox.log())


def test_address_that_is_gone_is_written_to_no_more(
    school: School, director: User, group: Group, sandbox: Sandbox
) -> None:
    make_families(group, 2)
    first = send_to(school, director, groups=[group])
    gone = Delivery.objects.filter(message_id=first.pk).earliest("pk").address
    sandbox.refuse("tokapp", "no_user", address=gone)
    drain("tokapp", linger=False)
    second = send_to(school, director, groups=[group], body="Otro aviso.")
    drain("tokapp", linger=False)
    assert Counter(entry["address"] for entry in sandbox.log())[gone] == 1
    for message in (first, second):
        oracle.check_one(message, sandbox.log())
