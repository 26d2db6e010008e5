"""From a phone shared with the bot to a message in its chat, and none after «baja»: the provider's log says it."""

from collections.abc import Callable
from typing import Any

import pytest

from channels_app.models import LastSend
from notica.linking.sweeping import sweep_linked
from plumier.models import Contact, Enrolment, Group, Person, User
from tests.factories.register import Parent, link, make_director, make_group, make_school, make_student
from tests.notica.conftest import run_engine
from tests.notica.linking.conftest import PHONE
from tests.notica.linking.said import member, pressed, shared, tell
from tests.notica.stories import outcomes, send_to
from tests.providers.sandbox import Sandbox

__all__ = ["run_engine"]


@pytest.fixture
def director(transactional_db: None, mother: Person, sandbox: Sandbox, settings: Any) -> User:
    """Who sends; nothing but Telegram is configured."""
    telegram = {name: value for name, value in sandbox.environment.items() if name.startswith("TELEGRAM_")}
    settings.CHANNEL_ENVIRONMENT = telegram
    return make_director(mother.school)


def chats(sandbox: Sandbox) -> list[str]:
    return [entry["address"] for entry in sandbox.taken("telegram")]


def test_message_reaches_the_chat_that_shared_the_phone(
    director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    tell(shared(501, PHONE))
    message = send_to(group.school, director, groups=[group])
    run_engine()
    assert (chats(sandbox), outcomes(message)) == (["501"], [("Marta Ros", "reached", "")])


def test_message_on_its_way_is_not_sent_after_baja(
    director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    tell(shared(501, PHONE))
    send_to(group.school, director, groups=[group])
    tell(pressed(501, "leave:yes"))
    run_engine()
    assert chats(sandbox) == []


def test_message_on_its_way_goes_to_where_the_phone_is_now(
    director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    tell(shared(501, PHONE))
    send_to(group.school, director, groups=[group])
    tell(shared(502, PHONE))
    run_engine()
    assert chats(sandbox) == ["502"]


def test_message_on_its_way_is_not_sent_to_a_phone_that_left_the_register(
    director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    tell(shared(501, PHONE))
    send_to(group.school, director, groups=[group])
    Contact.objects.filter(value=PHONE).delete()
    sweep_linked()
    run_engine()
    assert chats(sandbox) == []


def test_whoever_takes_the_bot_back_is_reached_again(
    director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    tell(shared(501, PHONE))
    sandbox.refuse("telegram", "blocked", address="501", times=1)
    first = send_to(group.school, director, groups=[group])
    run_engine()
    second = send_to(group.school, director, groups=[group])
    run_engine()
    assert [row[1] for row in outcomes(first) + outcomes(second)] == ["failed", "no_channel"]
    tell(member(501, "member"))
    LastSend.objects.all().delete()  # no second's pause is waited for
    third = send_to(group.school, director, groups=[group])
    run_engine()
    assert (chats(sandbox), outcomes(third)) == (["501"], [("Marta Ros", "reached", "")])


def test_message_to_those_who_have_the_number_now_does_not_go_to_those_who_had_it(
    director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    tell(shared(501, PHONE))
    Enrolment.objects.update(status="withdrawn")
    other = make_group(group.school, "2º ESO")
    make_student(other, "Eva Sanz", [Parent("Rosa Vera", contacts={"phone_1": PHONE})])
    message = send_to(group.school, director, groups=[other])
    run_engine()
    assert (chats(sandbox), outcomes(message)) == ([], [("Rosa Vera", "no_channel", "never_linked")])
    tell(shared(502, PHONE))
    again = send_to(group.school, director, groups=[other])
    run_engine()
    assert (chats(sandbox), outcomes(again)) == (["502"], [("Rosa Vera", "reached", "")])


def test_message_on_its_way_does_not_go_to_who_lost_the_number_at_another_school(
    director: User, mother: Person, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    """The register of the message's own school has not changed: the plan would hold."""
    tell(shared(501, PHONE))
    other = make_group(make_school("30000002"))
    make_student(other, "Eva Sanz", [Parent("Rosa Vera", contacts={"phone_1": PHONE})])
    message = send_to(other.school, make_director(other.school), groups=[other])
    mother.contacts.all().delete()
    run_engine()
    assert (chats(sandbox), outcomes(message)) == ([], [("Rosa Vera", "failed", "address_gone")])


def test_two_who_share_a_phone_are_both_reached(
    director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    tell(shared(501, PHONE))
    other = make_group(group.school, "2º ESO")
    make_student(other, "Eva Gil", [Parent("Pedro Gil", "father", contacts={"phone_1": PHONE})])
    message = send_to(group.school, director, groups=[other])
    run_engine()
    assert (chats(sandbox), outcomes(message)) == (["501"], [("Pedro Gil", "reached", "")])


def test_phone_that_is_linked_and_of_no_known_chat_is_reached(
    director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    link("telegram", PHONE, "501")
    message = send_to(group.school, director, groups=[group])
    run_engine()
    assert (chats(sandbox), outcomes(message)) == (["501"], [("Marta Ros", "reached", "")])
