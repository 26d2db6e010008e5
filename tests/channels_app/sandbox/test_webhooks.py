"""Updates told to a bot's webhook."""

import json
import threading
import time

import pytest

from tests.channels_app.sandbox.asking import bot
from tests.channels_app.sandbox.receiver import Receiver, Request
from tests.providers.sandbox import Sandbox

TOKEN, CHAT = "8001:sandbox", "501"


def until_none_waits(provider: Sandbox) -> dict[str, object]:
    deadline = time.monotonic() + 10
    while True:
        info: dict[str, object] = bot(provider, "getWebhookInfo", TOKEN)[1]["result"]
        if info["pending_update_count"] == 0 or time.monotonic() > deadline:
            return info
        time.sleep(0.02)


def test_webhook_gets_each_update_with_its_secret(provider: Sandbox, receiver: Receiver) -> None:
    assert bot(provider, "setWebhook", TOKEN, url=f"{receiver.url}/t/", secret_token="s3_-")[0] == 200
    done = provider.telegram(CHAT, "say", text="Hola", bot=TOKEN)
    [request] = receiver.requests
    assert done == {"update_id": request.json["update_id"], "delivered": True}
    assert (request.path, request.headers["x-telegram-bot-api-secret-token"]) == ("/t/", "s3_-")
    assert request.json["message"]["text"] == "Hola"
    assert until_none_waits(provider)["pending_update_count"] == 0
    told = [(one["address"], one["what"], one["status"], one["error"]) for one in provider.told("update")]
    assert told == [(CHAT, "message", 204, "")]


def test_webhook_that_fails_is_told_again_and_the_error_is_known(
    provider: Sandbox, receiver: Receiver
) -> None:
    statuses = iter([500, 503])
    receiver.answer = lambda request: (next(statuses, 200), b"")
    bot(provider, "setWebhook", TOKEN, url=receiver.url)
    assert provider.telegram(CHAT, "say", text="Hola", bot=TOKEN)["delivered"] is False
    assert len({request.json["update_id"] for request in receiver.wait(3)}) == 1
    info = until_none_waits(provider)
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert [one["status"] for one in provider.told("update")] == [500, 503, 200]


def test_webhook_keeps_the_order_of_a_chat_and_one_does_not_wait_for_another(
    provider: Sandbox, receiver: Receiver
) -> None:
    held, order = threading.Event(), []

    def answer(request: Request) -> tuple[int, bytes]:
        if request.json["message"]["text"] == "uno":
            held.wait(10)
        order.append(request.json["message"]["text"])
        return 200, b""

    receiver.answer = answer
    bot(provider, "setWebhook", TOKEN, url=receiver.url)
    slow = threading.Thread(target=provider.telegram, args=("1", "say"), kwargs={"text": "uno", "bot": TOKEN})
    slow.start()
    receiver.wait(1)
    after = threading.Thread(
        target=provider.telegram, args=("1", "say"), kwargs={"text": "dos", "bot": TOKEN}
    )
    after.start()
    provider.telegram("2", "say", text="otro", bot=TOKEN)
    assert order == ["otro"]
    held.set()
    slow.join(10)
    after.join(10)
    assert order == ["otro", "uno", "dos"]


def test_webhook_answer_with_a_method_is_done(provider: Sandbox, receiver: Receiver) -> None:
    asked = {
        "method": "sendMessage",
        "chat_id": 501,
        "text": "Hola, familia",
        "reply_markup": {"remove_keyboard": True},
    }
    receiver.answer = lambda request: (200, json.dumps(asked).encode())
    bot(provider, "setWebhook", TOKEN, url=receiver.url)
    provider.telegram(CHAT, "start", bot=TOKEN)
    [entry] = provider.wait_for(lambda entries: entries)
    assert (entry["address"], entry["text"], entry["account"], entry["taken"]) == (
        CHAT,
        "Hola, familia",
        "8001",
        True,
    )


def test_webhook_set_late_gets_what_waited_and_deleted_leaves_it_to_be_fetched(
    provider: Sandbox, receiver: Receiver
) -> None:
    provider.telegram(CHAT, "say", text="antes", bot=TOKEN)
    bot(provider, "setWebhook", TOKEN, url=receiver.url)
    assert receiver.wait(1)[0].json["message"]["text"] == "antes"
    receiver.answer = lambda request: (500, b"")
    provider.telegram(CHAT, "say", text="después", bot=TOKEN)
    bot(provider, "deleteWebhook", TOKEN)
    found = bot(provider, "getUpdates", TOKEN)[1]["result"]
    assert [update["message"]["text"] for update in found] == ["después"]


def test_webhook_repeats_what_it_told(provider: Sandbox, receiver: Receiver) -> None:
    bot(provider, "setWebhook", TOKEN, url=receiver.url)
    provider.telegram(CHAT, "say", text="Hola", bot=TOKEN)
    assert provider.telegram(CHAT, "repeat", bot=TOKEN)["delivered"] is True
    first, second = receiver.requests
    assert first.json == second.json


def test_webhook_elsewhere_is_never_called(provider: Sandbox) -> None:
    bot(provider, "setWebhook", TOKEN, url="https://plumier.example/t")
    assert provider.telegram(CHAT, "say", text="Hola", bot=TOKEN)["delivered"] is False
    assert provider.told("update")[0]["error"] == "not_loopback"


@pytest.mark.parametrize("secret", ["with space", "ñ", "a" * 257])
def test_webhook_secret_has_telegrams_letters(provider: Sandbox, secret: str) -> None:
    assert bot(provider, "setWebhook", TOKEN, url="http://127.0.0.1:9", secret_token=secret)[0] == 400


def test_webhook_info_tells_what_was_asked_for(provider: Sandbox) -> None:
    bot(
        provider,
        "setWebhook",
        TOKEN,
        url="http://127.0.0.1:9/",
        max_connections=3,
        allowed_updates=["message"],
    )
    info = bot(provider, "getWebhookInfo", TOKEN)[1]["result"]
    assert info == {
        "url": "http://127.0.0.1:9/",
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 3,
        "allowed_updates": ["message"],
    }
