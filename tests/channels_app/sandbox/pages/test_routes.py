"""The pages as a browser gets them."""

import re
from urllib.parse import quote

import aiohttp
import pytest

from tests.providers.sandbox import Sandbox

PHONE = "+34622333444"


@pytest.mark.parametrize("path", ["/", f"/phone/{PHONE}", "/mailbox/Ana@Example.es", "/control"])
async def test_pages_load_nothing_from_elsewhere(
    http: aiohttp.ClientSession, provider: Sandbox, path: str
) -> None:
    async with http.get(provider.url + path) as answer:
        html = await answer.text()
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', html) == ["/style.css", "/icon.svg"]
    assert (html.count("<h1>"), html.count("<main "), "style=" in html) == (1, 1, False)


async def test_pages_style_and_icon_are_served(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    kinds = []
    for path in ("/style.css", "/icon.svg"):
        async with http.get(provider.url + path) as answer:
            kinds.append((answer.status, answer.content_type))
    assert kinds == [(200, "text/css"), (200, "image/svg+xml")]


async def test_pages_show_what_was_just_taken(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    provider.chats({"5005": PHONE})
    url = f"{provider.environment['TELEGRAM_API_URL']}/bot1000:sandbox/sendMessage"
    async with http.get(url, params={"chat_id": "5005", "text": "Recién llegado"}) as answer:
        assert answer.status == 200
    for path in ("/", f"/phone/{PHONE}", f"/phone/{quote(PHONE, safe='')}"):
        async with http.get(provider.url + path) as answer:
            assert "Recién llegado" in await answer.text()
