"""python-telegram-bot over our own HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot
from telegram.error import TelegramError

from channels_app.http import HttpSession
from channels_app.telegram.request import OwnRequest, Refused, Unanswered
from tests.channels_app.servers import serving
from tests.providers.sandbox import Sandbox


@asynccontextmanager
async def bot_at(url: str, deadline: float = 5.0) -> AsyncIterator[Bot]:
    http = HttpSession(deadline, limit=10)
    request = OwnRequest(http)
    try:
        yield Bot("1000:sandbox", base_url=f"{url}/bot", request=request, get_updates_request=request)
    finally:
        await http.close()


async def _refused(body: bytes, status: str = "429 Too Many Requests", header: str = "") -> Refused:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        head = f"HTTP/1.1 {status}\r\n{header}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    async with serving(talk) as port, bot_at(f"http://127.0.0.1:{port}") as bot:
        with pytest.raises(Refused) as caught:
            await bot.send_message("1", "hola")
    return caught.value


async def test_get_me_is_answered(provider: Sandbox) -> None:
    async with bot_at(provider.environment["TELEGRAM_API_URL"]) as bot:
        assert (await bot.get_me()).username == "plumier_1000_bot"


async def test_a_long_poll_outlives_the_deadline_of_a_send(provider: Sandbox) -> None:
    async with bot_at(provider.environment["TELEGRAM_API_URL"], deadline=0.6) as bot:
        assert await bot.get_updates(timeout=1) == ()


async def test_a_refusal_keeps_status_words_and_wait() -> None:
    said = {"ok": False, "description": "Too Many", "parameters": {"retry_after": 9}}
    refused = await _refused(json.dumps(said).encode())
    assert (refused.status, refused.description, refused.retry_after) == (429, "Too Many", 9.0)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b'{"parameters": []}'])
async def test_a_refusal_that_is_not_telegrams_keeps_the_headers_wait(body: bytes) -> None:
    refused = await _refused(body, header="Retry-After: 4\r\n")
    assert (refused.status, refused.description, refused.retry_after) == (429, "", 4.0)


async def test_a_success_that_cannot_be_read_is_neither_refused_nor_unanswered() -> None:
    with pytest.raises(TelegramError) as caught:
        async with bot_at("http://127.0.0.1") as bot:
            bot.request.parse_json_payload(b"<html>")
    assert not isinstance(caught.value, Refused | Unanswered)
