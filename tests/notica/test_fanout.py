"""From a message to its rows: once, whole, whatever happens on the way."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_rq
import pytest
import redis
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from channels_app.accounts import accounts_for
from notica import claiming, fanout, poller
from notica.choices import Lane
from notica.database import alone_at
from notica.models import Delivery, InboxEntry, Message, ProgressDelta, Recipient, RecipientAbout
from notica.preparing import Prepared
from plumier.models import Group, School, SchoolPolicy, Student, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families, make_students
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.rows import at_once, elsewhere
from tests.notica.stories import outcomes, send_to

ADDRESSES = {"EMAIL_URL": "smtp://127.0.0.1:9", "EMAIL_FROM": "avisos@plumier.example"}
CHUNK = 3


@pytest.fixture
def school(transactional_db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    """Eight families, of which one has two children, one has no address and one is barred."""
    group = make_group(school)
    make_families(group, 6, "email")
    siblings = Parent("Marta Gil", contacts={"email": "madre@familia.example"})
    make_student(group, "Luis Gil", [siblings])
    make_student(group, "Eva Gil", [siblings])
    make_student(group, "Ana Paz", [Parent("Rosa Paz")])
    make_student(group, "Leo Sol", [Parent("Pedro Sol", "father", ticked=False)])
    return group


@pytest.fixture
def queued(
    school: School, director: User, group: Group, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Message:
    """A message to be fanned out by a job, in chunks of three."""
    settings.CHANNEL_ENVIRONMENT = ADDRESSES
    monkeypatch.setattr("notica.actions.AT_ONCE", 0)
    monkeypatch.setattr("notica.fanout.CHUNK", CHUNK)
    message = send_to(school, director, groups=[group], way="email")
    assert not Recipient.objects.exists()
    return message


def written(message: Message) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a message without their own ids."""
    deliveries = Delivery.objects.filter(message_id=message.pk)
    return {
        "recipients": sorted(
            Recipient.objects.filter(message=message).values_list("person", "outcome", "reason", "step"),
            key=repr,
        ),
        "deliveries": sorted(deliveries.values_list("person_id", "channel", "step", "address", "state")),
        "about": sorted(
            RecipientAbout.objects.filter(message_id=message.pk).values_list("recipient__person", "student")
        ),
        "inbox": sorted(InboxEntry.objects.filter(message=message).values_list("person_id")),
        "progress": sorted(
            ProgressDelta.objects.filter(message_id=message.pk).values_list("outcome").annotate(Sum("count"))
        ),
    }


def test_rows_say_what_was_promised(queued: Message) -> None:
    fanout.fan_out(queued.pk)
    rows = written(queued)
    assert [len(rows[name]) for name in ("recipients", "deliveries", "about", "inbox")] == [9, 7, 10, 8]
    assert rows["progress"] == [("", 7), ("excluded", 1), ("no_channel", 1)]
    assert [row for row in outcomes(queued) if row[1]] == [
        ("Pedro Sol", "excluded", "tick_off"),
        ("Rosa Paz", "no_channel", "no_email"),
    ]
    queued.refresh_from_db()
    assert (queued.state, queued.fanned_out_at is not None) == ("sending", True)


def test_second_run_changes_nothing(queued: Message) -> None:
    fanout.fan_out(queued.pk)
    rows = written(queued)
    fanout.fan_out(queued.pk)
    assert written(queued) == rows
    Message.objects.update(fanned_out_at=None)
    fanout.fan_out(queued.pk)
    assert written(queued) == rows


def test_two_runs_at_once_write_once(queued: Message) -> None:
    at_once(*[lambda: fanout.fan_out(queued.pk)] * 3)
    fanout.fan_out(queued.pk)
    rows = written(queued)
    assert [len(rows[name]) for name in ("recipients", "deliveries", "about", "inbox")] == [9, 7, 10, 8]
    assert rows["progress"] == [("", 7), ("excluded", 1), ("no_channel", 1)]


def test_run_leaves_a_message_alone_that_another_is_writing(queued: Message) -> None:
    with alone_at(fanout.LOCK_CLASS, queued.pk) as alone:
        assert alone
        elsewhere(lambda: fanout.fan_out(queued.pk))
        assert not Recipient.objects.exists()
    elsewhere(lambda: fanout.fan_out(queued.pk))
    assert Recipient.objects.count() == 9


@pytest.mark.parametrize("chunk", [1, 2, 3])
@pytest.mark.parametrize("before_commit", [True, False])
def test_run_that_ends_in_the_middle_is_taken_up_again(
    queued: Message, monkeypatch: pytest.MonkeyPatch, chunk: int, before_commit: bool
) -> None:
    write, calls = fanout.write_chunk, 0

    class KilledError(BaseException):
        """Nobody catches it."""

    def dies(context: Any, prepared: list[Prepared], now: Any) -> int:
        nonlocal calls
        calls += 1
        if calls > chunk:
            raise KilledError
        made = write(context, prepared, now)
        if before_commit and calls == chunk:
            raise KilledError
        return made

    with monkeypatch.context() as patch:
        patch.setattr(fanout, "write_chunk", dies)
        if chunk < 3 or before_commit:
            with pytest.raises(KilledError):
                fanout.fan_out(queued.pk)
        else:
            fanout.fan_out(queued.pk)
    assert Recipient.objects.count() == (chunk - before_commit) * CHUNK
    fanout.fan_out(queued.pk)
    interrupted = written(queued)
    assert [len(interrupted[name]) for name in ("recipients", "deliveries", "about", "inbox")] == [
        9,
        7,
        10,
        8,
    ]
    assert interrupted["progress"] == [("", 7), ("excluded", 1), ("no_channel", 1)]


def test_chunks_cost_the_same_queries_whatever_they_hold(
    school: School, director: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CHANNEL_ENVIRONMENT = ADDRESSES
    monkeypatch.setattr("notica.actions.AT_ONCE", 0)
    accounts_for(school.code)
    group, costs = make_group(school), []
    for more in (2, 40):
        make_families(group, more, "email")
        message = send_to(school, director, groups=[group], way="email")
        with CaptureQueriesContext(connection) as queries:
            fanout.fan_out(message.pk)
        costs.append(len(queries))
    assert costs[0] == costs[1] > 0
    assert Delivery.objects.count() == 2 + 42


@pytest.mark.parametrize(("number", "state", "waiting"), [(100, "sending", 0), (101, "queued", 1)])
def test_hundred_are_written_inside_send_and_more_by_a_job(
    school: School,
    director: User,
    queue_store: redis.Redis,
    settings: Any,
    number: int,
    state: str,
    waiting: int,
) -> None:
    settings.CHANNEL_ENVIRONMENT = ADDRESSES
    group = make_group(school)
    make_students(group, number)
    message = send_to(school, director, to="alumno", groups=[group], way="email")
    assert (message.state, Recipient.objects.count()) == (state, 0 if waiting else number)
    jobs = django_rq.get_queue("fanout").jobs
    assert [(job.func_name, job.args) for job in jobs] == [("notica.fanout.fan_out", [message.pk])] * waiting


def test_scheduled_message_waits_for_its_hour(
    school: School,
    director: User,
    group: Group,
    database_clock: DatabaseClock,
    queue_store: redis.Redis,
    settings: Any,
) -> None:
    settings.CHANNEL_ENVIRONMENT = ADDRESSES
    at = database_clock.now() + timedelta(hours=2)
    message = send_to(school, director, groups=[group], way="email", not_before=at)
    fanout.fan_out(message.pk)
    poller.tick()
    assert (Recipient.objects.count(), django_rq.get_queue("fanout").jobs) == (0, [])
    database_clock.freeze(at)
    poller.tick()
    jobs = django_rq.get_queue("fanout").jobs
    assert [(job.func_name, job.args) for job in jobs] == [("notica.fanout.fan_out", [message.pk])]
    fanout.fan_out(message.pk)
    assert Recipient.objects.count() == 9
    assert set(Delivery.objects.values_list("not_before", flat=True)) == {at}


def test_quiet_hours_hold_the_rows_back_and_expiry_counts_from_their_end(
    school: School, director: User, group: Group, database_clock: DatabaseClock, settings: Any
) -> None:
    settings.CHANNEL_ENVIRONMENT = ADDRESSES
    SchoolPolicy.objects.update(quiet_from=time(22), quiet_until=time(6))
    evening = datetime(2026, 10, 24, 22, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    database_clock.freeze(evening)
    send_to(school, director, groups=[group], way="email")
    morning = datetime(2026, 10, 25, 6, 0, tzinfo=ZoneInfo("Europe/Madrid"))
    times = set(Delivery.objects.values_list("not_before", "expires_at"))
    assert times == {(morning, morning + timedelta(hours=48))}
    assert claiming.due_channels() == []
    database_clock.freeze(morning)
    assert claiming.due_channels() == ["email"]


def test_lane_of_the_rows_is_the_message_s(
    school: School, director: User, group: Group, settings: Any
) -> None:
    settings.CHANNEL_ENVIRONMENT = ADDRESSES
    lanes: dict[str, set[int]] = {}
    luis = Student.objects.get(person__given_name="Luis")
    choices: dict[str, dict[str, Any]] = {"all": {"groups": [group]}, "one": {"students": [luis]}}
    for name, choice in choices.items():
        message = send_to(school, director, way="email", **choice)
        lanes[name] = set(Delivery.objects.filter(message_id=message.pk).values_list("lane", flat=True))
    assert lanes == {"all": {Lane.BULK}, "one": {Lane.URGENT}}
