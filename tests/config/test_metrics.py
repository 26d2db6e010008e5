"""The figures for Prometheus: who may read them, and what they say."""

import sys
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from channels_app.models import ChannelAccount
from notica import heartbeat
from notica.models import Receipt
from plumier.clock import database_now
from plumier.models import User
from tests.factories.register import make_director, make_school
from tests.notica.results import ACCOUNTS
from tests.notica.rows import make_account, make_delivery
from tests.notica.test_tallying import make_attempt, twice

pytestmark = pytest.mark.usefixtures("db", "queue_store")
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


def read(**extra: Any) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels in their order."""
    response = Client().get("/metricas", **extra)
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (200, "text/plain")
    families = text_string_to_metric_families(response.content.decode())
    return {
        (one.name, *(value for _label, value in sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


def test_figures_are_those_of_the_rows(settings: Any, queue_store: redis.Redis) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    shared, own = make_account("tokapp"), make_account("sms", "30000001")
    ChannelAccount.objects.filter(pk=own).update(paused_until=database_now() + timedelta(minutes=5))
    delivery = make_delivery(shared, lane=0, not_before=database_now() - timedelta(seconds=90))
    make_delivery(own, channel="sms", state="uncertain")
    make_attempt(delivery, "throttled", "tokapp.flood")
    Receipt.objects.create(channel="sms", event="a", state="delivered", received_at=database_now())
    heartbeat.beat(done=True)
    twice()
    found = read()
    assert found["plumier_due", "tokapp", "urgent", ""] == 1
    assert round(found["plumier_oldest_due_seconds", "tokapp", ""]) == 90
    assert found["plumier_uncertain", "sms", "30000001"] == 1
    assert found["plumier_accounts_paused", "sms"] == 1
    assert found["plumier_channel_state", "sms", "paused"] == 1
    assert found["plumier_channel_state", "tokapp", "ok"] == 1
    assert found["plumier_tries_total", "tokapp", "throttled", ""] == 1
    assert found["plumier_callbacks_total", "sms", "delivered"] == 1
    assert (found["plumier_clock_up",], found["plumier_queue_worked", "sms"]) == (1, 0)


def test_counter_only_grows_when_old_minutes_are_put_together(
    database_clock: Any, queue_store: redis.Redis
) -> None:
    delivery = make_delivery(make_account())
    seen = []
    for number in range(1, 4):
        make_attempt(delivery, try_no=number)
        database_clock.advance(timedelta(hours=2))
        twice()
        queue_store.flushdb()
        seen.append(read()["plumier_tries_total", "tokapp", "accepted", ""])
    assert seen == [1, 2, 3]


def test_no_school_is_named() -> None:
    school = make_school("30000009", name="IES Ribera de los Molinos")
    make_delivery(make_account(), school_id=school.pk)
    text = Client().get("/metricas").content.decode()
    assert [word in text for word in ("Molinos", "30000009", "+346")] == [False] * 3


@pytest.mark.parametrize(
    "extra",
    [
        ELSEWHERE,
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_there_is_no_such_page_for_who_comes_from_elsewhere(extra: dict[str, str], settings: Any) -> None:
    """Also where our own proxy stands on this machine and is trusted."""
    settings.TRUSTED_PROXIES = []
    assert Client().get("/metricas", **extra).status_code == 404


def test_superuser_reads_it_from_anywhere_and_a_director_does_not() -> None:
    statuses = []
    for user in (User.objects.create_superuser("root", password="secret"), make_director(make_school())):
        client = Client()
        client.force_login(user)
        statuses.append(client.get("/metricas", **ELSEWHERE).status_code)
    assert statuses == [200, 404]


def test_this_machine_reads_it_without_encryption(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/metricas").status_code == 200


def test_without_the_extra_there_is_no_such_page_and_nothing_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "notica.metrics", raising=False)
    assert Client().get("/metricas").status_code == 404
    assert "notica.metrics" not in sys.modules
