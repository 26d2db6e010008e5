"""PostgreSQL and Valkey stopped, crashed and emptied while workers are in the middle of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from notica import claiming, poller, spool
from notica.models import Delivery, Message
from notica.recording import PATIENCE_SECONDS
from plumier.models import Group, School, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.faults import oracle, servers
from tests.faults.stories import (
    BULK_SLOTS,
    FEW,
    Environment,
    Write,
    acuse_is_over,
    finished,
    held,
    somebody_waits,
    states,
    work_to_the_end,
)
from tests.faults.trees import eventually, tree_of
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

MANY = 5000


def kept_on_disk() -> list[Path]:
    return list((Path(settings.DATA_DIR) / "spool").glob(f"*{spool.ENDING}"))


# Where PostgreSQL goes away: the table that stops a worker there, and how many copies are taken by then.
POINTS = {
    "claim": ("channels_app_suppression", "ACCESS EXCLUSIVE", 0),
    "write": ("notica_attempt", "ACCESS EXCLUSIVE", FEW),
    "settling": ("notica_recipient", "EXCLUSIVE", FEW),
}


@pytest.mark.parametrize(("table", "mode", "taken"), POINTS.values(), ids=POINTS)
def test_postgresql_that_crashes_at_a_point_loses_nothing(
    write: Write,
    environment: Environment,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    table: str,
    mode: str,
    taken: int,
) -> None:
    """The worker lives on: what it knows is written when the server is back, and nothing goes out twice."""
    message = write(FEW)
    poller.tick()
    with tree_of(environment, "tokapp"):
        with held(table, mode):
            eventually(somebody_waits)
            eventually(lambda: len(sandbox.taken()) == taken)
            servers.restart_postgresql(crash=True)
        if not taken:
            database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
        work_to_the_end(message, environment, sandbox)
    assert len(sandbox.taken("tokapp")) == FEW
    assert set(Delivery.objects.filter(channel="tokapp").values_list("uncertain_count", flat=True)) == {
        int(not taken)
    }


def test_postgresql_that_restarts_while_many_are_in_flight_costs_nothing(
    write: Write, environment: Environment, sandbox: Sandbox
) -> None:
    sandbox.rule("tokapp", "slow", seconds=3, times=BULK_SLOTS)
    message = write(BULK_SLOTS + FEW)
    poller.tick()
    with tree_of(environment, "tokapp"):
        eventually(lambda: states().get("sending") == BULK_SLOTS)
        servers.restart_postgresql()
        work_to_the_end(message, environment, sandbox)
    assert len(sandbox.taken("tokapp")) == BULK_SLOTS + FEW
    assert set(
        Delivery.objects.filter(channel="tokapp").values_list("state", "uncertain_count", "tries")
    ) == {("accepted", 0, 1)}


def test_outcomes_wait_on_disk_while_postgresql_is_away_and_are_replayed(
    write: Write, environment: Environment, sandbox: Sandbox
) -> None:
    sandbox.rule("tokapp", "slow", seconds=2)
    message = write(FEW)
    poller.tick()
    with tree_of(environment, "tokapp") as tree:
        eventually(lambda: states() == {"sending": FEW})
        with servers.postgresql_away(crash=True):
            eventually(kept_on_disk, PATIENCE_SECONDS + 60)
            tree.kill_whole()
    assert (states(), len(sandbox.taken())) == ({"sending": FEW}, FEW)
    work_to_the_end(message, environment, sandbox)
    assert (kept_on_disk(), len(sandbox.taken("tokapp"))) == ([], FEW)
    assert set(
        Delivery.objects.filter(channel="tokapp").values_list("state", "uncertain_count", "tries")
    ) == {("accepted", 0, 1)}


def test_thousands_due_are_found_when_every_key_is_lost(
    write: Write, environment: Environment, sandbox: Sandbox
) -> None:
    """Keys are lost before the workers start and again while they work."""
    message = write(MANY)
    servers.flush_valkey()
    with tree_of(environment, "tokapp", "email", "fanout", clock=True):
        eventually(lambda: states().get("accepted", 0) > MANY // 10)
        servers.flush_valkey()
        eventually(lambda: finished(message) and acuse_is_over(message), 240)
    oracle.check(message, sandbox.log())
    assert len(sandbox.taken("tokapp")) == MANY


@pytest.mark.parametrize("number", [FEW, 150], ids=["written at once", "written by a job"])
def test_send_is_taken_while_redis_is_down(
    school: School,
    director: User,
    group: Group,
    environment: Environment,
    sandbox: Sandbox,
    number: int,
) -> None:
    """Who presses Send is told nothing of it; the clock finds the rows when Redis is back."""
    make_families(group, number)
    with servers.valkey_away(crash=True):
        message = send_to(school, director, groups=[group])
        assert Message.objects.filter(pk=message.pk, state__in=("queued", "sending")).exists()
    work_to_the_end(message, environment, sandbox)
    assert len(sandbox.taken("tokapp")) == number


def test_workers_outlive_a_redis_that_comes_and_goes(
    write: Write, environment: Environment, sandbox: Sandbox
) -> None:
    sandbox.rule("tokapp", "slow", seconds=0.5)
    message = write(10 * FEW)
    poller.tick()
    with tree_of(environment, "tokapp", "email", "fanout", clock=True):
        for _ in range(2):
            eventually(sandbox.taken)
            servers.restart_valkey(crash=True)
        eventually(lambda: finished(message) and acuse_is_over(message))
    oracle.check(message, sandbox.log())
    assert len(sandbox.taken("tokapp")) == 10 * FEW
