"""The part of the Telegram Bot API that a messaging portal needs.

`/telegram/bot{token}/{method}`, by GET or POST, with parameters in the query, a form or JSON. Any
number before `:sandbox` is a bot of its own. What a chat does comes in by `act`, or by `add_update` as an update
written by hand; it is told to the bot's webhook, or fetched by `getUpdates`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from channels_app.sandbox.bots import Bot, Bots, Update
from channels_app.sandbox.chats import Chats
from channels_app.sandbox.exchange import Asker, Nobody, exchange, obstruct, refuse
from channels_app.sandbox.orders import OrderError, text, whole
from channels_app.sandbox.presets import TELEGRAM
from channels_app.sandbox.state import TELEGRAM_TOKEN, Incoming, Sandbox
from channels_app.sandbox.telegram_methods import Methods
from channels_app.sandbox.telegram_voice import TelegramVoice, failed
from channels_app.sandbox.web import JSON, Answered, Request, Response, Route
from channels_app.sandbox.webhooks import Webhooks

LONGEST_TEXT = 4096
DETAILS = ("parse_mode", "disable_notification", "protect_content", "reply_markup")
FIRST_TRY = 15.0  # seconds that an act waits for its webhook

Parameters = Mapping[str, Any]
_UNREADABLE = failed(400, "Bad Request: can't parse the parameters")


def parameters(request: Request) -> Parameters:
    """What a method was given, wherever it was put."""
    if request.method != "POST":
        return request.query
    if request.content_type == JSON:
        loaded = request.json() if request.body else {}
        return request.query | (loaded if isinstance(loaded, dict) else {})
    return request.query | request.form()


class TelegramApi:
    """The Bot API of all bots, and the people who use them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.bots = Bots()
        self.chats = Chats(sandbox)
        self._webhooks = Webhooks(sandbox.teller, self._called)
        self._methods = Methods(sandbox, self.chats, self._webhooks)
        sandbox.on_reset(self._reset)

    def routes(self) -> list[Route]:
        """Where it answers."""
        return [Route("", "/telegram/{bot}/{method}", self.handle)]

    def handle(self, request: Request) -> Answered:
        """Answer one call of a method."""
        bot = self.bots.of(request.match["bot"].removeprefix("bot"))
        try:
            given = parameters(request)
        except ValueError:
            return _UNREADABLE
        return self._call(request, bot, request.match["method"], given)

    def bot(self, token: str) -> Bot | None:
        """The bot of a token, None if there is no such token."""
        return self.bots.of(token)

    def add_update(self, token: str, update: Update) -> int:
        """Put something a chat did where the bot finds it; its number."""
        bot = self.bots.of(token)
        if bot is None:
            raise ValueError("no such bot")
        numbered = bot.put(update)
        self._webhooks.push(bot, numbered)
        return bot.last_update

    async def act(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Have a chat do something: the number of its update, and whether the bot's webhook has it already.

        An update that waits to be fetched is not delivered yet. OrderError if it cannot be.
        """
        bot = self.bots.of(text(given, "bot") or TELEGRAM_TOKEN)
        if bot is None:
            raise OrderError("bot: a bot's token")
        if text(given, "do") == "repeat":
            return await self._repeat(bot, given)
        update = self.chats.act(bot, given)
        if not update:
            return {"update_id": None, "delivered": False}
        number = whole(given, "update_id")
        if number is None:
            numbered = bot.put(update)
        else:
            numbered = {"update_id": number, **update}
            bot.put_again(numbered)
        if not bot.wants(numbered):
            return {"update_id": numbered["update_id"], "delivered": False}
        return await self._delivered(bot, [numbered])

    async def _repeat(self, bot: Bot, given: Mapping[str, Any]) -> dict[str, Any]:
        count = whole(given, "count") or 1
        every = [*bot.delivered, *bot.pending.values()][-count:]
        if not every:
            raise OrderError("do: this bot has had no update to repeat")
        for update in every:
            bot.put_again(update)
        return await self._delivered(bot, every)

    async def _delivered(self, bot: Bot, updates: list[Update]) -> dict[str, Any]:
        firsts = [self._webhooks.push(bot, update) for update in updates]
        done, _ = await asyncio.wait(firsts, timeout=FIRST_TRY)
        arrived = len(done) == len(firsts) and all(first.result() for first in done)
        return {"update_id": updates[-1]["update_id"], "delivered": arrived}

    async def _called(self, bot: Bot, method: str, given: Parameters) -> Response:
        """A method that a bot asked for in its answer to an update."""
        answered = self._call(Nobody(), bot, method, given)
        return answered if isinstance(answered, Response) else await answered

    def _call(self, asker: Asker, bot: Bot | None, method: str, given: Parameters) -> Answered:
        # An edited message is shown as another one: what matters is what the chat reads last.
        if method.lower() in ("sendmessage", "editmessagetext"):
            return self._send(asker, bot, given)
        if bot is None:
            return failed(TELEGRAM["token"].status, TELEGRAM["token"].description)
        answer = self._methods.of(method)
        if answer is None:
            return failed(404, "Not Found: method not found")
        return self._answer(asker, bot, method, partial(answer, bot, given))

    async def _answer(
        self, asker: Asker, bot: Bot, method: str, answer: Callable[[], Awaitable[Response]]
    ) -> Response:
        stopped = await obstruct(asker, self._sandbox, TelegramVoice(self._sandbox, bot), method)
        try:
            return stopped or await answer()
        except (ValueError, TypeError):
            return _UNREADABLE

    def _send(self, asker: Asker, bot: Bot | None, given: Parameters) -> Answered:
        incoming = Incoming(
            channel="telegram",
            address=str(given.get("chat_id", "")),
            text=str(given.get("text", "")),
            account=str(bot.number) if bot else "",
            details={name: _written(given[name]) for name in DETAILS if name in given},
        )
        voice = TelegramVoice(self._sandbox, bot or Bot(0))
        if bot is None:
            return refuse(self._sandbox, incoming, voice, "token")
        preset = self._own_refusal(bot, incoming)
        if preset:
            return refuse(self._sandbox, incoming, voice, preset)
        if self._sandbox.rates.on:
            wait = self._sandbox.rates.wait(incoming.account, incoming.address)
            if wait:
                self._sandbox.record(incoming, taken=False, error="throttle")
                return voice.throttled(wait + 0.5)
        if "reply_markup" in incoming.details:
            incoming.once_taken = lambda entry: self.chats.heard(bot, entry)
        return exchange(asker, self._sandbox, incoming, voice)

    def _own_refusal(self, bot: Bot, incoming: Incoming) -> str:
        """The preset by which Telegram itself would refuse, empty if it would not."""
        if not incoming.address:
            return "chat_empty"
        if not incoming.text.strip():
            return "empty"
        if len(incoming.text) > LONGEST_TEXT:
            return "too_long"
        return self.chats.refusal(bot, incoming.address) if self.chats.away else ""

    def _reset(self) -> None:
        self._webhooks.reset()
        self.bots.reset()
        self.chats.reset()


def _written(value: object) -> str:
    """A parameter as the log keeps it: an object as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
