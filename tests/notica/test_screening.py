"""Nothing goes out on a plan that the register, the hour or the clock has overtaken."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from notica import poller
from notica.delivery import drain
from notica.models import Delivery, Message
from plumier.models import Contact, Enrolment, Group, Guardianship, School, SchoolPolicy, Student, User
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.answering import answer
from tests.notica.stories import outcomes, send_to, trail
from tests.providers.sandbox import Sandbox

PHONE = "+34600000001"
ACCOUNT_DOWN = Outcome(OutcomeClass.NOT_PROCESSED, "tokapp.token", Fault.ACCOUNT)


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox, queue_store: object) -> School:
    return make_school()


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def mother(group: Group) -> Parent:
    parent = Parent("Marta Gil", "mother", {"phone_1": PHONE, "email": "marta@familia.example"})
    make_student(group, "Luis Gil", [parent])
    make_student(group, "Eva Gil", [parent])
    return parent


@pytest.fixture
def message(mother: Parent, school: School, director: User, group: Group) -> Message:
    return send_to(school, director, groups=[group], email_after=True)


def bar() -> None:
    Guardianship.objects.update(barred_from=date(2020, 1, 1), barred_reference="Auto 1/2026")


def untick() -> None:
    Guardianship.objects.update(receives_messages=False)


def protect() -> None:
    Student.objects.update(protected=True)


def withdraw() -> None:
    Enrolment.objects.update(status="withdrawn")


@pytest.mark.parametrize(
    ("change", "reason"),
    [(bar, "barred"), (untick, "tick_off"), (protect, "protected"), (withdraw, "withdrawn")],
)
def test_what_changed_since_the_plan_stops_the_send(
    message: Message, sandbox: Sandbox, change: Callable[[], None], reason: str
) -> None:
    change()
    drain("tokapp", linger=False)
    assert (sandbox.log(), outcomes(message)) == ([], [("Marta Gil", "excluded", reason)])
    assert trail(message) == [(1, "tokapp", PHONE, "suppressed")]
    assert list(Delivery.objects.values_list("tries", "reason")) == [(0, reason)]


def test_what_changed_between_two_tries_stops_the_second(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    answer("tokapp", ACCOUNT_DOWN)
    bar()
    database_clock.advance(timedelta(minutes=2))
    drain("tokapp", linger=False)
    assert (sandbox.log(), outcomes(message)) == ([], [("Marta Gil", "excluded", "barred")])


def test_a_number_taken_out_is_not_written_to_and_the_next_step_opens(
    message: Message, sandbox: Sandbox
) -> None:
    Contact.objects.filter(slot="phone_1").delete()
    drain("tokapp", linger=False)
    drain("email", linger=False)
    assert [(entry["channel"], entry["address"]) for entry in sandbox.log()] == [
        ("email", "marta@familia.example")
    ]
    assert trail(message)[0] == (1, "tokapp", PHONE, "suppressed")


def test_a_child_whom_she_was_barred_from_since_is_not_named(message: Message, sandbox: Sandbox) -> None:
    ties = Guardianship.objects.filter(student__person__given_name="Eva")
    ties.update(barred_from=date(2020, 1, 1), barred_reference="Auto 1/2026")
    drain("tokapp", linger=False)
    (entry,) = sandbox.log()
    assert ("Luis Gil" in entry["text"], "Eva" in entry["text"]) == (True, False)


def test_quiet_hours_begun_since_put_the_send_off_without_a_try(
    mother: Parent,
    school: School,
    director: User,
    group: Group,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
) -> None:
    SchoolPolicy.objects.update(quiet_from=time(22), quiet_until=time(6))
    database_clock.set(datetime(2026, 11, 23, 20, 59, tzinfo=UTC))
    message = send_to(school, director, groups=[group])
    answer("tokapp", ACCOUNT_DOWN)
    database_clock.set(datetime(2026, 11, 23, 21, 30, tzinfo=UTC))
    drain("tokapp", linger=False)
    delivery = Delivery.objects.get(message_id=message.pk)
    assert (sandbox.log(), delivery.state, delivery.tries) == ([], "ready", 1)
    assert delivery.not_before == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    database_clock.set(datetime(2026, 11, 24, 5, 0, 1, tzinfo=UTC))
    drain("tokapp", linger=False)
    assert [entry["address"] for entry in sandbox.taken("tokapp")] == [PHONE]


def test_a_step_whose_time_is_over_gives_way_to_the_next(
    message: Message, sandbox: Sandbox, database_clock: DatabaseClock
) -> None:
    answer("tokapp", ACCOUNT_DOWN)
    database_clock.advance(timedelta(hours=3, minutes=50))
    poller.tick()
    assert trail(message) == [(1, "tokapp", PHONE, "ready")]
    database_clock.advance(timedelta(minutes=11))
    poller.tick()
    drain("email", linger=False)
    assert trail(message) == [
        (1, "tokapp", PHONE, "expired"),
        (2, "email", "marta@familia.example", "accepted"),
    ]
    assert outcomes(message) == [("Marta Gil", "reached", "")]


def test_a_step_after_which_nobody_can_be_reached_today_is_not_closed(
    message: Message, mother: Parent, database_clock: DatabaseClock
) -> None:
    Contact.objects.filter(person=mother.person, slot="email").delete()
    answer("tokapp", ACCOUNT_DOWN)
    database_clock.advance(timedelta(hours=5))
    for _ in range(2):
        poller.tick()
    assert trail(message) == [(1, "tokapp", PHONE, "ready")]
    assert answer("tokapp", Outcome(OutcomeClass.ACCEPTED)) == 1
    assert outcomes(message) == [("Marta Gil", "reached", "")]


def test_the_last_step_is_not_closed_by_its_time(
    mother: Parent, school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    message = send_to(school, director, groups=[group])
    answer("tokapp", ACCOUNT_DOWN)
    database_clock.advance(timedelta(hours=5))
    poller.tick()
    assert trail(message) == [(1, "tokapp", PHONE, "ready")]
