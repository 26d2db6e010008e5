from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as conf
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from config import health
from notica import heartbeat

_WELL = {
    "status": "ok",
    **dict.fromkeys(("database", "redis", "migrations", "clock", "workers"), "ok"),
}


@pytest.fixture(autouse=True)
def _nothing_remembered(queue_store: redis.Redis) -> None:
    """A clock has gone round and every queue has a worker, as Redis knows them."""
    health._migrated.clear()
    heartbeat.beat(done=True)
    for name in conf.QUEUES:
        queue_store.sadd(f"rq:workers:{name}", f"rq:worker:{name}")
        queue_store.hset(f"rq:worker:{name}", "hostname", "another")


def _get(client: Client) -> tuple[int, dict[str, str]]:
    response = client.get("/salud")
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
    assert _get(client) == (503, {**_WELL, **unknown, "status": "error", "redis": "error"})


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
    assert _get(client) == (503, {**_WELL, "status": "error", "migrations": "pending"})


def test_health_tells_of_a_lost_database(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise DatabaseError("a secret")

    with monkeypatch.context() as lost:
        lost.setattr(connection, "cursor", refuse)
        found = _get(client)
    assert found == (503, {**_WELL, "status": "error", "database": "error", "migrations": "unknown"})
