"""Updates told to a bot's webhook: in their order, one at a time for a chat, again when they are not taken."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from channels_app.sandbox.bots import Bot, Update, Webhook
from channels_app.sandbox.told import Heard, News, Teller
from channels_app.sandbox.web import JSON

WAITS = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before each try of an update
HEADER = "X-Telegram-Bot-Api-Secret-Token"
_WORDS = {
    "timeout": "Read timeout expired",
    "cut": "Connection closed",
    "unreachable": "Connection refused",
    "not_loopback": "IP address is reserved",
    "address": "Wrong URL host",
}

Call = Callable[[Bot, str, dict[str, Any]], Awaitable[object]]
Waiting = tuple[Update, "asyncio.Future[bool]"]


class Webhooks:
    """Of all bots."""

    def __init__(self, teller: Teller, call: Call) -> None:
        """`call` does what a bot asks for in its answer to an update."""
        self._teller = teller
        self._call = call
        self._lines: dict[tuple[int, str], deque[Waiting]] = {}

    def push(self, bot: Bot, update: Update) -> "asyncio.Future[bool]":
        """Tell an update after those of the same chat; whether its first try was taken."""
        first: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if not bot.webhook.url:
            first.set_result(False)
            return first
        key = (bot.number, _line_of(update))
        line = self._lines.get(key)
        if line is not None:
            line.append((update, first))
            return first
        line = self._lines[key] = deque([(update, first)])
        webhook = bot.webhook
        if not self._teller.later(0, lambda: self._run(bot, webhook, line)):
            del self._lines[key]
            first.set_result(False)
        return first

    def begin(self, bot: Bot) -> None:
        """The bot has another webhook, or none: all that waits is for that one."""
        self._drop(bot)
        for update in [*bot.again, *bot.pending.values()]:
            self.push(bot, update)

    def reset(self) -> None:
        """Nothing waits."""
        self._lines.clear()

    def _drop(self, bot: Bot) -> None:
        for key in [key for key in self._lines if key[0] == bot.number]:
            del self._lines[key]

    async def _run(self, bot: Bot, webhook: Webhook, line: deque[Waiting]) -> None:
        key = (bot.number, _line_of(line[0][0]))
        try:
            while line and bot.webhook is webhook:
                update, first = line[0]
                await self._tell(bot, webhook, update, first)
                line.popleft()
        finally:
            for _, first in line:
                _settle(first, arrived=False)
            if self._lines.get(key) is line:
                del self._lines[key]

    async def _tell(self, bot: Bot, webhook: Webhook, update: Update, first: "asyncio.Future[bool]") -> None:
        news = News("update", _line_of(update), str(update["update_id"]), _kind(update), webhook.url)
        headers = {"Content-Type": JSON} | ({HEADER: webhook.secret} if webhook.secret else {})
        for wait in WAITS:
            await asyncio.sleep(wait)
            if bot.webhook is not webhook:
                return
            async with webhook.room:
                heard = await self._teller.post(news, headers, json.dumps(update).encode())
            _settle(first, arrived=heard.well)
            if heard.well:
                _done(bot, update)
                await self._obey(bot, heard.body)
                return
            webhook.last_error_date, webhook.last_error_message = int(time.time()), _error(heard)
        self._teller.note(news, error="given_up")
        _done(bot, update)

    async def _obey(self, bot: Bot, body: bytes) -> None:
        """A bot may ask for one thing in its answer."""
        try:
            asked = json.loads(body) if body else None
        except ValueError:
            return
        if isinstance(asked, dict) and isinstance(method := asked.pop("method", None), str):
            await self._call(bot, method, asked)


def _line_of(update: Update) -> str:
    """The chat that an update is about, empty if it is about none."""
    for content in update.values():
        if isinstance(content, dict):
            holder = content.get("message", content)
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict):
                return str(chat.get("id", ""))
    return ""


def _kind(update: Update) -> str:
    return next((name for name in update if name != "update_id"), "")


def _settle(first: "asyncio.Future[bool]", *, arrived: bool) -> None:
    if not first.done():
        first.set_result(arrived)


def _done(bot: Bot, update: Update) -> None:
    if update in bot.again:
        bot.again.remove(update)
    else:
        bot.confirm(update["update_id"])


def _error(heard: Heard) -> str:
    if not heard.status:
        return _WORDS.get(heard.error, heard.error)
    try:
        words = HTTPStatus(heard.status).phrase
    except ValueError:
        words = ""
    return f"Wrong response from the webhook: {heard.status} {words}".strip()
