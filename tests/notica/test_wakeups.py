"""Hints to the workers: as many as there are to take them, and no more."""

import django_rq
import pytest
import redis
from rq import Worker

from notica.wakeups import FAN_OUT, MOST_FAN_OUTS, fan_out_again, wake


def waiting(queue: str) -> int:
    return int(django_rq.get_queue(queue).count)


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_wake_lets_a_drain_wait_for_each_worker_and_no_more(queue_store: redis.Redis, workers: int) -> None:
    queue = django_rq.get_queue("sms")
    for number in range(workers):
        Worker([queue], name=f"worker-{number}", connection=queue.connection).register_birth()
    for _ in range(2):
        wake("sms")
    assert [(job.func_name, job.args) for job in queue.jobs] == [("notica.delivery.drain", ["sms"])] * max(
        1, workers
    )


def test_fan_outs_asked_for_again_do_not_pile_up(queue_store: redis.Redis) -> None:
    fan_out_again(range(MOST_FAN_OUTS + 10))
    assert waiting("fanout") == MOST_FAN_OUTS
    assert {job.func_name for job in django_rq.get_queue("fanout").jobs} == {FAN_OUT}


def test_lost_redis_is_said_and_nobody_is_stopped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_name: str) -> redis.Redis:
        raise redis.ConnectionError

    monkeypatch.setattr(django_rq, "get_queue", away)
    wake("sms")
    assert "no wake-up for sms: ConnectionError; the poller will find its rows" in caplog.text
