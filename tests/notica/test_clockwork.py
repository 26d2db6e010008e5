"""The clock's process: rounds, a sign of life after each, and a stop that cuts none."""

import os
import signal
import socket

import pytest
import redis
from django.db import OperationalError

from notica import clockwork, heartbeat, poller


@pytest.fixture(autouse=True)
def _clock(transactional_db: None, queue_store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock without rests."""
    monkeypatch.setattr(poller, "EVERY_SECONDS", 0.0)


def ask_to_end() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(os.getpid(), number)


def test_round_under_way_is_ended_before_the_clock_stops(
    queue_store: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_round, ended = poller.tick, []

    def tick() -> None:
        ask_to_end()
        whole_round()
        ended.append(1)

    monkeypatch.setattr(poller, "tick", tick)
    clockwork.keep_clock()
    assert (ended, heartbeat.clock_runs(queue_store)) == ([1], True)


def test_sign_of_life_names_the_host_and_is_forgotten(queue_store: redis.Redis) -> None:
    assert not heartbeat.clock_runs(queue_store)
    heartbeat.beat()
    keys = [heartbeat.KEY, f"{heartbeat.KEY}:{socket.gethostname()}"]
    assert [0 < queue_store.ttl(key) <= heartbeat.LIFE_SECONDS for key in keys] == [True, True]


def test_round_that_failed_gives_no_sign_and_the_next_comes(
    queue_store: redis.Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[bool] = []

    def tick() -> None:
        rounds.append(heartbeat.clock_runs(queue_store))
        if len(rounds) == 3:
            ask_to_end()
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(poller, "tick", tick)
    clockwork.keep_clock()
    assert (rounds, heartbeat.clock_runs(queue_store)) == ([False, False, False], False)
    assert caplog.text.count("a round failed") == 3


def test_lost_redis_does_not_stop_the_clock(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[int] = []

    def tick() -> None:
        rounds.append(1)
        if len(rounds) == 2:
            ask_to_end()

    def away(_name: str) -> redis.Redis:
        return redis.Redis(unix_socket_path="/nonexistent")

    monkeypatch.setattr(poller, "tick", tick)
    monkeypatch.setattr("django_rq.get_connection", away)
    clockwork.keep_clock()
    assert (len(rounds), caplog.text.count("the clock goes on and cannot say so: ConnectionError")) == (2, 2)
