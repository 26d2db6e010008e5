"""What happens by the clock alone: one at a time, each part whatever becomes of the others."""

from collections import Counter
from datetime import timedelta
from typing import Any

import django_rq
import pytest
import redis

from notica import poller, wakeups
from notica.database import alone_at
from notica.models import Delivery, Message
from plumier.models import School, User
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.answering import ACCEPTED, CONFIGURED, SILENT, answer
from tests.notica.rows import elsewhere, make_account, make_delivery
from tests.notica.stories import send_to, trail


@pytest.fixture
def school(transactional_db: None, settings: Any, queue_store: redis.Redis) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def message(school: School, director: User, queue_store: redis.Redis) -> Message:
    """To one family by TokApp, every wake-up lost."""
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": "+34600000001"})])
    message = send_to(school, director, groups=[group])
    queue_store.flushdb()
    return message


def jobs(queue: str) -> list[tuple[Any, Any]]:
    return [(job.func_name, job.args) for job in django_rq.get_queue(queue).jobs]


def test_channel_with_due_rows_is_woken_and_no_other(message: Message) -> None:
    poller.tick()
    assert {name: jobs(name) for name in ("telegram", "tokapp", "email", "sms")} == {
        "telegram": [],
        "tokapp": [("notica.delivery.drain", ["tokapp"])],
        "email": [],
        "sms": [],
    }


def test_rounds_do_not_pile_up_drains(message: Message) -> None:
    for _ in range(3):
        poller.tick()
    assert len(jobs("tokapp")) == 1


def test_rounds_do_not_pile_up_fan_outs_without_end(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wakeups, "MOST_FAN_OUTS", 2)
    Message.objects.update(state="queued", fanned_out_at=None)
    for _ in range(5):
        poller.tick()
    assert jobs("fanout") == [("notica.fanout.fan_out", [message.pk])] * 2


def test_message_left_half_written_is_fanned_out_again(message: Message) -> None:
    Message.objects.update(fanned_out_at=None)
    poller.tick()
    assert jobs("fanout") == [("notica.fanout.fan_out", [message.pk])]


def test_finished_message_is_left_alone(message: Message, queue_store: redis.Redis) -> None:
    answer("tokapp", ACCEPTED)
    queue_store.flushdb()
    Message.objects.filter(kind="acuse").delete()
    poller.tick()
    assert (jobs("fanout"), jobs("tokapp")) == ([], [])


def test_one_process_makes_the_round(message: Message) -> None:
    with alone_at(poller.LOCK_CLASS) as alone:
        assert alone
        assert not elsewhere(poller.tick)
        assert jobs("tokapp") == []
    assert elsewhere(poller.tick)
    assert len(jobs("tokapp")) == 1


def test_part_that_fails_does_not_stop_the_others(
    message: Message, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ValueError("a poison row")

    monkeypatch.setattr(poller, "PARTS", (broken, *poller.PARTS))
    poller.tick()
    assert len(jobs("tokapp")) == 1
    assert "a part of the round failed: broken" in caplog.text


def test_silence_ends_or_repeats_as_the_channel_can(
    message: Message, school: School, database_clock: DatabaseClock
) -> None:
    answer("tokapp", SILENT)
    lost = make_delivery(make_account("sms"), channel="sms", state="sending", lease=1)
    database_clock.advance(timedelta(seconds=31))
    poller.tick()
    lost.refresh_from_db()
    assert ([row[3] for row in trail(message)], lost.state) == (["ready"], "uncertain")
    database_clock.advance(timedelta(minutes=14))  # for the provider to be asked, which nobody can here
    poller.tick()
    lost.refresh_from_db()
    assert lost.state == "uncertain"
    database_clock.advance(timedelta(minutes=2))
    poller.tick()
    lost.refresh_from_db()
    assert lost.state == "sent_unconfirmed"


def test_round_ends_all_that_is_overdue_and_not_the_first_thousand(db: None) -> None:
    account = make_account()
    many = [make_delivery(account, state="ready") for _ in range(4)]
    fields = {name: value for name, value in vars(many[0]).items() if name not in ("_state", "id")}
    long_ago = many[0].not_before - timedelta(days=3)
    Delivery.objects.bulk_create(
        Delivery(**{**fields, "recipient_id": number, "expires_at": long_ago})
        for number in range(10_000, 12_500)
    )
    poller._settle_overdue()
    assert dict(Counter(Delivery.objects.values_list("state", flat=True))) == {"expired": 2500, "ready": 4}
