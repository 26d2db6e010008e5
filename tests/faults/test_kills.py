"""Workers killed and stopped at each point of a send: before the claim, after it, after the provider took it,
while the outcome is written, and before the recipients are settled."""

import signal
from datetime import timedelta

import pytest

from notica import claiming, poller
from notica.models import Delivery
from tests.database import DatabaseClock
from tests.faults import oracle
from tests.faults.stories import (
    BULK_SLOTS,
    FEW,
    Environment,
    Write,
    finished,
    held,
    kill_all,
    let_everybody_look,
    somebody_waits,
    states,
    work_to_the_end,
)
from tests.faults.trees import eventually, has_ended, kill, living_in_session, tree_of
from tests.providers.sandbox import Sandbox

# The point: the table that stops a worker there, how it is held, and what is then to be seen of the rows.
POINTS = {
    "before the claim": ("channels_app_channelaccount", "ACCESS EXCLUSIVE", {"ready": FEW}, 0),
    "after the claim": ("channels_app_suppression", "ACCESS EXCLUSIVE", {"sending": FEW}, 0),
    "before the write": ("notica_attempt", "ACCESS EXCLUSIVE", {"sending": FEW}, FEW),
    "after the write": ("notica_recipient", "EXCLUSIVE", {"accepted": FEW}, FEW),
}


@pytest.mark.short
@pytest.mark.parametrize(("table", "mode", "seen", "taken"), POINTS.values(), ids=POINTS)
def test_worker_killed_at_a_point_loses_nothing_and_claims_nothing(
    write: Write,
    environment: Environment,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    table: str,
    mode: str,
    seen: dict[str, int],
    taken: int,
) -> None:
    message = write(FEW)
    poller.tick()
    with held(table, mode) as holder:
        with tree_of(environment, "tokapp") as tree:
            eventually(lambda: tree.horses() and somebody_waits())
            eventually(lambda: len(sandbox.taken()) == taken)
            kill_all(tree)
        holder.rollback()
    assert (states(), len(sandbox.taken())) == (seen, taken)
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    work_to_the_end(message, environment, sandbox)
    again = FEW if "sending" in seen else 0
    assert Delivery.objects.filter(message_id=message.pk, uncertain_count=1, tries=2).count() == again
    assert len(sandbox.taken("tokapp")) == FEW + (again if taken else 0)


def test_worker_killed_after_the_provider_took_it_marks_the_copy(
    write: Write, environment: Environment, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    """Taken, and no answer yet: nobody can know, so one more copy goes out and is marked."""
    sandbox.rule("tokapp", "hang", taken=True, times=FEW)
    message = write(FEW)
    poller.tick()
    with tree_of(environment, "tokapp") as tree:
        eventually(lambda: len(sandbox.taken()) == FEW)
        kill_all(tree)
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    work_to_the_end(message, environment, sandbox)
    assert len(sandbox.taken("tokapp")) == 2 * FEW


def test_killed_parent_leaves_children_that_end_warmly(
    write: Write, environment: Environment, sandbox: Sandbox
) -> None:
    """What is in flight comes to its end and is recorded; nothing is left running, nothing in doubt."""
    sandbox.rule("tokapp", "slow", seconds=3, times=BULK_SLOTS)
    message = write(BULK_SLOTS + FEW)
    poller.tick()
    with tree_of(environment, "tokapp") as tree:
        eventually(lambda: states().get("sending") == BULK_SLOTS)
        kill(tree.pid)
        tree.process.wait()
        eventually(lambda: not living_in_session(tree.pid))
    assert (states(), len(sandbox.taken())) == ({"accepted": BULK_SLOTS, "ready": FEW}, BULK_SLOTS)
    work_to_the_end(message, environment, sandbox)
    assert len(sandbox.taken("tokapp")) == BULK_SLOTS + FEW


def test_process_stopped_beyond_its_lease_overwrites_nobody(
    write: Write, environment: Environment, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    """Another takes its rows over, and when it goes on it finds nothing that is still its own."""
    sandbox.rule("tokapp", "hang", taken=True, times=FEW)
    message = write(FEW)
    rows = Delivery.objects.filter(message_id=message.pk)
    poller.tick()
    with tree_of(environment, "tokapp") as stopped:
        eventually(lambda: len(sandbox.taken()) == FEW)
        (horse,) = stopped.horses()
        kill(horse, signal.SIGSTOP)
        database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
        work_to_the_end(message, environment, sandbox)
        assert set(rows.values_list("state", "uncertain_count", "tries")) == {("accepted", 1, 2)}
        kill(horse, signal.SIGCONT)
        let_everybody_look()
        assert set(rows.values_list("state", "uncertain_count", "tries")) == {("accepted", 1, 2)}
        stopped.kill_whole()
    oracle.check(message, sandbox.log())
    assert len(sandbox.taken("tokapp")) == 2 * FEW


def test_send_that_kills_its_process_takes_no_innocent_with_it_twice(
    write: Write, environment: Environment, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    message = write(FEW)
    poison = Delivery.objects.filter(message_id=message.pk).order_by("pk")[FEW // 2]
    with tree_of({**environment, "PLUMIER_FAULTS_POISON": poison.address}, "tokapp") as tree:
        poller.tick()
        for crashes in (1, 2):
            eventually(tree.horses)
            (horse,) = tree.horses()
            eventually(lambda horse=horse: has_ended(horse))  # type: ignore[misc]
            assert Delivery.objects.filter(pk=poison.pk, state="sending", tries=crashes).exists()
            database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
            poller.tick()
        eventually(lambda: finished(message))
    oracle.check_one(message, sandbox.log())
    rows = Delivery.objects.filter(message_id=message.pk)
    assert rows.get(pk=poison.pk).state == "sent_unconfirmed"
    innocents = rows.exclude(pk=poison.pk)
    assert set(innocents.values_list("state", flat=True)) == {"accepted"}
    assert max(innocents.values_list("crashes", flat=True)) <= 1
    assert not [entry for entry in sandbox.log() if entry["address"] == poison.address]
