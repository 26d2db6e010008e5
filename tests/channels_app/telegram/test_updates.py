"""Updates are read as the Bot API writes them, and nothing that comes raises anything."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.telegram.updates import (
    LARGEST_ID,
    Command,
    Event,
    Membership,
    Press,
    Said,
    Share,
    Start,
    Update,
    read_update,
)

PRIVATE = {"id": 501, "type": "private", "first_name": "Ana"}
ANA = {"id": 501, "is_bot": False, "first_name": "Ana", "language_code": "vi"}
MOMENT = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
DATE = int(MOMENT.timestamp())


def message(**fields: Any) -> dict[str, Any]:
    body = {"message_id": 7, "date": DATE, "chat": PRIVATE, "from": ANA, **fields}
    return {"update_id": 1, "message": body}


def event_of(update: Any) -> Event | None:
    read = read_update(update)
    assert read is not None
    return read.event


def test_read_update_tells_whose_it_is_and_when() -> None:
    assert read_update(message(text="hola")) == Update(1, "message", "501", True, MOMENT, "vi", Said())


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/start", Start()),
        ("/start abc_DEF-1", Start("abc_DEF-1")),
        ("/start@plumier_bot abc", Start("abc")),
        ("/START abc", Start("abc")),
        (f"/start {'a' * 64}", Start("a" * 64)),
        (f"/start {'a' * 65}", Start()),
        ("/start a b", Start()),
        ("/start ñ", Start()),
        ("/start \ud800", Start()),
        ("/estado", Command("state")),
        ("/status", Command("state")),
        ("/trangthai", Command("state")),
        ("/baja ya", Command("leave")),
        ("/stop", Command("leave")),
        ("/huy", Command("leave")),
        (" /idioma ", Command("language")),
        ("/language", Command("language")),
        ("/ngonngu", Command("language")),
        ("/ayuda", Command("help")),
        ("/help", Command("help")),
        ("/trogiup", Command("help")),
        ("/otra", Said()),
        ("baja", Said()),
        ("", Said()),
        (None, Said()),
        (7, Said()),
    ],
)
def test_read_update_reads_commands(text: Any, event: Event) -> None:
    assert event_of(message(text=text)) == event


@pytest.mark.parametrize(
    ("contact", "more", "event"),
    [
        ({"phone_number": "34612345601", "user_id": 501}, {}, Share("34612345601", own=True)),
        ({"phone_number": "34612345601", "user_id": 502}, {}, Share("34612345601", own=False)),
        ({"phone_number": "34612345601"}, {}, Share("34612345601", own=False)),
        ({"phone_number": "1", "user_id": "501"}, {}, Share("1", own=False)),
        ({"phone_number": "1", "user_id": True}, {}, Share("1", own=False)),
        ({"phone_number": 34612345601, "user_id": 501}, {}, Share("", own=True)),
        ({"phone_number": "9" * 90, "user_id": 501}, {}, Share("9" * 40, own=True)),
        ({"phone_number": "1", "user_id": 501}, {"forward_origin": {}}, Share("1", own=False)),
        ({"phone_number": "1", "user_id": 501}, {"forward_date": DATE}, Share("1", own=False)),
        ({"phone_number": "1", "user_id": 501}, {"via_bot": {"id": 1}}, Share("1", own=False)),
        ({"phone_number": "1"}, {"from": {}}, Share("1", own=False)),
        ("34612345601", {}, Said()),
    ],
)
def test_read_update_knows_ones_own_phone(contact: Any, more: dict[str, Any], event: Event) -> None:
    assert event_of(message(contact=contact, **more)) == event


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("member", Membership(member=True)),
        ("kicked", Membership(member=False)),
        ("left", Membership(member=False)),
        ("administrator", None),
        (None, None),
    ],
)
def test_read_update_reads_whether_the_bot_may_write(status: Any, event: Event | None) -> None:
    change = {"chat": PRIVATE, "from": ANA, "date": DATE, "new_chat_member": {"status": status}}
    assert event_of({"update_id": 1, "my_chat_member": change}) == event


@pytest.mark.parametrize(
    ("query", "event"),
    [
        (
            {"id": "42", "data": "leave:yes", "message": {"message_id": 7, "date": DATE}},
            Press("42", "leave:yes", 7),
        ),
        (
            {"id": "42", "data": "leave:yes", "message": {"message_id": 7, "date": 0}},
            Press("42", "leave:yes", 0),
        ),
        ({"id": "42", "data": "DROP", "message": {"message_id": 7, "date": DATE}}, Press("42", "", 7)),
        ({"id": 42, "data": "x", "message": {}}, None),
    ],
)
def test_read_update_reads_buttons(query: dict[str, Any], event: Event | None) -> None:
    query = {**query, "from": ANA, "message": {"chat": PRIVATE, **query["message"]}}
    assert event_of({"update_id": 1, "callback_query": query}) == event


def test_read_update_never_takes_an_edited_command() -> None:
    edited = {"update_id": 1, "edited_message": message(text="/baja")["message"]}
    assert event_of(edited) == Said()


@pytest.mark.parametrize(
    "given",
    [
        None,
        1,
        "x",
        [],
        {},
        {"update_id": None},
        {"update_id": True},
        {"update_id": LARGEST_ID + 1},
        {"update_id": -1},
    ],
)
def test_read_update_of_what_is_none(given: Any) -> None:
    assert read_update(given) is None


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"update_id": 1, "channel_post": {}}, "unknown"),
        ({"update_id": 1, "message": "x"}, "unknown"),
        ({"update_id": 1, "message": {}}, "message"),
        ({"update_id": 1, "message": {"chat": {"id": 0}}}, "message"),
        ({"update_id": 1, "message": {"chat": {"id": 2**70}}}, "message"),
        ({"update_id": 1, "callback_query": {"id": "1"}}, "callback_query"),
    ],
)
def test_read_update_without_a_chat_has_nothing_to_do(given: Any, kind: str) -> None:
    assert read_update(given) == Update(1, kind)


@pytest.mark.parametrize("date", [None, "x", -1, 0, 2**62, 1.5, True])
def test_read_update_without_a_moment(date: Any) -> None:
    read = read_update(message(text="x", date=date))
    assert read is not None
    assert read.date is None or date is True


KEYS = [
    *(
        "update_id",
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat",
        "id",
        "type",
        "from",
    ),
    *(
        "date",
        "text",
        "contact",
        "phone_number",
        "user_id",
        "data",
        "message_id",
        "new_chat_member",
        "status",
    ),
    *("language_code", "forward_origin"),
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(KEYS)
ANY = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=25,
)


@given(ANY)
def test_read_update_never_raises(given: Any) -> None:
    read = read_update(given)
    assert read is None or isinstance(read, Update)


@given(st.integers(0, LARGEST_ID), st.sampled_from(KEYS[1:5]), ANY, ANY, ANY)
def test_read_update_never_raises_within_a_message(
    number: int, kind: str, body: Any, chat: Any, sender: Any
) -> None:
    inner = body if isinstance(body, dict) else {"text": body, "contact": body, "data": body, "id": body}
    chats = chat if isinstance(chat, dict) else {"id": 1, "type": chat}
    update = {"update_id": number, kind: {"chat": chats, "from": sender, "message": {"chat": chats}, **inner}}
    read = read_update(update)
    assert read is not None
    assert (read.id, len(read.chat) <= 32) == (number, True)
    json.dumps(read.chat)
