"""What the sandbox knows after a restart and a reset."""

from pathlib import Path

from channels_app.sandbox.control import Control
from channels_app.sandbox.state import Incoming, Sandbox
from channels_app.sandbox.telegram import TelegramApi
from tests.channels_app.sandbox.samples import CHAT, PHONE, sandbox_of


def test_record_nothing_taken_has_no_provider_id(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    entry = sandbox.record(Incoming("sms", PHONE, "Hola"), taken=False, provider_id="SM1", error="hang")
    assert (entry["provider_id"], entry["error"]) == ("", "hang")


def test_restart_remembers_messages_and_goes_on_counting(tmp_path: Path) -> None:
    sandbox_of(tmp_path, Incoming("sms", PHONE, "Hola"), Incoming("telegram", CHAT, "Hola")).log.close()
    again = Sandbox(tmp_path / "log.jsonl")
    assert list(again.boxes.addresses()) == [CHAT, PHONE]
    assert next(again.telegram_ids) == 3


def test_reset_forgets_rules_and_keeps_messages(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, Incoming("sms", PHONE, "Hola"))
    sandbox.rules.add({"channel": "sms", "action": "hang"})
    Control(sandbox, TelegramApi(sandbox)).tokapp({"phones": []})
    sandbox.reset()
    assert sandbox.rules.listed() == []
    assert sandbox.tokapp_phones is None
    assert list(sandbox.boxes.addresses()) == [PHONE]


def test_restart_remembers_on_which_phone_a_chat_is(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    sandbox.place_chats({CHAT: "+34600000001", "1002": PHONE})
    sandbox.place_chats({CHAT: PHONE})
    with (tmp_path / "log.chats.jsonl").open("a") as file:
        file.write('["10')
    boxes = Sandbox(tmp_path / "log.jsonl").boxes
    assert (boxes.chats_of(PHONE), boxes.chats_of("+34600000001")) == ([CHAT, "1002"], [])


def test_tokapp_of_one_phone_goes_over_the_list(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    sandbox.set_tokapp(frozenset({PHONE}))
    sandbox.change_tokapp(PHONE, active=False)
    assert (sandbox.has_tokapp(PHONE), sandbox.tokapp_is_told) == (False, True)
    sandbox.set_tokapp(None)
    assert (sandbox.has_tokapp(PHONE), sandbox.tokapp_is_told) == (True, False)
