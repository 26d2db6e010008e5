"""The bot's own calls, against the sandbox."""

import asyncio

import pytest
from telegram.error import TelegramError

from channels_app.http import Answer, HttpSession
from channels_app.telegram.api import BotApi
from channels_app.telegram.request import Refused
from tests.providers.sandbox import Sandbox


def test_handle_is_the_username(provider: Sandbox) -> None:
    async def ask() -> str:
        async with BotApi({**provider.environment, "TELEGRAM_TOKEN": "1801:sandbox"}) as api:
            return await api.handle()

    assert asyncio.run(ask()) == "plumier_1801_bot"


def test_updates_are_handed_over_as_they_came(provider: Sandbox) -> None:
    token = "1802:sandbox"
    sent = {"message": {"message_id": 1, "text": "hola", "odd": [1]}}
    number = provider.control("updates", {"update": sent, "token": token})["update_id"]

    async def ask() -> list[list[object]]:
        async with BotApi({**provider.environment, "TELEGRAM_TOKEN": token}) as api:
            return [await api.updates(0, 0), await api.updates(number + 1, 0)]

    assert asyncio.run(ask()) == [[{"update_id": number, **sent}], []]


def test_webhook_is_set_told_and_taken_off(provider: Sandbox) -> None:
    async def ask() -> list[object]:
        async with BotApi({**provider.environment, "TELEGRAM_TOKEN": "1803:sandbox"}) as api:
            await api.set_webhook("https://avisos.example/avisos/telegram/", "secret")
            told: list[object] = [(await api.webhook())["url"]]
            with pytest.raises(Refused) as caught:
                await api.updates(0, 0)
            told.append(caught.value.status)
            await api.delete_webhook()
            return [*told, (await api.webhook())["url"]]

    assert asyncio.run(ask()) == ["https://avisos.example/avisos/telegram/", 409, ""]


def test_nobody_there_is_an_error_of_the_library() -> None:
    async def ask() -> None:
        async with BotApi({"TELEGRAM_TOKEN": "1:x", "TELEGRAM_API_URL": "http://127.0.0.1:9"}) as api:
            await api.handle()

    with pytest.raises(TelegramError):
        asyncio.run(ask())


@pytest.mark.parametrize(
    "body", ['{"ok":true}', "[]", '"x"', "7", "null", '{"ok":true,"result":{}}', "<html>"]
)
def test_success_that_says_nothing_is_an_error_of_the_library(
    monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    """As another error it would end all bots' hearing; as «nothing new» it would be asked again at once."""

    async def request(*args: object, **kwargs: object) -> Answer:
        return Answer(200, body.encode(), ())

    monkeypatch.setattr(HttpSession, "request", request)

    async def ask() -> None:
        async with BotApi({"TELEGRAM_TOKEN": "1:x"}) as api:
            await api.updates(0, 0)

    with pytest.raises(TelegramError):
        asyncio.run(ask())


def test_webhook_brings_few_updates_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {}

    async def call(api: BotApi, method: str, parameters: dict[str, object], seconds: float = 0) -> None:
        given.update(parameters)

    monkeypatch.setattr(BotApi, "call", call)

    async def ask() -> None:
        async with BotApi({"TELEGRAM_TOKEN": "1:x"}) as api:
            await api.set_webhook("https://avisos.example/avisos/telegram/", "secret")

    asyncio.run(ask())
    assert given["max_connections"] == 4
