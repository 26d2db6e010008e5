"""How a bot introduces itself, and its own name, both asked and told by a job: `getMe`, commands, descriptions."""

import asyncio
import logging
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError
from telegram.error import TelegramError

from channels_app.models import ChannelAccount
from channels_app.telegram.api import BotApi
from channels_app.telegram.errors import classify
from notica.heartbeat import bots_are_polled
from notica.linking import words
from notica.linking.bots import Bot, all_bots, bot_with, takes_webhook
from notica.linking.heard import note_heard
from plumier.wakeups import wake

logger = logging.getLogger(__name__)
JOB: Final = "notica.linking.profile.refresh"
GOOD_FOR: Final = 24 * 3600  # seconds
AGAIN_AFTER: Final = 600  # seconds, when a bot could not be asked
Call = tuple[str, dict[str, Any]]


def refresh(account_id: int) -> str:
    """Job: ask a bot its name, keep it, and tell Telegram its commands and descriptions; the name."""
    bot = bot_with(account_id)
    if bot is None:
        return ""
    handle = asyncio.run(_introduce(bot, introductions()))
    if handle:
        ChannelAccount.objects.filter(pk=account_id).update(handle=handle)
        _remember(bot, GOOD_FOR)
    return handle


def wake_profiles() -> None:
    """The clock: once a day for each bot, and at once for one with another token."""
    for bot in all_bots():
        if _remember(bot, AGAIN_AFTER, new=True):
            wake(JOB, bot.account_id)


def introductions() -> list[Call]:
    """What is told of each language; those of the settings' own are for whoever reads another one, too."""
    calls: list[Call] = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for language in ["", code] if code == settings.LANGUAGE_CODE else [code]:
                calls += _introduction(language)
    return calls


def _introduction(language: str) -> list[Call]:
    names = words.command_names()
    commands = [
        {"command": names[meaning], "description": what} for meaning, what in words.command_words().items()
    ]
    said = {"language_code": language} if language else {}
    return [
        ("setMyCommands", {"commands": commands, **said}),
        ("setMyDescription", {"description": words.description(), **said}),
        ("setMyShortDescription", {"short_description": words.short_description(), **said}),
    ]


async def _introduce(bot: Bot, calls: list[Call]) -> str:
    async with BotApi(bot.environment) as api:
        try:
            handle = await api.handle()
        except TelegramError as error:
            logger.warning("telegram %s: its name is not known: %s", bot.words, classify(error).code)
            return ""
        heard = await _is_heard(api)
        await asyncio.to_thread(note_heard, bot.account_id, heard=heard)
        if takes_webhook(bot) and not heard:
            logger.warning(
                "telegram %s: nobody hears it: run telegram_bot --webhook, or telegram_bot alone", bot.words
            )
        for method, parameters in calls:
            try:
                await api.call(method, parameters)
            except TelegramError as error:
                logger.warning("telegram %s: %s: %s", bot.words, method, classify(error).code)
                break
    return handle[:64]


async def _is_heard(api: BotApi) -> bool:
    """Whether Telegram brings its updates or somebody fetches them; it is said again by what fails if not known."""
    try:
        return bool((await api.webhook()).get("url")) or await asyncio.to_thread(bots_are_polled)
    except TelegramError:
        return True


def _remember(bot: Bot, seconds: int, *, new: bool = False) -> bool:
    """Note that it need not be asked for so long; with `new` whether that was not noted already."""
    token = salted_hmac("notica.linking.profile", bot.environment["TELEGRAM_TOKEN"]).hexdigest()
    key = f"linking:profile:{bot.account_id}:{token}"
    try:
        if new:
            return bool(cache.add(key, 1, seconds))
        cache.set(key, 1, seconds)
    except RedisError:
        logger.warning("telegram %s: no word on when it was asked: Redis is away", bot.words)
    return False
