"""The Bot API, as Telegram would answer."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.providers.sandbox import Sandbox

Answer = tuple[int, Any]


async def call(
    http: aiohttp.ClientSession, provider: Sandbox, method: str, token: str = "1000:sandbox", **given: Any
) -> Answer:
    """Call a method with JSON; status and answer."""
    url = f"{provider.environment['TELEGRAM_API_URL']}/bot{token}/{method}"
    async with http.post(url, json=given) as answer:
        return answer.status, await answer.json()


async def test_send_message_answers_the_message_and_logs_it(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    status, answer = await call(http, provider, "sendMessage", chat_id=42, text="Hola, Ana")
    [entry] = provider.log()
    message = answer["result"]
    assert (status, answer["ok"], message["text"], message["chat"]["id"]) == (200, True, "Hola, Ana", 42)
    assert message["from"]["id"] == 1000
    assert entry | {"at": "", "provider_id": ""} == {
        "at": "",
        "channel": "telegram",
        "address": "42",
        "taken": True,
        "provider_id": "",
        "subject": "",
        "text": "Hola, Ana",
        "attachments": [],
        "key": "",
        "error": None,
        "account": "1000",
        "sender": "",
        "size": 0,
        "details": {},
    }
    assert entry["provider_id"] == str(message["message_id"])


@pytest.mark.parametrize("how", ["query", "form", "multipart"])
async def test_send_message_parameters_wherever_they_are(
    http: aiohttp.ClientSession, provider: Sandbox, how: str
) -> None:
    url = f"{provider.environment['TELEGRAM_API_URL']}/bot1000:sandbox/sendMessage"
    given = {"chat_id": "7", "text": "Año nuevo"}
    if how == "query":
        request = http.get(url, params=given)
    elif how == "form":
        request = http.post(url, data=given)
    else:
        with aiohttp.MultipartWriter("form-data") as parts:
            for name, value in given.items():
                parts.append(value).set_content_disposition("form-data", name=name)
        request = http.post(url, data=parts)
    async with request as answer:
        assert answer.status == 200
    assert [(entry["address"], entry["text"]) for entry in provider.taken()] == [("7", "Año nuevo")]


@pytest.mark.parametrize(
    ("preset", "status", "description"),
    [
        ("blocked", 403, "Forbidden: bot was blocked by the user"),
        ("deactivated", 403, "Forbidden: user is deactivated"),
        ("chat_not_found", 400, "Bad Request: chat not found"),
        ("token", 401, "Unauthorized"),
    ],
)
async def test_send_message_refused_in_telegrams_words(
    http: aiohttp.ClientSession, provider: Sandbox, preset: str, status: int, description: str
) -> None:
    provider.refuse("telegram", preset, address="42")
    answer = await call(http, provider, "sendMessage", chat_id=42, text="Hola")
    assert answer == (status, {"ok": False, "error_code": status, "description": description})
    assert [(entry["taken"], entry["error"]) for entry in provider.log()] == [(False, preset)]


async def test_send_message_throttled_says_when_again(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    provider.rule("telegram", "throttle", retry_after=9)
    assert await call(http, provider, "sendMessage", chat_id=42, text="Hola") == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 9",
            "parameters": {"retry_after": 9},
        },
    )


@pytest.mark.parametrize(
    ("given", "error", "status"),
    [
        ({"chat_id": 1, "text": " "}, "empty", 400),
        ({"text": "Hola"}, "chat_empty", 400),
        ({"chat_id": 1, "text": "a" * 4097}, "too_long", 400),
        ({"chat_id": 1, "text": "Hola", "token": "1000:other"}, "token", 401),
    ],
)
async def test_send_message_telegram_itself_refuses(
    http: aiohttp.ClientSession, provider: Sandbox, given: dict[str, Any], error: str, status: int
) -> None:
    assert (await call(http, provider, "sendMessage", **given))[0] == status
    assert [(entry["taken"], entry["error"]) for entry in provider.log()] == [(False, error)]


async def test_get_me_each_number_is_a_bot(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    _, answer = await call(http, provider, "getMe", token="1234:sandbox")
    assert (answer["result"]["id"], answer["result"]["username"]) == (1234, "plumier_1234_bot")
    assert await call(http, provider, "getMe", token="nobody") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )


async def test_unknown_method_is_not_found(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    status, answer = await call(http, provider, "sendPigeon")
    assert (status, answer["error_code"]) == (404, 404)


async def test_get_updates_offset_forgets_what_was_fetched(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    for text in ("uno", "dos"):
        update = {"message": {"text": text}}
        await asyncio.to_thread(provider.control, "updates", {"token": "21:sandbox", "update": update})
    _, answer = await call(http, provider, "getUpdates", token="21:sandbox")
    first, second = answer["result"]
    assert [first["message"]["text"], second["message"]["text"]] == ["uno", "dos"]
    _, answer = await call(
        http, provider, "getUpdates", token="21:sandbox", offset=second["update_id"], limit=1
    )
    assert answer["result"] == [second]
    _, answer = await call(http, provider, "getUpdates", token="21:sandbox", offset=second["update_id"] + 1)
    assert answer["result"] == []


async def test_get_updates_long_poll_wakes_on_news(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    poll = asyncio.create_task(call(http, provider, "getUpdates", token="22:sandbox", timeout=9))
    update = {"message": {"text": "/start abc"}}
    await asyncio.to_thread(provider.control, "updates", {"token": "22:sandbox", "update": update})
    _, answer = await poll
    assert [each["message"] for each in answer["result"]] == [{"text": "/start abc"}]


async def test_get_updates_second_poll_ends_the_first(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    polls = [
        asyncio.create_task(call(http, provider, "getUpdates", token="23:sandbox", timeout=1))
        for _ in range(2)
    ]
    statuses = sorted(status for status, _ in await asyncio.gather(*polls))
    assert statuses == [200, 409]


async def test_webhook_is_kept_and_excludes_polling(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    token, url = "24:sandbox", "https://plumier.example/t"
    await asyncio.to_thread(provider.control, "updates", {"token": token, "update": {"message": {}}})
    _, answer = await call(http, provider, "setWebhook", token=token, url=url)
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    _, info = await call(http, provider, "getWebhookInfo", token=token)
    assert (info["result"]["url"], info["result"]["pending_update_count"]) == (url, 1)
    assert (await call(http, provider, "getUpdates", token=token))[0] == 409
    await call(http, provider, "deleteWebhook", token=token, drop_pending_updates=True)
    _, info = await call(http, provider, "getWebhookInfo", token=token)
    assert (info["result"]["url"], info["result"]["pending_update_count"]) == ("", 0)
    assert (await call(http, provider, "getUpdates", token=token))[0] == 200


async def test_rule_for_get_me_leaves_messages_alone(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    provider.rule("telegram", "refuse", preset="token", operation="getMe")
    assert (await call(http, provider, "getMe"))[0] == 401
    assert (await call(http, provider, "sendMessage", chat_id=1, text="Hola"))[0] == 200
