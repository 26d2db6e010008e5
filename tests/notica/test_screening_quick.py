"""While nothing that a plan rests on has changed the plan holds; as soon as something has, it is looked at again."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import Activation, ChannelAccount, Suppression
from notica import fanout, rechecking, screening
from notica.delivery import drain
from notica.models import Delivery, Message
from notica.screening import Fit, Screen
from plumier.clock import database_now
from plumier.models import (
    Contact,
    Enrolment,
    Group,
    Guardianship,
    Post,
    School,
    SchoolPolicy,
    Staff,
    Student,
    User,
)
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_person,
    make_school,
    make_staff,
    make_student,
)
from tests.notica.answering import CONFIGURED, take_claims
from tests.notica.stories import outcomes, send_to, trail
from tests.providers.sandbox import Sandbox

PHONE = "+34600000001"


@pytest.fixture
def school(transactional_db: None, settings: Any, database_clock: DatabaseClock) -> School:
    database_clock.set(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def message(school: School, director: User, group: Group) -> Message:
    """To Marta, by TokApp."""
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": PHONE})])
    return send_to(school, director, groups=[group])


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many recipients were looked at again, each time."""
    seen: list[int] = []

    def recheck(subjects: Any, now: datetime) -> Any:
        seen.append(len(subjects))
        return rechecking.recheck(subjects, now)

    monkeypatch.setattr(screening, "recheck", recheck)
    return seen


def look(channel: str = "tokapp", screen: Screen | None = None) -> list[Fit]:
    """Claim what is due and look at it."""
    screen = screen or Screen(linked_only=channel == "telegram")
    return screen.look(take_claims(channel))


def put_back() -> None:
    Delivery.objects.filter(state="sending").update(
        state="ready", lease_until=None, not_before=database_now()
    )


def test_plan_on_an_unchanged_register_is_not_made_again(message: Message, again: list[int]) -> None:
    assert [(fit.claimed.address, [child.full_name for child in fit.children]) for fit in look()] == [
        (PHONE, ["Luis Gil"])
    ]
    assert again == []


def test_quick_look_costs_the_same_for_one_and_for_thirty(
    school: School, director: User, group: Group, again: list[int]
) -> None:
    costs = []
    for number in (1, 30):
        make_families(group, number)
        message = send_to(school, director, groups=[group])
        fanout.fan_out(message.pk)
        claims, screen = take_claims("tokapp"), Screen(linked_only=False)
        with CaptureQueriesContext(connection) as queries:
            assert len(screen.look(claims)) == len(claims)
        costs.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            screen.look(claims)
        costs.append(len(queries))
        Delivery.objects.all().delete()
    assert costs == [costs[0], 2, costs[0], 2]
    assert again == []


def test_second_look_costs_the_same_for_one_and_for_thirty(
    school: School, director: User, group: Group, again: list[int]
) -> None:
    costs = []
    for number in (1, 30):
        make_families(group, number)
        message = send_to(school, director, groups=[group])
        fanout.fan_out(message.pk)
        claims = take_claims("tokapp")
        make_person(school, "Ana Paz")
        with CaptureQueriesContext(connection) as queries:
            assert len(Screen(linked_only=False).look(claims)) == len(claims)
        costs.append(len(queries))
        Delivery.objects.all().delete()
    assert (costs[0], again) == (costs[1], [1, 31])


def test_second_look_costs_the_same_for_one_message_and_for_many(
    school: School, director: User, group: Group
) -> None:
    costs = []
    make_families(group, 12)
    students = list(Student.objects.all())
    for number in (1, 12):
        for student in students[:number]:
            send_to(school, director, students=[student])
        claims = take_claims("tokapp")
        make_person(school, "Ana Paz")
        with CaptureQueriesContext(connection) as queries:
            assert len(Screen(linked_only=False).look(claims)) == len(claims) == number
        costs.append(len(queries))
        Delivery.objects.all().delete()
    assert costs[0] == costs[1]


def barred() -> None:
    Guardianship.objects.update(barred_from=date(2020, 1, 1), barred_reference="Auto 1/2026")


CHANGES: dict[str, Callable[[], object]] = {
    "tick": lambda: Guardianship.objects.update(receives_messages=False),
    "bar": barred,
    "contact": lambda: Contact.objects.update(value="+34600000002"),
    "enrolment": lambda: Enrolment.objects.update(status="withdrawn"),
    "protected": lambda: Student.objects.update(protected=True),
    "policy": lambda: SchoolPolicy.objects.update(channels=["email"]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_change_of_the_register_is_looked_at_and_stops_the_send(
    message: Message, again: list[int], change: Callable[[], object]
) -> None:
    change()
    assert (look(), again) == ([], [1])
    assert trail(message)[0][3] == "suppressed"


def test_change_of_staff_is_looked_at_and_changes_nothing_for_others(
    message: Message, school: School, again: list[int]
) -> None:
    make_staff(school)
    assert (len(look()), again) == (1, [1])


def test_change_in_another_school_is_none(message: Message, again: list[int]) -> None:
    make_director(make_school("30000002"))
    assert (len(look()), again) == (1, [])


def test_change_while_a_drain_works_is_seen_at_its_next_claim(message: Message, again: list[int]) -> None:
    screen = Screen(linked_only=False)
    assert len(look(screen=screen)) == 1
    put_back()
    SchoolPolicy.objects.update(quiet_from=time(9), quiet_until=time(20))
    assert (look(screen=screen), again) == ([], [1])
    assert trail(message)[0][3] == "ready"


@pytest.mark.parametrize(
    ("zone", "hour", "looked"), [("Europe/Madrid", 23, [1]), ("UTC", 23, []), ("Asia/Ho_Chi_Minh", 17, [1])]
)
def test_next_day_in_the_school_s_zone_is_looked_at_again(
    school: School,
    director: User,
    group: Group,
    again: list[int],
    database_clock: DatabaseClock,
    zone: str,
    hour: int,
    looked: list[int],
) -> None:
    """A bar, a post and a leaving have dates: nothing is written when their day comes."""
    School.objects.update(time_zone=zone)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": PHONE})])
    send_to(school, director, groups=[group])
    assert len(look()) == 1
    put_back()
    database_clock.set(datetime(2026, 11, 23, hour, 30, tzinfo=UTC))
    assert (len(look()), again) == (1, looked)


def test_bar_that_begins_tomorrow_holds_from_midnight(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    parent = Parent("Marta Gil", contacts={"phone_1": PHONE}, barred=(date(2026, 11, 24), None))
    make_student(group, "Luis Gil", [parent])
    message = send_to(school, director, groups=[group])
    database_clock.set(datetime(2026, 11, 23, 22, 59, tzinfo=UTC))
    assert len(look()) == 1
    put_back()
    database_clock.set(datetime(2026, 11, 23, 23, 1, tzinfo=UTC))
    assert (look(), outcomes(message)) == ([], [("Marta Gil", "excluded", "barred")])


def deactivated(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def left(user: User) -> None:
    Staff.objects.filter(person__user=user).update(left_on=date(2026, 11, 22))


def post_over(user: User) -> None:
    Post.objects.filter(person__user=user).update(held_until=date(2026, 11, 22))


@pytest.mark.parametrize("change", [deactivated, left, post_over])
def test_sender_who_is_gone_sends_no_more(
    message: Message, director: User, change: Callable[[User], None]
) -> None:
    change(director)
    assert (look(), trail(message)[0][3]) == ([], "suppressed")
    assert Delivery.objects.values_list("tries", "reason").get() == (0, "sender_gone")
    assert outcomes(message) == [("Marta Gil", "failed", "sender_gone")]


def test_what_happened_is_told_though_who_noted_it_is_gone(message: Message, director: User) -> None:
    """Whoever marked the absence: her login may be closed while the notice waits for the morning."""
    Message.objects.filter(pk=message.pk).update(kind="absence")
    deactivated(director)
    assert len(look()) == 1


def test_tutor_of_another_group_since_sends_no_more(
    school: School, group: Group, message: Message, director: User
) -> None:
    tutor = make_staff(school, "Ana Ruiz")
    Group.objects.filter(pk=group.pk).update(tutor=tutor.people.get())
    Message.objects.filter(pk=message.pk).update(sender=tutor, sender_person=tutor.people.get())
    assert len(look()) == 1
    put_back()
    Group.objects.filter(pk=group.pk).update(tutor=None)
    assert (look(), Delivery.objects.values_list("reason", flat=True).get()) == ([], "sender_gone")


def test_sender_who_leaves_at_the_end_of_the_day_sends_until_then(
    message: Message, director: User, database_clock: DatabaseClock
) -> None:
    Staff.objects.filter(person__user=director).update(left_on=date(2026, 11, 24))
    database_clock.set(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    assert len(look()) == 1
    put_back()
    database_clock.set(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert look() == []


def test_what_the_product_sends_itself_has_no_sender_to_lose(message: Message, director: User) -> None:
    Message.objects.filter(pk=message.pk).update(sender=None)
    deactivated(director)
    assert len(look()) == 1


def test_cancelled_message_goes_out_to_nobody_though_its_rows_are_ready(
    message: Message, director: User, again: list[int]
) -> None:
    Message.objects.filter(pk=message.pk).update(
        state="cancelled", cancelled_at=database_now(), cancelled_by=director
    )
    assert (look(), again, trail(message)[0][3]) == ([], [], "cancelled")


@pytest.fixture
def chat(school: School, director: User, group: Group, sandbox: Sandbox) -> Message:
    """To Marta's chat 101, by Telegram; TokApp is not configured."""
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": PHONE})])
    link("telegram", PHONE, "101")
    return send_to(school, director, groups=[group])


def test_chat_that_is_still_linked_is_written_to(chat: Message, again: list[int]) -> None:
    assert ([fit.claimed.endpoint for fit in look("telegram")], again) == (["101"], [])


@pytest.mark.parametrize("state", ["blocked", "inactive"])
def test_chat_blocked_meanwhile_is_not_written_to(chat: Message, again: list[int], state: str) -> None:
    Activation.objects.update(state=state)
    assert (look("telegram"), again) == ([], [1])
    assert ("telegram", "suppressed") in [(row[1], row[3]) for row in trail(chat)]


def test_chat_linked_anew_is_written_to_where_it_is_now(
    chat: Message, again: list[int], sandbox: Sandbox
) -> None:
    Activation.objects.update(endpoint="202")
    drain("telegram", linger=False)
    assert [entry["address"] for entry in sandbox.taken("telegram")] == ["202"]
    assert again == [1]


def test_chat_that_is_gone_is_not_written_to(chat: Message) -> None:
    Activation.objects.all().delete()
    assert look("telegram") == []


def test_address_suppressed_meanwhile_is_not_written_to(message: Message, again: list[int]) -> None:
    account = ChannelAccount.objects.get(channel="tokapp")
    Suppression.objects.create(account=account, address=PHONE, reason="opted_out", since=database_now())
    assert (look(), again, trail(message)[0][3]) == ([], [1], "suppressed")


def test_row_without_its_message_is_left_to_the_letter(message: Message) -> None:
    Delivery.objects.update(message_id=999_999_999)
    assert len(look()) == 1


def test_nothing_claimed_asks_nothing(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert Screen(linked_only=False).look([]) == []
    assert len(queries) == 0


def test_drain_remembers_a_bounded_number_of_messages(
    message: Message, school: School, director: User, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "REMEMBERED", 3)
    screen = Screen(linked_only=False)
    for _ in range(5):
        send_to(school, director, groups=[group])
        assert len(look(screen=screen)) >= 1
        Delivery.objects.filter(state="sending").update(state="accepted")
        assert len(screen._contexts) <= 3
