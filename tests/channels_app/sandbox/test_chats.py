"""What people do on their phones becomes updates, as the Bot API writes them."""

import asyncio
import json
import time
from typing import Any
from urllib.error import HTTPError

import pytest
from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.channels_app.sandbox.asking import bot
from tests.providers.sandbox import Sandbox

CHAT, PHONE = "501", "+34600555001"


def updates(provider: Sandbox, token: str = "1000:sandbox") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bot(provider, "getUpdates", token)[1]["result"]
    return found


def refused(provider: Sandbox, **given: Any) -> str:
    with pytest.raises(HTTPError) as raised:
        provider.control("telegram", given)
    with raised.value:
        assert raised.value.code == 400
        return str(json.loads(raised.value.read())["error"])


def test_start_is_a_command_of_a_private_chat(provider: Sandbox) -> None:
    done = provider.telegram(
        CHAT, "start", phone=PHONE, language="vi", text="abc", name="Lan", date=1_700_000_000
    )
    [update] = updates(provider)
    message = update["message"]
    assert done == {"update_id": update["update_id"], "delivered": False}
    assert message == {
        "message_id": message["message_id"],
        "from": {"id": 501, "is_bot": False, "first_name": "Lan", "language_code": "vi"},
        "chat": {"id": 501, "first_name": "Lan", "type": "private"},
        "date": 1_700_000_000,
        "text": "/start abc",
        "entities": [{"offset": 0, "length": 6, "type": "bot_command"}],
    }


def test_say_is_a_text_or_a_photo_without_one(provider: Sandbox) -> None:
    provider.telegram(CHAT, "say", text="Gracias")
    provider.telegram(CHAT, "say", photo=True)
    first, second = (update["message"] for update in updates(provider))
    assert (first["text"], "entities" in first, "text" in second, len(second["photo"])) == (
        "Gracias",
        False,
        False,
        1,
    )
    assert abs(first["date"] - time.time()) < 60


def test_share_is_the_own_phone_and_foreign_ones_are_told_apart(provider: Sandbox) -> None:
    provider.telegram(CHAT, "share", phone=PHONE)
    provider.telegram(CHAT, "share_foreign", contact_phone="+34600000009", user_id=777)
    provider.telegram(CHAT, "share_foreign", contact_phone="+34600000009")
    contacts = [update["message"]["contact"] for update in updates(provider)]
    assert contacts == [
        {"phone_number": PHONE, "first_name": "Familia", "user_id": 501},
        {"phone_number": "+34600000009", "first_name": "Familia", "user_id": 777},
        {"phone_number": "+34600000009", "first_name": "Familia"},
    ]


def test_press_carries_the_message_with_its_buttons(provider: Sandbox) -> None:
    buttons = {"inline_keyboard": [[{"text": "Sí", "callback_data": "baja:si"}]]}
    sent = bot(provider, "sendMessage", chat_id=501, text="¿Seguro?", reply_markup=buttons)[1]["result"]
    assert json.loads(provider.log()[0]["details"]["reply_markup"]) == buttons
    provider.telegram(CHAT, "press", data="baja:si")
    query = updates(provider)[0]["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == (
        "baja:si",
        501,
        sent["message_id"],
    )
    assert query["message"]["reply_markup"] == buttons
    assert bot(provider, "answerCallbackQuery", callback_query_id=query["id"], text="Hecho")[0] == 200
    assert bot(provider, "answerCallbackQuery", callback_query_id=query["id"])[0] == 400


def test_block_is_told_and_refuses_until_unblocked(provider: Sandbox) -> None:
    provider.telegram(CHAT, "block")
    refusal = bot(provider, "sendMessage", chat_id=501, text="Hola")
    other = bot(provider, "sendMessage", "1001:sandbox", chat_id=501, text="Hola")
    provider.telegram(CHAT, "unblock")
    again = bot(provider, "sendMessage", chat_id=501, text="Hola")
    assert (refusal[0], refusal[1]["description"]) == (403, "Forbidden: bot was blocked by the user")
    assert (other[0], again[0]) == (200, 200)
    statuses = [
        (one["old_chat_member"]["status"], one["new_chat_member"]["status"])
        for one in (update["my_chat_member"] for update in updates(provider))
    ]
    assert statuses == [("member", "kicked"), ("kicked", "member")]
    assert [(entry["taken"], entry["error"]) for entry in provider.log()] == [
        (False, "blocked"),
        (True, None),
        (True, None),
    ]


def test_leave_is_told_to_nobody_and_refuses_every_bot(provider: Sandbox) -> None:
    assert provider.telegram(CHAT, "leave") == {"update_id": None, "delivered": False}
    assert updates(provider) == []
    for token in ("1000:sandbox", "1001:sandbox"):
        assert bot(provider, "sendMessage", token, chat_id=501, text="Hola")[1]["description"] == (
            "Forbidden: user is deactivated"
        )
    assert bot(provider, "sendChatAction", chat_id=501, action="typing")[0] == 403


def test_repeat_hands_out_the_last_updates_again_beyond_the_offset(provider: Sandbox) -> None:
    for text in ("uno", "dos", "tres"):
        provider.telegram(CHAT, "say", text=text)
    first = updates(provider)
    offset = first[-1]["update_id"] + 1
    assert bot(provider, "getUpdates", offset=offset)[1]["result"] == []
    assert provider.telegram(CHAT, "repeat", count=2)["update_id"] == first[-1]["update_id"]
    assert bot(provider, "getUpdates", offset=offset)[1]["result"] == first[1:]
    assert bot(provider, "getUpdates", offset=offset)[1]["result"] == []


def test_update_id_may_be_an_old_one(provider: Sandbox) -> None:
    assert provider.telegram(CHAT, "say", text="Hola", update_id=3)["update_id"] == 3
    assert [update["update_id"] for update in updates(provider)] == [3]


def test_numbers_go_on_after_a_restart(provider: Sandbox) -> None:
    assert provider.telegram(CHAT, "say", text="Hola", bot="7001:sandbox")["update_id"] > 1_700_000_000


def test_phone_has_the_same_chat_every_time(provider: Sandbox) -> None:
    provider.control("telegram", {"phone": "+84912345678", "do": "start"})
    provider.control("telegram", {"phone": "+84912345678", "do": "share"})
    chats = [update["message"]["chat"]["id"] for update in updates(provider)]
    assert chats == [84912345678, 84912345678]


def test_allowed_updates_leaves_out_the_others(provider: Sandbox) -> None:
    bot(provider, "getUpdates", allowed_updates=["message"])
    provider.telegram(CHAT, "block")
    provider.telegram(CHAT, "say", text="Hola")
    assert [list(update)[1] for update in updates(provider)] == ["message"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (
            {"chat": CHAT, "do": "sing"},
            "do: one of start, share, share_foreign, say, press, block, unblock, leave, repeat",
        ),
        ({"do": "start"}, "chat: a number; or else phone: +34…"),
        ({"chat": "ana", "do": "start"}, "chat: a number; or else phone: +34…"),
        ({"chat": "9999", "do": "share"}, "phone: this chat is on none yet"),
        ({"chat": CHAT, "do": "share_foreign"}, "contact_phone: the phone of the contact that is shared"),
        (
            {"chat": CHAT, "do": "share_foreign", "contact_phone": "+34", "user_id": 501},
            "user_id: another's than the chat's",
        ),
        ({"chat": CHAT, "do": "say", "text": " "}, "text: what is said"),
        (
            {"chat": CHAT, "do": "press", "data": "x"},
            "data: of no button that this bot has shown in this chat lately",
        ),
        ({"chat": CHAT, "do": "say", "text": "a", "bot": "nobody"}, "bot: a bot's token"),
        ({"chat": CHAT, "do": "say", "text": "a", "date": "today"}, "date: a whole number from 0"),
        ({"chat": CHAT, "do": "repeat", "bot": "7002:sandbox"}, "do: this bot has had no update to repeat"),
    ],
)
def test_act_that_cannot_be_says_why(provider: Sandbox, given: dict[str, Any], error: str) -> None:
    assert refused(provider, **given) == error


async def test_library_polls_and_understands_all_of_it(provider: Sandbox) -> None:
    """python-telegram-bot, as a bot in earnest uses it."""
    seen: list[str] = []

    async def note(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if update.my_chat_member:
            seen.append(update.my_chat_member.new_chat_member.status)
        elif update.callback_query:
            seen.append(f"pressed {update.callback_query.data}")
            await update.callback_query.answer("Hecho")
        elif message and message.contact:
            seen.append(f"{message.contact.phone_number} {message.contact.user_id}")
        elif message:
            seen.append(message.text or "photo")

    url = f"{provider.environment['TELEGRAM_API_URL']}/bot"
    application = Application.builder().token("7003:sandbox").base_url(url).build()
    for handler in (MessageHandler(filters.ALL, note), CallbackQueryHandler(note), ChatMemberHandler(note)):
        application.add_handler(handler)
    markup = {"inline_keyboard": [[{"text": "Sí", "callback_data": "si"}]]}
    await asyncio.to_thread(
        bot, provider, "sendMessage", "7003:sandbox", chat_id=501, text="¿Sí?", reply_markup=markup
    )
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5, allowed_updates=Update.ALL_TYPES)
        for do, more in (
            ("start", {"text": "abc"}),
            ("share", {"phone": PHONE}),
            ("say", {"photo": True}),
            ("press", {"data": "si"}),
            ("block", {}),
        ):
            await asyncio.to_thread(provider.telegram, CHAT, do, bot="7003:sandbox", **more)
        async with asyncio.timeout(10):
            while len(seen) < 5:
                await asyncio.sleep(0.02)
        await application.updater.stop()
        await application.stop()
    assert seen == ["/start abc", f"{PHONE} 501", "photo", "pressed si", "kicked"]
