from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as conf
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from channels_app.models import ChannelAccount
from config import health
from notica import heartbeat
from plumier.clock import database_now
from plumier.models import User
from tests.database import DatabaseClock
from tests.notica.results import ACCOUNTS
from tests.notica.rows import make_account, make_delivery

_WELL = {
    "status": "ok",
    **dict.fromkeys(("database", "redis", "migrations", "clock", "workers"), "ok"),
    "channels": dict.fromkeys(conf.CHANNELS, "not_configured"),
}
OUTSIDE = "192.0.2.7"
_UNKNOWN = dict.fromkeys(conf.CHANNELS, "unknown")


@pytest.fixture(autouse=True)
def _nothing_remembered(queue_store: redis.Redis) -> None:
    """A clock has gone round and every queue has a worker, as Redis knows them."""
    health._migrated.clear()
    heartbeat.beat(done=True)
    for name in conf.QUEUES:
        queue_store.sadd(f"rq:workers:{name}", f"rq:worker:{name}")
        queue_store.hset(f"rq:worker:{name}", "hostname", "another")


def _get(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/salud", REMOTE_ADDR=OUTSIDE)
    return response.status_code, response.json()


def test_health_is_well(db: None, client: Client) -> None:
    assert _get(client) == (200, _WELL)


def test_health_is_not_stored_and_needs_no_session(db: None, client: Client) -> None:
    response = client.get("/salud")
    assert "no-store" in response["Cache-Control"]
    assert response.cookies == {}


def test_health_answers_without_encryption(db: None, client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/salud").status_code == 200


def test_health_takes_no_post(db: None, client: Client) -> None:
    assert client.post("/salud").status_code == 405


def test_health_tells_of_lost_queues(db: None, client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    unknown = {"clock": "unknown", "workers": "unknown"}
    found = {**_WELL, **unknown, "status": "error", "redis": "error", "channels": _UNKNOWN}
    assert _get(client) == (503, found)


def test_health_tells_that_no_clock_goes_and_serves_on(
    db: None, client: Client, queue_store: redis.Redis
) -> None:
    queue_store.delete(heartbeat.KEY)
    assert _get(client) == (200, {**_WELL, "status": "degraded", "clock": "missing"})


def test_health_tells_that_a_queue_has_no_worker_and_serves_on(
    db: None, client: Client, queue_store: redis.Redis
) -> None:
    queue_store.delete("rq:worker:sms")
    assert _get(client) == (200, {**_WELL, "status": "degraded", "workers": "missing"})


def test_health_tells_of_pending_migrations(db: None, client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="plumier").delete()
    assert _get(client) == (503, {**_WELL, "status": "error", "migrations": "pending", "channels": _UNKNOWN})


def test_health_tells_of_a_lost_database(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise DatabaseError("a secret")

    with monkeypatch.context() as lost:
        lost.setattr(connection, "cursor", refuse)
        found = _get(client)
    lost_too = {"status": "error", "database": "error", "migrations": "unknown", "channels": _UNKNOWN}
    assert found == (503, {**_WELL, **lost_too})


def _later(seconds: float) -> datetime:
    return database_now() + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("standing", "due_since", "word"),
    [
        ({}, 30, "ok"),
        ({"paused_until": 60}, 30, "paused"),
        ({"paused_until": -60}, 30, "ok"),
        ({}, 700, "stalled"),
        ({"paused_until": 60}, 700, "stalled"),
        ({"circuit_open_until": -5}, 700, "circuit_open"),
    ],
)
def test_health_has_a_word_for_each_channel(
    db: None,
    client: Client,
    settings: Settings,
    standing: dict[str, int],
    due_since: int,
    word: str,
) -> None:
    """Also of a school's own account, whose school is not named; the worst of them is told."""
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    make_account("tokapp")
    own = make_account("tokapp", "30000001")
    ChannelAccount.objects.filter(pk=own).update(**{name: _later(till) for name, till in standing.items()})
    make_delivery(own, not_before=_later(-due_since))
    channels = {**dict.fromkeys(conf.CHANNELS, "ok"), "tokapp": word}
    status = "ok" if word == "ok" else "degraded"
    assert _get(client) == (200, {**_WELL, "status": status, "channels": channels})
    assert "30000001" not in client.get("/salud", REMOTE_ADDR=OUTSIDE).content.decode()


def test_health_asks_about_the_channels_once_in_some_seconds(db: None, client: Client) -> None:
    _get(client)
    with CaptureQueriesContext(connection) as again:
        _get(client)
    assert [one["sql"] for one in again if "channelaccount" in one["sql"]] == []


def test_health_tells_whoever_asks_on_this_machine_how_each_account_stands(
    db: None, client: Client, settings: Settings, database_clock: DatabaseClock
) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    database_clock.freeze(database_clock.now())
    now = database_clock.now()
    account = make_account("tokapp")
    until = now + timedelta(seconds=60)
    ChannelAccount.objects.filter(pk=account).update(
        rate=5, circuit_open_until=until, circuit_reason="tokapp.token"
    )
    make_delivery(account, not_before=now - timedelta(seconds=30))
    make_delivery(account, not_before=now + timedelta(hours=1))
    (said,) = [one for one in client.get("/salud").json()["accounts"] if one["channel"] == "tokapp"]
    assert {name: said[name] for name in ("state", "circuit", "due", "later", "oldest_due_seconds")} == {
        "state": "circuit_open",
        "circuit": "tokapp.token",
        "due": 1,
        "later": 1,
        "oldest_due_seconds": 30.0,
    }
    assert (said["rate"], said["rate_allowed"], said["last_error_words"]) == (0, 5, "")


def test_health_tells_numbers_to_no_outsider_and_to_no_teacher(db: None, client: Client) -> None:
    assert "accounts" not in client.get("/salud", REMOTE_ADDR=OUTSIDE).json()
    client.force_login(User.objects.create_user("teacher"))
    assert "accounts" not in client.get("/salud", REMOTE_ADDR=OUTSIDE).json()
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/salud", REMOTE_ADDR=OUTSIDE).json()["accounts"] == []


def test_health_takes_nobody_who_was_forwarded_for_this_machine(db: None, client: Client) -> None:
    assert "accounts" not in client.get("/salud", HTTP_X_FORWARDED_FOR="192.0.2.7").json()
