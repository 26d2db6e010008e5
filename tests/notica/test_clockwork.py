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

    def tick(*, whole: bool) -> bool:
        ask_to_end()
        done = whole_round(whole=whole)
        ended.append(1)
        return done

    monkeypatch.setattr(poller, "tick", tick)
    clockwork.keep_clock()
    assert (ended, heartbeat.clock_runs(queue_store)) == ([1], True)


def test_sign_of_life_names_the_host_and_is_forgotten(queue_store: redis.Redis) -> None:
    assert not heartbeat.clock_runs(queue_store)
    keys = [heartbeat.KEY, f"{heartbeat.KEY}:{socket.gethostname()}"]
    heartbeat.beat(done=False)
    assert [queue_store.exists(key) for key in keys] == [0, 1]
    heartbeat.beat(done=True)
    assert [0 < queue_store.ttl(key) <= heartbeat.LIFE_SECONDS for key in keys] == [True, True]


def test_every_sixth_round_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[bool] = []

    def tick(*, whole: bool) -> bool:
        rounds.append(whole)
        if len(rounds) == 8:
            ask_to_end()
        return True

    monkeypatch.setattr(poller, "tick", tick)
    clockwork.keep_clock()
    assert rounds == [True, *[False] * 5, True, False]


def test_round_that_failed_gives_no_sign_and_the_next_comes(
    queue_store: redis.Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[bool] = []

    def tick(*, whole: bool) -> bool:
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

    def tick(*, whole: bool) -> bool:
        rounds.append(1)
        if len(rounds) == 2:
            ask_to_end()
        return True

    def away(_name: str) -> redis.Redis:
        return redis.Redis(unix_socket_path="/nonexistent")

    monkeypatch.setattr(poller, "tick", tick)
    monkeypatch.setattr("django_rq.get_connection", away)
    clockwork.keep_clock()
    assert (len(rounds), caplog.text.count("the clock goes on and cannot say so: ConnectionError")) == (2, 2)
