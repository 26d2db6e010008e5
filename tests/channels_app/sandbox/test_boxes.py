"""What is kept in memory for the pages."""

import pytest

from channels_app.sandbox import boxes as module
from channels_app.sandbox.boxes import KEPT_EACH, KEPT_TEXT, Boxes
from tests.channels_app.sandbox.samples import CHAT, PHONE, entry


def test_add_keeps_the_last_of_each_channel() -> None:
    boxes = Boxes()
    for number in range(KEPT_EACH + 3):
        boxes.add(entry("sms", PHONE, str(number)))
    boxes.add(entry("tokapp", PHONE, "otro"))
    assert [each["text"] for each in boxes.of(PHONE)["sms"]] == [str(n) for n in range(3, KEPT_EACH + 3)]
    assert [each["text"] for each in boxes.of(PHONE)["tokapp"]] == ["otro"]
    assert boxes.taken == {"sms": KEPT_EACH + 3, "tokapp": 1}


def test_add_forgets_the_addresses_used_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_ADDRESSES", 2)
    boxes = Boxes()
    for address in ("a", "b", "a", "c"):
        boxes.add(entry("sms", address))
    assert list(boxes.addresses()) == ["c", "a"]


def test_add_forgets_old_sms_by_their_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_SMS", 1)
    boxes = Boxes()
    for number in (1, 2):
        boxes.add(entry("sms", PHONE, number=number))
    assert [boxes.sms(sid) is None for sid in ("sms-1", "sms-2")] == [True, False]
    assert [each["provider_id"] for each in boxes.all_sms()] == ["sms-2"]


def test_all_sms_of_one_phone_are_all_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_SMS", 20)
    monkeypatch.setattr(module, "KEPT_ADDRESSES", 1)
    boxes = Boxes()
    for number in range(1, 41):
        boxes.add(entry("sms", PHONE if number % 2 else "+34600999888", number=number))
    boxes.add(entry("sms", PHONE, number=41, taken=False))
    wanted = [f"sms-{number}" for number in range(39, 20, -2)]
    assert [each["provider_id"] for each in boxes.all_sms(PHONE)] == wanted
    assert len(list(boxes.all_sms())) == 20
    assert list(boxes.all_sms("+34600000000")) == []


def test_add_long_text_is_cut_for_the_pages_only() -> None:
    boxes, long = Boxes(), entry("email", "a@x", "a" * (KEPT_TEXT + 1))
    boxes.add(long)
    assert boxes.of("a@x")["email"][0]["text"] == "a" * KEPT_TEXT + "…"
    assert len(long["text"]) == KEPT_TEXT + 1


def test_add_counts_what_was_not_taken_apart() -> None:
    boxes = Boxes()
    boxes.add(entry("sms", PHONE, taken=False))
    assert (boxes.taken["sms"], boxes.refused["sms"], boxes.sms("")) == (0, 1, None)


def test_received_has_the_chats_on_a_phone_in_order_of_time() -> None:
    boxes = Boxes()
    boxes.place_chats({CHAT: PHONE, "1002": PHONE, "1003": "+34600999888"})
    boxes.add(entry("telegram", CHAT, "dos", number=2))
    boxes.add(entry("sms", PHONE, "uno", number=1))
    boxes.add(entry("telegram", "1003", "ajeno", number=1))
    assert boxes.chats_of(PHONE) == [CHAT, "1002"]
    assert [each["text"] for each in boxes.received(PHONE)] == ["uno", "dos"]


def test_place_chats_moves_a_chat_to_another_phone() -> None:
    boxes = Boxes()
    boxes.place_chats({CHAT: PHONE})
    boxes.place_chats({CHAT: "+34600999888"})
    assert (boxes.chats_of(PHONE), boxes.chats_of("+34600999888")) == ([], [CHAT])
