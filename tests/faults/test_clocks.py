"""Clocks that are wrong, and nights that are not eight hours long."""

import ast
from datetime import UTC, datetime, time, timedelta

import pytest

from notica import fanout, poller
from notica.claiming import LEASE, Room, claim
from notica.delivery import drain
from notica.models import Delivery, Message
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.faults import oracle
from tests.house.sources import python_files, tree
from tests.notica.rows import make_account, make_delivery
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

# What would read the process's own clock; `time.monotonic` measures timeouts and may be used.
WALL_CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"),
    *("timezone.now", "timezone.localtime", "timezone.localdate", "functions.Now"),
}

pytestmark = pytest.mark.short


def test_no_due_time_or_lease_comes_from_a_process_s_own_clock() -> None:
    """Neither in the engine nor in what it calls; the sandbox is another program."""
    found = {
        f"{path.name}:{node.lineno} {ast.unparse(node.func)}"
        for path in python_files()
        if path.parts[-2] in ("notica", "models", "channels_app", "telegram", "tokapp", "sms", "email")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in WALL_CLOCKS
    }
    assert found == set()


@pytest.mark.parametrize("hours", [-2, 2])
def test_clock_two_hours_off_changes_nothing(
    transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock, hours: int
) -> None:
    """The processes' clock against the database's: what is due is due by the database's."""
    database_clock.advance(timedelta(hours=hours))
    school = make_school()
    director = make_director(school)
    group = make_group(school)
    make_families(group, 3)
    sandbox.rule("tokapp", "lose", times=1)
    now = database_clock.now()
    later = send_to(school, director, groups=[group], not_before=now + timedelta(minutes=30), body="Luego.")
    message = send_to(school, director, groups=[group])
    for seconds in (0, 31):
        database_clock.advance(timedelta(seconds=seconds))
        poller.tick()
        drain("tokapp", linger=False)
    assert Message.objects.get(pk=message.pk).state == "finished"
    assert Message.objects.get(pk=later.pk).state == "queued"
    oracle.check_one(message, sandbox.log())
    assert len(sandbox.taken("tokapp")) == 4


def test_lease_is_the_database_s(db: None, database_clock: DatabaseClock) -> None:
    moment = datetime(2031, 5, 5, tzinfo=UTC)
    database_clock.freeze(moment)
    account = make_account()
    make_delivery(account)
    claim(account, Room(1, 1))
    row = Delivery.objects.get()
    assert (row.claimed_at, row.lease_until) == (moment, moment + timedelta(seconds=LEASE))


# By the wall clock of Madrid: an evening in the quiet hours, and the morning when they end, in UTC.
NIGHTS = {
    "an hour longer": (datetime(2026, 10, 24, 20, 30, tzinfo=UTC), datetime(2026, 10, 25, 5, 0, tzinfo=UTC)),
    "an hour shorter": (datetime(2027, 3, 27, 21, 30, tzinfo=UTC), datetime(2027, 3, 28, 4, 0, tzinfo=UTC)),
}


@pytest.mark.parametrize(("evening", "morning"), NIGHTS.values(), ids=NIGHTS)
def test_night_ends_at_six_by_the_wall_clock(
    transactional_db: None,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    evening: datetime,
    morning: datetime,
) -> None:
    """Nothing before, and all at once then; a mail that was to be tried again at night waits too."""
    database_clock.set(evening)
    school = make_school(quiet=(time(22), time(6)))
    director = make_director(school)
    group = make_group(school)
    make_families(group, 3)
    message = send_to(school, director, groups=[group])
    fanout.fan_out(message.pk)
    for moment, taken in ((evening, 0), (morning - timedelta(seconds=90), 0), (morning, 3)):
        database_clock.set(moment)
        poller.tick()
        drain("tokapp", linger=False)
        assert len(sandbox.taken("tokapp")) == taken
    assert set(Delivery.objects.filter(channel="tokapp").values_list("not_before", flat=True)) == {morning}
    oracle.check_one(message, sandbox.log())
