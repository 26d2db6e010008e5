"""The drain against a provider that refuses, dawdles, hangs and loses its answers; its log is the oracle."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import django_rq
import pytest
import redis
from django.db import connection, connections

from channels_app.models import ChannelAccount
from notica import fanout, line, poller, rendering
from notica.delivery import drain
from notica.models import Attempt, Delivery, Message
from notica.progress import totals
from plumier.models import Group, School, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.rows import make_delivery
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

MANY = 600


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox, hundred_slots: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


def send_many(school: School, director: User, group: Group, number: int) -> Message:
    """To the families of new students, by TokApp alone."""
    make_families(group, number)
    message = send_to(school, director, groups=[group])
    fanout.fan_out(message.pk)
    assert Delivery.objects.filter(message_id=message.pk).count() == number
    return message


def states() -> dict[str, int]:
    return dict(Counter(Delivery.objects.values_list("state", flat=True)))


def addresses(state: str) -> list[str]:
    return sorted(Delivery.objects.filter(state=state).values_list("address", flat=True))


def test_sent_is_taken_is_recorded(school: School, director: User, group: Group, sandbox: Sandbox) -> None:
    sandbox.refuse("tokapp", "no_user", share=0.2)
    message = send_many(school, director, group, MANY)
    drain("tokapp", linger=False)
    tried = Counter(entry["address"] for entry in sandbox.log())
    assert tried == Counter(Delivery.objects.values_list("address", flat=True))
    taken = sorted(entry["address"] for entry in sandbox.taken())
    assert taken == addresses("accepted")
    assert sorted(set(tried) - set(taken)) == addresses("failed")
    assert 0 < len(taken) < MANY
    assert Counter(Attempt.objects.values_list("outcome", flat=True)) == {
        "accepted": len(taken),
        "permanent": MANY - len(taken),
    }
    assert totals(message.pk) == {"reached": len(taken), "failed": MANY - len(taken)}


def test_lost_answer_brings_one_more_copy_and_marks_it(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.rule("tokapp", "lose", share=0.3, times_each=1)
    send_many(school, director, group, 60)
    drain("tokapp", linger=False)
    uncertain = addresses("uncertain")
    assert 0 < len(uncertain) < 60
    poller.tick()
    drain("tokapp", linger=False)
    assert addresses("uncertain") == uncertain
    database_clock.advance(timedelta(seconds=31))
    poller.tick()
    drain("tokapp", linger=False)
    assert states() == {"accepted": 60}
    copies = Counter(entry["address"] for entry in sandbox.taken())
    assert sorted(address for address, number in copies.items() if number == 2) == uncertain
    assert len(copies) == 60
    marked = Delivery.objects.filter(uncertain_count=1, tries=2).values_list("address", flat=True)
    assert sorted(marked) == uncertain


def test_answer_lost_every_time_ends_unconfirmed_and_never_third(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.rule("tokapp", "lose")
    message = send_many(school, director, group, 3)
    for _ in range(4):
        drain("tokapp", linger=False)
        database_clock.advance(timedelta(seconds=31))
        poller.tick()
    assert (states(), totals(message.pk)) == ({"sent_unconfirmed": 3}, {"unconfirmed": 3})
    assert len(sandbox.taken()) == 6


def test_throttling_pauses_and_spends_no_try(
    school: School, director: User, group: Group, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    sandbox.rule("tokapp", "throttle", retry_after=7, times_each=1)
    send_many(school, director, group, 5)
    drain("tokapp", linger=False)
    assert (states(), sandbox.taken()) == ({"ready": 5}, [])
    database_clock.advance(timedelta(seconds=8))
    drain("tokapp", linger=False)
    assert states() == {"accepted": 5}
    assert set(Delivery.objects.values_list("tries", "spent")) == {(2, 0)}


def test_slow_provider_has_many_in_flight(
    school: School, director: User, group: Group, sandbox: Sandbox
) -> None:
    sandbox.rule("tokapp", "slow", seconds=0.5)
    send_many(school, director, group, 80)
    started = time.monotonic()
    drain("tokapp", linger=False)
    assert states() == {"accepted": 80}
    assert time.monotonic() - started < 80 * 0.5 / 4


def test_hanging_provider_is_left_at_the_deadline_and_holds_nobody_up(
    school: School, director: User, group: Group, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "SEND_SECONDS", 0.3)
    send_many(school, director, group, 6)
    stuck = Delivery.objects.order_by("pk")[0].address
    sandbox.rule("tokapp", "hang", address=stuck)
    drain("tokapp", linger=False)
    assert (states(), addresses("uncertain")) == ({"accepted": 5, "uncertain": 1}, [stuck])
    assert Attempt.objects.values_list("code", flat=True).get(outcome="uncertain") == "deadline"


@contextmanager
def watching(look: Callable[[], Any], found: list[Any]) -> Iterator[None]:
    """Look again and again in another thread while the block runs."""
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            if seen := look():
                found.append(seen)
        connections.close_all()

    watcher = threading.Thread(target=run)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def idle_in_transaction() -> int:
    """Connections to the test's database that sit in a transaction and do nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%' AND clock_timestamp() - state_change > interval '150 ms'"
        )
        return int(cursor.fetchone()[0])


def test_no_transaction_is_open_while_the_provider_is_asked(
    school: School, director: User, group: Group, sandbox: Sandbox
) -> None:
    sandbox.rule("tokapp", "slow", seconds=0.6)
    send_many(school, director, group, 5)
    open_ones: list[Any] = []
    with watching(idle_in_transaction, open_ones):
        drain("tokapp", linger=False)
    assert (states(), open_ones) == ({"accepted": 5}, [])


def test_stop_claims_no_more_and_sees_what_is_in_flight_to_its_end(
    school: School, director: User, group: Group, sandbox: Sandbox, queue_store: redis.Redis
) -> None:
    sandbox.rule("tokapp", "slow", seconds=0.5)
    send_many(school, director, group, 130)
    queue_store.flushdb()
    stopped: list[Any] = []

    def stop_once_full() -> bool:
        full = Delivery.objects.filter(state="sending").count() == 80
        if full and not stopped:
            os.kill(os.getpid(), signal.SIGTERM)
        return full

    with watching(stop_once_full, stopped):
        drain("tokapp", seconds=20)
    assert (len(sandbox.taken()), states()) == (80, {"accepted": 80, "ready": 50})
    assert [(job.func_name, job.args) for job in django_rq.get_queue("tokapp").jobs] == [
        ("notica.delivery.drain", ["tokapp"])
    ]


def test_account_that_cannot_be_worked_does_not_stop_the_others(
    school: School,
    director: User,
    group: Group,
    sandbox: Sandbox,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    send_many(school, director, group, 1)
    other = make_school("30000002")
    own = {f"{name}__30000002": sandbox.environment[name] for name in ("TOKAPP_TOKEN", "TOKAPP_API_URL")}
    settings.CHANNEL_ENVIRONMENT = {**sandbox.environment, **own}
    send_many(other, make_director(other), make_group(other), 1)
    settings.CHANNEL_ENVIRONMENT = own
    drain("tokapp", linger=False)
    shared = ChannelAccount.objects.get(channel="tokapp", owner="").pk
    assert dict(Delivery.objects.values_list("school_id", "state")) == {
        school.pk: "ready",
        other.pk: "accepted",
    }
    assert f"the account {shared} cannot be worked" in caplog.text


def test_delivery_without_its_message_fails_alone(
    school: School, director: User, group: Group, sandbox: Sandbox
) -> None:
    message = send_many(school, director, group, 3)
    account = ChannelAccount.objects.get(channel="tokapp", owner="")
    orphan = make_delivery(account.pk, lane=0)
    drain("tokapp", linger=False)
    assert (totals(message.pk), addresses("failed")) == ({"reached": 3}, [orphan.address])


def test_text_that_cannot_be_made_fails_without_a_call(
    school: School, director: User, group: Group, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = send_many(school, director, group, 2)

    def fail(*arguments: Any) -> None:
        raise ValueError("broken template")

    monkeypatch.setattr(rendering, "_render", fail)
    drain("tokapp", linger=False)
    assert (sandbox.log(), totals(message.pk)) == ([], {"failed": 2})
    assert set(Delivery.objects.values_list("reason", flat=True)) == {"unrenderable"}


def test_provider_s_words_and_logs_hold_no_address(
    school: School, director: User, group: Group, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.refuse("tokapp", "no_user", share=0.5)
    sandbox.rule("tokapp", "error", share=0.9, times_each=1)
    caplog.set_level("DEBUG")
    send_many(school, director, group, 20)
    drain("tokapp", linger=False)
    told = caplog.text + " ".join(Attempt.objects.values_list("detail", flat=True))
    assert Attempt.objects.exclude(outcome="accepted").exists()
    assert [phone for phone in Delivery.objects.values_list("address", flat=True) if phone[3:] in told] == []
