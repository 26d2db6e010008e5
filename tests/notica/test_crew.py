"""Real workers, killed and stopped in the middle of a send; the providers' own log is the oracle."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
import redis

from notica import claiming, fanout, poller
from notica import crew as crew_module
from notica.crew import QUICK_SECONDS, Crew, Post, wait_before_start
from notica.models import Delivery, Message, Recipient
from notica.progress import totals
from plumier.models import Group, School, User
from tests import processes
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.stories import send_to
from tests.processes import children_of, has_ended
from tests.providers.sandbox import Sandbox

MANY = 200


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
    processes.eventually(condition, lambda: Counter(Delivery.objects.values_list("state", flat=True)))


def kill(crew: Crew, *, child_too: bool) -> None:
    """SIGKILL to the one worker of a crew, and to the process that does its job."""
    (worker,) = crew.pids
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
    sandbox.control("rules", method="DELETE")  # what is in doubt goes one by one
    database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
    with crew_of("tokapp"):
        poller.tick()
        eventually(lambda: finished(message))
    check_nothing_is_lost_and_nothing_claimed(message, sandbox)
    assert Delivery.objects.filter(uncertain_count=1, tries=2).count() == in_flight
    assert Delivery.objects.filter(uncertain_count=0, tries=1).count() == MANY - in_flight


def test_job_whose_worker_is_killed_sees_its_sends_to_their_end(message: Message, sandbox: Sandbox) -> None:
    sandbox.rule("tokapp", "slow", seconds=0.4)
    with crew_of("tokapp") as crew:
        eventually(lambda: len(sandbox.taken()) >= 20)
        (worker,) = crew.pids
        (horse,) = children_of(worker)
        kill(crew, child_too=False)
        eventually(lambda: has_ended(horse))
        assert set(states()) <= {"accepted", "ready"}
        with crew_of("tokapp"):
            poller.tick()
            eventually(lambda: finished(message))
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


@pytest.mark.parametrize(
    ("falls", "seconds"), [(0, 0), (1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (10_000, 30)]
)
def test_wait_before_start_grows_with_the_falls(falls: int, seconds: float) -> None:
    assert wait_before_start(falls) == seconds


def test_process_that_lived_is_started_again_at_once() -> None:
    post = Post("web", lambda: None, pid=7, started_at=100.0, falls=5)
    assert (post.ended(100.0 + QUICK_SECONDS), post.pid, post.start_at) == (0.0, 0, 100.0 + QUICK_SECONDS)
    post.started_at = 200.0
    assert (post.ended(201.0), post.start_at, post.falls) == (1.0, 202.0, 1)


def test_process_that_ends_at_once_waits_longer_each_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lives = tmp_path / "lives"

    def fall() -> None:
        with lives.open("a") as log:
            log.write("x")
        if lives.stat().st_size == 3:
            os.kill(os.getppid(), signal.SIGTERM)

    crew = Crew([], clock=False, web=fall)
    crew.start()
    crew.watch()
    crew.stop()
    again = [record.getMessage() for record in caplog.records]
    assert again == [f"the web ended with 0 and is started again in {seconds} s" for seconds in (1, 2)]
    assert lives.read_text() == "xxx"


def test_job_that_does_not_end_is_killed_with_its_worker(
    school: School,
    queue_store: redis.Redis,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(crew_module, "STOP_SECONDS", 0.5)
    django_rq.get_queue("slow").enqueue("time.sleep", 600)
    with crew_of("slow") as crew:
        (worker,) = crew.pids
        eventually(lambda: children_of(worker) != [])
        (horse,) = children_of(worker)
    assert (has_ended(worker), has_ended(horse)) == (True, True)
    assert "the worker of slow did not end and is killed" in caplog.text


def test_bots_are_heard_by_a_process_of_the_crew(tmp_path: Path) -> None:
    heard = tmp_path / "heard"

    def hear() -> None:
        heard.write_text("by the crew")
        signal.pause()

    crew = Crew([], clock=False, bots=hear)
    crew.start()
    processes.eventually(lambda: heard.exists() and bool(heard.read_text()))
    (pid,) = crew.pids
    crew.stop()
    assert (heard.read_text(), has_ended(pid)) == ("by the crew", True)
