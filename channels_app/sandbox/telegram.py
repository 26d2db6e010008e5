"""The part of the Telegram Bot API that a messaging portal needs.

`/telegram/bot{token}/{method}`, by GET or POST, with parameters in the query, a form or JSON. Any
number before `:sandbox` is a bot of its own. What a chat writes comes in by the control page's
`updates` and is fetched by `getUpdates`.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from channels_app.sandbox.exchange import Voice, exchange, obstruct, refuse
from channels_app.sandbox.log import Entry
from channels_app.sandbox.presets import TELEGRAM, Answer
from channels_app.sandbox.state import TELEGRAM_ENDING, Incoming, Sandbox
from channels_app.sandbox.web import JSON, Answered, Request, Response, Route, json_response

LONGEST_TEXT = 4096
LONGEST_POLL = 50.0  # seconds
KEPT_UPDATES = 10_000
DETAILS = ("parse_mode", "disable_notification", "protect_content", "reply_markup")
TOKEN = re.compile(r"(\d{1,15}):" + TELEGRAM_ENDING)

Parameters = Mapping[str, Any]


@dataclass(slots=True)
class Bot:
    """One bot: its webhook, and the updates nobody has fetched."""

    number: int
    updates: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_UPDATES))
    last_update: int = 0
    webhook: dict[str, Any] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    poll: int = 0  # the number of the poll that is being answered

    def profile(self) -> dict[str, Any]:
        """The bot as a Telegram user."""
        return {
            "id": self.number,
            "is_bot": True,
            "first_name": "Plumier",
            "username": f"plumier_{self.number}_bot",
        }


class TelegramVoice(Voice):
    """Telegram's own JSON."""

    channel = "telegram"

    def __init__(self, sandbox: Sandbox, bot: Bot) -> None:
        self._sandbox = sandbox
        self._bot = bot

    def new_id(self) -> str:
        return str(next(self._sandbox.telegram_ids))

    def accepted(self, entry: Entry) -> Response:
        message = {
            "message_id": int(entry["provider_id"]),
            "from": self._bot.profile(),
            "chat": chat(entry["address"]),
            "date": int(time.time()),
            "text": entry["text"],
        }
        return succeeded(message)

    def refused(self, answer: Answer) -> Response:
        return failed(answer.status, answer.description)

    def throttled(self, retry_after: float) -> Response:
        seconds = max(1, round(retry_after))
        return failed(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    def broken(self, status: int) -> Response:
        return failed(status, "Internal Server Error" if status == 500 else "Bad Gateway")


def succeeded(result: Any, description: str = "") -> Response:
    """`{"ok": true, "result": …}`."""
    payload = {"ok": True, "result": result}
    return json_response(payload | {"description": description} if description else payload)


def failed(status: int, description: str, parameters: dict[str, Any] | None = None) -> Response:
    """`{"ok": false, "error_code": …, "description": …}`."""
    payload = {"ok": False, "error_code": status, "description": description}
    return json_response(payload | {"parameters": parameters} if parameters else payload, status)


def chat(address: str) -> dict[str, Any]:
    """A private chat, or a channel named by its @name."""
    number = address.lstrip("-")
    if number.isdigit():
        return {"id": int(address), "type": "private", "first_name": "Familia"}
    return {"id": -1, "type": "channel", "username": address.lstrip("@")}


def parameters(request: Request) -> Parameters:
    """What a method was given, wherever it was put."""
    if request.method != "POST":
        return request.query
    if request.content_type == JSON:
        loaded = request.json() if request.body else {}
        return request.query | (loaded if isinstance(loaded, dict) else {})
    return request.query | request.form()


Method = Callable[[Bot, Parameters], Awaitable[Response]]
_UNREADABLE = failed(400, "Bad Request: can't parse the parameters")


class TelegramApi:
    """The Bot API of all bots."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._bots: dict[str, Bot] = {}
        self._methods: dict[str, Method] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
        }

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [Route("", "/telegram/{bot}/{method}", self.handle)]

    def handle(self, request: Request) -> Answered:
        """Answer one call of a method."""
        bot = self.bot(request.match["bot"].removeprefix("bot"))
        method = request.match["method"]
        try:
            given = parameters(request)
        except ValueError:
            return _UNREADABLE
        if method.lower() == "sendmessage":
            return self._send(request, bot, given)
        if bot is None:
            return failed(TELEGRAM["token"].status, TELEGRAM["token"].description)
        answer = self._methods.get(method.lower())
        if answer is None:
            return failed(404, "Not Found: method not found")
        return self._answer(request, bot, answer, given)

    async def _answer(self, request: Request, bot: Bot, answer: Method, given: Parameters) -> Response:
        method = request.match["method"]
        stopped = await obstruct(request, self._sandbox, TelegramVoice(self._sandbox, bot), method)
        try:
            return stopped or await answer(bot, given)
        except ValueError:
            return _UNREADABLE

    def bot(self, token: str) -> Bot | None:
        """The bot of a token, None if there is no such token."""
        match = TOKEN.fullmatch(token)
        if match is None:
            return None
        return self._bots.setdefault(match[1], Bot(int(match[1])))

    def add_update(self, token: str, update: dict[str, Any]) -> int:
        """Put something a chat did where `getUpdates` finds it; its number."""
        bot = self.bot(token)
        if bot is None:
            raise ValueError("no such bot")
        bot.last_update += 1
        bot.updates.append({"update_id": bot.last_update, **update})
        bot.news.set()
        return bot.last_update

    def _send(self, request: Request, bot: Bot | None, given: Parameters) -> Answered:
        incoming = Incoming(
            channel="telegram",
            address=str(given.get("chat_id", "")),
            text=str(given.get("text", "")),
            account=str(bot.number) if bot else "",
            details={name: str(given[name]) for name in DETAILS if name in given},
        )
        voice = TelegramVoice(self._sandbox, bot or Bot(0))
        if bot is None:
            return refuse(self._sandbox, incoming, voice, "token")
        if not incoming.address:
            return refuse(self._sandbox, incoming, voice, "chat_empty")
        if not incoming.text.strip():
            return refuse(self._sandbox, incoming, voice, "empty")
        if len(incoming.text) > LONGEST_TEXT:
            return refuse(self._sandbox, incoming, voice, "too_long")
        return exchange(request, self._sandbox, incoming, voice)

    async def _get_me(self, bot: Bot, given: Parameters) -> Response:
        return succeeded(
            bot.profile()
            | {
                "can_join_groups": True,
                "can_read_all_group_messages": False,
                "supports_inline_queries": False,
            }
        )

    async def _get_updates(self, bot: Bot, given: Parameters) -> Response:
        if bot.webhook.get("url"):
            return failed(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 100))
        self._forget(bot, offset)
        bot.poll += 1
        mine = bot.poll
        bot.news.set()
        deadline = time.monotonic() + min(float(given.get("timeout", 0)), LONGEST_POLL)
        while not bot.updates and bot.poll == mine and time.monotonic() < deadline:
            bot.news.clear()
            try:
                await asyncio.wait_for(bot.news.wait(), deadline - time.monotonic())
            except TimeoutError:
                break
        if bot.poll != mine:
            return failed(TELEGRAM["conflict"].status, TELEGRAM["conflict"].description)
        return succeeded(list(bot.updates)[: max(1, min(limit, 100))])

    def _forget(self, bot: Bot, offset: int) -> None:
        if offset < 0:
            while len(bot.updates) > -offset:
                bot.updates.popleft()
        while offset > 0 and bot.updates and bot.updates[0]["update_id"] < offset:
            bot.updates.popleft()

    async def _set_webhook(self, bot: Bot, given: Parameters) -> Response:
        url = str(given.get("url", ""))
        if not url:
            return await self._delete_webhook(bot, given)
        bot.webhook = {"url": url, "max_connections": int(given.get("max_connections", 40))}
        self._drop_pending(bot, given)
        return succeeded(True, "Webhook was set")

    async def _delete_webhook(self, bot: Bot, given: Parameters) -> Response:
        there = bool(bot.webhook)
        bot.webhook = {}
        self._drop_pending(bot, given)
        return succeeded(True, "Webhook was deleted" if there else "Webhook is already deleted")

    def _drop_pending(self, bot: Bot, given: Parameters) -> None:
        if str(given.get("drop_pending_updates", "")).lower() in ("true", "1"):
            bot.updates.clear()

    async def _get_webhook_info(self, bot: Bot, given: Parameters) -> Response:
        return succeeded(
            {"url": "", **bot.webhook}
            | {"has_custom_certificate": False, "pending_update_count": len(bot.updates)}
        )
