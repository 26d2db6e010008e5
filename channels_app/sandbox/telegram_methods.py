"""The methods of the Bot API that send nothing."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from channels_app.sandbox.bots import MOST_CONNECTIONS, Bot, Webhook
from channels_app.sandbox.chats import Chats
from channels_app.sandbox.presets import TELEGRAM
from channels_app.sandbox.state import Sandbox
from channels_app.sandbox.telegram_voice import chat, failed, succeeded
from channels_app.sandbox.web import Response
from channels_app.sandbox.webhooks import Webhooks

LONGEST_POLL = 50.0  # seconds
MOST_WEBHOOK_CONNECTIONS = 100
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

Parameters = Mapping[str, Any]
Method = Callable[[Bot, Parameters], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Wording:
    """Something that a bot says of itself, by language: where it stands in what is given and answered."""

    name: str
    empty: str | tuple[()] = ""


WORDINGS = {
    "commands": Wording("commands", ()),
    "description": Wording("description"),
    "shortdescription": Wording("short_description"),
    "name": Wording("name"),
}


class Methods:
    """By their names in lower case: Telegram minds no case."""

    def __init__(self, sandbox: Sandbox, chats: Chats, webhooks: Webhooks) -> None:
        self._sandbox = sandbox
        self._chats = chats
        self._webhooks = webhooks
        self._methods: dict[str, Method] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "getchat": self._get_chat,
            "sendchataction": self._send_chat_action,
            "answercallbackquery": self._answer_callback_query,
        }
        for what in WORDINGS:
            self._methods[f"setmy{what}"] = self._setter(what)
            self._methods[f"getmy{what}"] = self._getter(what)

    def of(self, name: str) -> Method | None:
        """The method of a name, None if it is not known here."""
        return self._methods.get(name.lower())

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
        if bot.webhook.url:
            return failed(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 100))
        _allow(bot, given)
        bot.confirm_before(offset)
        bot.poll += 1
        mine = bot.poll
        bot.news.set()
        deadline = time.monotonic() + min(float(given.get("timeout", 0)), LONGEST_POLL)
        while not bot.waiting and bot.poll == mine and time.monotonic() < deadline:
            bot.news.clear()
            try:
                await asyncio.wait_for(bot.news.wait(), deadline - time.monotonic())
            except TimeoutError:
                break
        if bot.poll != mine:
            return failed(TELEGRAM["conflict"].status, TELEGRAM["conflict"].description)
        return succeeded(bot.fetch(max(1, min(limit, 100))))

    async def _set_webhook(self, bot: Bot, given: Parameters) -> Response:
        url, secret = str(given.get("url", "")), str(given.get("secret_token", "") or "")
        if not url:
            return await self._delete_webhook(bot, given)
        if secret and SECRET.fullmatch(secret) is None:
            return failed(400, "Bad Request: secret token contains unallowed characters")
        most = max(1, min(int(given.get("max_connections", MOST_CONNECTIONS)), MOST_WEBHOOK_CONNECTIONS))
        _allow(bot, given)
        _drop_pending(bot, given)
        bot.webhook = Webhook(url, secret, most, room=asyncio.Semaphore(most))
        self._webhooks.begin(bot)
        return succeeded(True, "Webhook was set")

    async def _delete_webhook(self, bot: Bot, given: Parameters) -> Response:
        there = bool(bot.webhook.url)
        bot.webhook = Webhook()
        _drop_pending(bot, given)
        self._webhooks.begin(bot)
        return succeeded(True, "Webhook was deleted" if there else "Webhook is already deleted")

    async def _get_webhook_info(self, bot: Bot, given: Parameters) -> Response:
        hook = bot.webhook
        told: dict[str, Any] = {
            "url": hook.url,
            "has_custom_certificate": False,
            "pending_update_count": bot.waiting,
        }
        if hook.url:
            told["max_connections"] = hook.max_connections
        if hook.last_error_date:
            told |= {
                "last_error_date": hook.last_error_date,
                "last_error_message": hook.last_error_message,
            }
        return succeeded(told | ({"allowed_updates": sorted(bot.allowed)} if bot.allowed else {}))

    async def _get_chat(self, bot: Bot, given: Parameters) -> Response:
        address = str(given.get("chat_id", ""))
        if not address:
            return failed(TELEGRAM["chat_empty"].status, TELEGRAM["chat_empty"].description)
        found = self._chats.of(int(address)).chat() if address.isdigit() else chat(address)
        return succeeded({**found, "accent_color_id": 0, "max_reaction_count": 11})

    async def _send_chat_action(self, bot: Bot, given: Parameters) -> Response:
        address = str(given.get("chat_id", ""))
        preset = self._chats.refusal(bot, address) if address else "chat_empty"
        if preset:
            return failed(TELEGRAM[preset].status, TELEGRAM[preset].description)
        return succeeded(True)

    async def _answer_callback_query(self, bot: Bot, given: Parameters) -> Response:
        chat_number = self._chats.pressed.pop(str(given.get("callback_query_id", "")), None)
        if chat_number is None:
            return failed(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        self._chats.of(chat_number).notice = str(given.get("text", "") or "")
        return succeeded(True)

    def _setter(self, what: str) -> Method:
        wording = WORDINGS[what]

        async def answer(bot: Bot, given: Parameters) -> Response:
            said = given.get(wording.name, wording.empty)
            said = json.loads(said) if what == "commands" and isinstance(said, str) else said
            if what == "commands" and not _are_commands(said):
                return failed(400, "Bad Request: BOT_COMMAND_INVALID")
            bot.words[what, str(given.get("language_code", "") or "")] = said
            return succeeded(True)

        return answer

    def _getter(self, what: str) -> Method:
        wording = WORDINGS[what]

        async def answer(bot: Bot, given: Parameters) -> Response:
            language = str(given.get("language_code", "") or "")
            said = bot.words.get((what, language), bot.words.get((what, ""), wording.empty))
            return succeeded(said if what == "commands" else {wording.name: said})

        return answer


def _are_commands(said: object) -> bool:
    return isinstance(said, list | tuple) and all(
        isinstance(each, dict)
        and re.fullmatch(r"[a-z0-9_]{1,32}", str(each.get("command", "")))
        and 1 <= len(str(each.get("description", ""))) <= 256
        for each in said
    )


def _allow(bot: Bot, given: Parameters) -> None:
    """Which kinds of updates it wants; said once, it holds until it is said otherwise."""
    allowed = given.get("allowed_updates")
    if allowed is not None:
        kinds = json.loads(allowed) if isinstance(allowed, str) else allowed
        bot.allowed = frozenset(map(str, kinds))


def _drop_pending(bot: Bot, given: Parameters) -> None:
    if str(given.get("drop_pending_updates", "")).lower() in ("true", "1"):
        bot.drop()
