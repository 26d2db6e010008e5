"""Real workers as Redis knows them."""

import os
import signal

import django_rq
import pytest
import redis
from django.conf import settings
from rq import Worker
from rq.exceptions import StopRequested

from notica import worker
from notica.crew import Crew
from notica.worker import CrewWorker, is_worked, unworked
from tests.processes import eventually


@pytest.fixture(autouse=True)
def _queues(transactional_db: None, queue_store: redis.Redis) -> None:
    """The crew's workers and an empty store of their own."""


def test_worker_that_is_gone_does_not_count() -> None:
    assert not is_worked("sms")
    crew = Crew(["sms"], clock=False)
    crew.start()
    eventually(lambda: is_worked("sms"))
    (pid,) = crew.pids
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert not is_worked("sms")
    crew.stop()


def test_unworked_names_the_queues_that_nobody_works(queue_store: redis.Redis) -> None:
    crew = Crew(["sms", "email"], clock=False)
    crew.start()
    eventually(lambda: unworked(queue_store, settings.QUEUES) == ["telegram", "tokapp", "fanout", "slow"])
    crew.stop()
    assert unworked(queue_store, settings.QUEUES) == list(settings.QUEUES)


def test_name_that_redis_has_forgotten_does_not_work(queue_store: redis.Redis) -> None:
    """A killed worker's name stays in the list; its own key goes by itself."""
    queue_store.sadd("rq:workers:sms", "rq:worker:gone")
    assert unworked(queue_store, ("sms",)) == ["sms"]


def test_worker_is_forgotten_within_a_minute_and_a_half(queue_store: redis.Redis) -> None:
    crew = Crew(["sms"], clock=False)
    crew.start()
    eventually(lambda: is_worked("sms"))
    (found,) = Worker.all(queue=django_rq.get_queue("sms"))
    assert 0 < queue_store.ttl(found.key) <= worker.LIFE_SECONDS + 60
    crew.stop()


def test_emptied_redis_is_told_again_who_works(
    queue_store: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CrewWorker, "dequeue_timeout", 1)
    crew = Crew(["sms"], clock=False)
    crew.start()
    eventually(lambda: is_worked("sms"))
    queue_store.flushdb()
    eventually(lambda: is_worked("sms"))
    (found,) = Worker.all(queue=django_rq.get_queue("sms"))
    assert [found.pid] == crew.pids
    crew.stop()


def test_stop_whose_exception_was_lost_is_heeded_at_the_next_heartbeat() -> None:
    queue = django_rq.get_queue("sms")
    idle = CrewWorker([queue], connection=queue.connection)
    idle.register_birth()
    idle.set_state("idle")
    idle.heartbeat()
    with pytest.raises(StopRequested):
        idle.request_stop(signal.SIGTERM, None)
    with pytest.raises(StopRequested):
        idle.heartbeat()
    idle.set_state("busy")
    idle.heartbeat()
    idle.register_death()


def test_second_stop_does_not_cut_the_way_out() -> None:
    """It comes between the loop, which heeds the first, and the signing off, where nobody would catch it."""
    idle = CrewWorker(["sms"], connection=django_rq.get_connection("sms"))
    idle.set_state("idle")
    with pytest.raises(StopRequested):
        idle.request_stop(signal.SIGTERM, None)
    idle.request_stop(signal.SIGTERM, None)
    assert idle._stop_requested


def test_worker_told_to_end_while_it_signs_on_signs_off(
    queue_store: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_on = CrewWorker.register_birth

    def told(self: CrewWorker) -> None:
        sign_on(self)
        assert unworked(queue_store, ("sms",)) == []
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(CrewWorker, "register_birth", told)
    crew = Crew(["sms"], clock=False)
    crew.start()
    (pid,) = crew.pids
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert (unworked(queue_store, ("sms",)), queue_store.scard("rq:workers:sms")) == (["sms"], 0)
    crew.stop()
