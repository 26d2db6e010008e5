"""Real workers, killed and stopped in the middle of a send; the providers' own log is the oracle."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
import redis
from django.db import connections

from notica import claiming, fanout, poller
from notica.crew import Crew, is_worked
from notica.models import Delivery, Message, Recipient
from notica.progress import totals
from plumier.models import Group, School, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

MANY = 200
DEADLINE = 60.0  # seconds


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox, queue_store: redis.Redis, hundred_slots: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def message(school: School, director: User, group: Group) -> Message:
    """To two hundred families by TokApp, due now, with its jobs waiting in Redis."""
    make_families(group, MANY)
    message = send_to(school, director, groups=[group])
    fanout.fan_out(message.pk)
    return message


@contextmanager
def crew_of(*queues: str, clock: bool = False) -> Iterator[Crew]:
    """Workers of these queues while the block lasts, then stopped warmly."""
    crew = Crew(queues, clock=clock)
    crew.start()
    try:
        yield crew
    finally:
        crew.stop()


def eventually(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < ends_at, Counter(Delivery.objects.values_list("state", flat=True))
        time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True


def kill(crew: Crew, *, child_too: bool) -> None:
    """SIGKILL to the one worker of a crew, and to the process that does its job."""
    (worker,) = crew._pids
    horses = children_of(worker)
    assert len(horses) == 1
    os.kill(worker, signal.SIGKILL)
    if child_too:
        os.kill(horses[0], signal.SIGKILL)


def finished(message: Message) -> bool:
    return Message.objects.filter(pk=message.pk, state="finished").exists()


def states() -> dict[str, int]:
    return dict(Counter(Delivery.objects.filter(channel="tokapp").values_list("state", flat=True)))


def check_nothing_is_lost_and_nothing_claimed(message: Message, sandbox: Sandbox) -> None:
    """The oracle: what the provider took against what the rows say."""
    copies = Counter(entry["address"] for entry in sandbox.taken("tokapp"))
    rows = Delivery.objects.filter(message_id=message.pk)
    assert Recipient.objects.filter(message=message).count() == MANY
    assert Recipient.objects.filter(message=message).exclude(outcome="reached").count() == 0
    assert totals(message.pk) == {"reached": MANY}
    assert sorted(copies) == sorted(rows.filter(state="accepted").values_list("address", flat=True))
    marked = {row.address: row.uncertain_count for row in rows}
    assert {address: number for address, number in copies.items() if number > 1 + marked[address]} == {}
    assert Message.objects.filter(kind="acuse").count() == 1


def test_worker_killed_in_the_middle_of_a_send_loses_nothing(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.rule("tokapp", "hang", times=10)
    sandbox.rule("tokapp", "slow", seconds=0.5)
    with crew_of("tokapp") as crew:
        eventually(lambda: states().get("accepted", 0) > 0)
        kill(crew, child_too=True)
    in_flight = states()["sending"]
    assert 0 < in_flight <= 100
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    with crew_of("tokapp"):
        poller.tick()
        eventually(lambda: finished(message))
    check_nothing_is_lost_and_nothing_claimed(message, sandbox)
    assert Delivery.objects.filter(uncertain_count=1, tries=2).count() == in_flight
    assert Delivery.objects.filter(uncertain_count=0, tries=1).count() == MANY - in_flight


def test_job_whose_worker_is_killed_works_on_and_sends_nothing_twice(
    message: Message, sandbox: Sandbox
) -> None:
    sandbox.rule("tokapp", "slow", seconds=0.4)
    with crew_of("tokapp") as crew:
        eventually(lambda: len(sandbox.taken()) >= 20)
        (worker,) = crew._pids
        (horse,) = children_of(worker)
        kill(crew, child_too=False)
        with crew_of("tokapp"):
            poller.tick()
            eventually(lambda: finished(message))
        os.kill(horse, signal.SIGTERM)
        eventually(lambda: has_ended(horse))
    check_nothing_is_lost_and_nothing_claimed(message, sandbox)
    assert len(sandbox.taken()) == MANY


def test_warm_stop_leaves_nothing_uncertain(message: Message, sandbox: Sandbox) -> None:
    sandbox.rule("tokapp", "slow", seconds=1.5, times=80)
    with crew_of("tokapp"):
        eventually(lambda: states().get("sending") == 80)
    assert (states(), len(sandbox.taken())) == ({"accepted": 80, "ready": 120}, 80)
    with crew_of("tokapp"):
        poller.tick()
        eventually(lambda: finished(message))
    check_nothing_is_lost_and_nothing_claimed(message, sandbox)
    assert len(sandbox.taken()) == MANY


def test_two_workers_of_a_queue_share_and_send_nothing_twice(message: Message, sandbox: Sandbox) -> None:
    sandbox.rule("tokapp", "slow", seconds=0.1)
    with crew_of("tokapp"), crew_of("tokapp"):
        django_rq.get_queue("tokapp").enqueue("notica.delivery.drain", "tokapp", result_ttl=0)
        eventually(lambda: finished(message))
    check_nothing_is_lost_and_nothing_claimed(message, sandbox)
    assert len(sandbox.taken()) == MANY


def test_emptied_redis_costs_a_round_of_the_clock(
    school: School, director: User, group: Group, sandbox: Sandbox, queue_store: redis.Redis
) -> None:
    """From Send to the acuse in the sender's mailbox, with every job lost at the start."""
    make_families(group, MANY)
    message = send_to(school, director, groups=[group])
    assert queue_store.keys()
    queue_store.flushdb()
    with crew_of("fanout", "tokapp", "email", clock=True):
        eventually(lambda: len(sandbox.taken("email")) == 1)
    check_nothing_is_lost_and_nothing_claimed(message, sandbox)
    assert sandbox.taken("email")[0]["address"] == f"{director.username}@staff.example"


def test_worker_that_is_gone_does_not_count(school: School) -> None:
    assert not is_worked("sms")
    with crew_of("sms") as crew:
        eventually(lambda: is_worked("sms"))
        (worker,) = crew._pids
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        assert not is_worked("sms")
        crew._pids.clear()


def test_worker_that_dies_is_started_again(school: School) -> None:
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        crew = Crew(["sms"], clock=False)
        crew.start()
        try:
            crew.watch()
        finally:
            os._exit(0)
    try:
        eventually(lambda: is_worked("sms"))
        (first,) = children_of(pid)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: children_of(pid) not in ([], [first]) and is_worked("sms"))
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
