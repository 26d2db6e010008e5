"""A text that is longer than its channel takes at once: parts, each a delivery of its own, one after the other."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from channels_app.base import AddressKind, Capabilities, Outcome, OutcomeClass, Outgoing
from channels_app.memory.channel import MemoryChannel
from notica import poller
from notica.cancelling import cancel
from notica.delivery import drain
from notica.models import Delivery, Message
from notica.result_page import Wanted, recipients_page
from plumier.clock import database_now
from plumier.models import School, User
from tests.database import DatabaseClock
from tests.factories.register import Parent, link, make_director, make_group, make_school, make_student
from tests.notica.rows import elsewhere
from tests.notica.stories import outcomes, send_to

PHONE, PHONE_2, CHAT = "+34600000001", "+34600000002", "501"
TEXT = "\n\n".join(f"Párrafo {number}. " + "Hay huelga de autobuses. " * 3 for number in range(1, 6))
SECOND = timedelta(seconds=1.1)


class ShortChat(MemoryChannel):
    """A bot that takes 220 letters at once."""

    name = "telegram"
    capabilities = Capabilities(AddressKind.CHAT, max_length=220, needs_activation=True)


class Wordy(MemoryChannel):
    """An app that takes any text."""

    name = "tokapp"


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    here = "tests.notica.test_long_texts"
    settings.CHANNELS = {"telegram": f"{here}.ShortChat", "tokapp": f"{here}.Wordy"}
    for channel in (ShortChat, Wordy):
        channel.clear()
    link("telegram", PHONE, CHAT)
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def message(school: School, director: User) -> Message:
    group = make_group(school)
    phones = {"phone_1": PHONE, "phone_2": PHONE_2}
    student = make_student(group, "Luis Gil", [Parent("Marta Gil", contacts=phones)])
    return send_to(school, director, students=[student], body=TEXT)


def telegram() -> None:
    drain("telegram", linger=False)


def read() -> list[str]:
    return [one.content.text for one in ShortChat.outbox]


def rows() -> list[tuple[int, int, str, bool]]:
    found = Delivery.objects.filter(channel="telegram").order_by("step", "part")
    return list(found.values_list("step", "part", "state", "more"))


def test_parts_go_out_in_order_each_with_its_number(message: Message, database_clock: DatabaseClock) -> None:
    for _ in range(4):
        telegram()
        database_clock.advance(SECOND)
    texts = read()
    assert [text.partition("\n")[0] for text in texts] == ["(1/3)", "(2/3)", "(3/3)"]
    assert [f"Párrafo {number}." in "".join(texts) for number in range(1, 6)] == [True] * 5
    assert rows() == [(1, 1, "accepted", True), (1, 2, "accepted", True), (1, 3, "accepted", False)]


def test_next_part_waits_a_second_for_the_chat(message: Message, database_clock: DatabaseClock) -> None:
    telegram()
    assert (len(read()), rows()) == (1, [(1, 1, "accepted", True), (1, 2, "ready", False)])


def test_recipient_is_reached_with_the_last_part(message: Message, database_clock: DatabaseClock) -> None:
    drain("tokapp", linger=False)
    seen = []
    for _ in range(3):
        telegram()
        seen.append(outcomes(message)[0][1])
        database_clock.advance(SECOND)
    assert seen == ["", "", "reached"]
    assert len(Wordy.outbox) == 1
    message.refresh_from_db()
    assert message.state == "finished"


def test_part_that_fails_leaves_the_whole_text_to_the_next_step(
    message: Message, database_clock: DatabaseClock
) -> None:
    Wordy.script(PHONE, Outcome(OutcomeClass.PERMANENT, "tokapp.unknown_phone"))
    drain("tokapp", linger=False)
    telegram()
    ShortChat.script(CHAT, Outcome(OutcomeClass.PERMANENT, "telegram.blocked"))
    database_clock.advance(SECOND)
    telegram()
    drain("tokapp", linger=False)
    assert rows() == [(1, 1, "accepted", True), (1, 2, "failed", True)]
    assert [one.address for one in Wordy.outbox] == [PHONE_2]
    assert outcomes(message)[0][1] == "reached"


def test_part_without_an_answer_leaves_the_whole_text_to_the_next_step(
    message: Message, database_clock: DatabaseClock
) -> None:
    """The other parts go out all the same, and nobody says that she has read the whole."""
    Wordy.script(PHONE, Outcome(OutcomeClass.PERMANENT, "tokapp.unknown_phone"))
    drain("tokapp", linger=False)
    lost = Outcome(OutcomeClass.UNCERTAIN, "network.timeout")
    ShortChat.script(CHAT, lost, lost)
    for _ in range(4):
        telegram()
        database_clock.advance(timedelta(seconds=31))
        poller.tick()
    telegram()
    drain("tokapp", linger=False)
    assert rows() == [(1, 1, "sent_unconfirmed", True), (1, 2, "accepted", True), (1, 3, "accepted", False)]
    assert [one.address for one in Wordy.outbox] == [PHONE_2]
    assert outcomes(message)[0][1] == "reached"


def test_message_cancelled_while_a_part_is_under_way_comes_to_its_end(
    message: Message, director: User, database_clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain("tokapp", linger=False)
    sending = ShortChat.send

    async def cancelled_meanwhile(self: ShortChat, outgoing: Outgoing) -> Outcome:
        await asyncio.to_thread(elsewhere, lambda: cancel(message, by=director, now=database_now()))
        return await sending(self, outgoing)

    monkeypatch.setattr(ShortChat, "send", cancelled_meanwhile)
    telegram()
    poller.tick()
    message.refresh_from_db()
    assert (len(read()), len(Wordy.outbox), message.state) == (1, 1, "cancelled")
    assert (message.finished_at is not None, outcomes(message)[0][1]) == (True, "reached")


def test_cancelled_message_has_no_further_parts(
    message: Message, director: User, database_clock: DatabaseClock
) -> None:
    telegram()
    cancel(message, by=director, now=database_now())
    database_clock.advance(SECOND)
    telegram()
    assert len(read()) == 1


def test_page_of_the_send_says_which_part_each_line_is(
    message: Message, database_clock: DatabaseClock
) -> None:
    drain("tokapp", linger=False)
    for _ in range(3):
        telegram()
        database_clock.advance(SECOND)
    (line,) = recipients_page(message, Wanted(), 0, database_now()).rows
    assert [one.channel for one in line.steps[0].deliveries] == [
        *("Telegram · parte 1", "Telegram · parte 2", "Telegram · parte 3"),
        "Tokapp",
    ]
