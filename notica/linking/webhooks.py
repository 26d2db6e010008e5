"""Whether Telegram brings a bot's updates or keeps them to be fetched: set, taken off, and told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from telegram.error import TelegramError

from channels_app.reasons import reason_text
from channels_app.telegram.api import BotApi
from channels_app.telegram.errors import classify
from notica.linking.bots import Bot
from notica.linking.heard import note_heard
from notica.linking.webhook import webhook_path


class Said(NamedTuple):
    """What came of it for one bot, as a sentence."""

    bot: str
    good: bool
    words: str


Step = Callable[[Bot, BotApi], Awaitable[str]]


def missing_for_webhook(bots: Iterable[Bot]) -> list[str]:
    """Sentences about what a webhook lacks, and what to do."""
    found = []
    if not settings.PUBLIC_URL.startswith("https://"):
        found.append(
            _("PUBLIC_URL no empieza por https://: Telegram no puede traer nada. Póngala, o quite --webhook.")
        )
    found += [
        _("%(bot)s: falta TELEGRAM_WEBHOOK_SECRET. Póngale una cadena al azar de letras sin acento y cifras.")
        % {"bot": bot.words}
        for bot in bots
        if not bot.secret
    ]
    return found


def set_webhooks(bots: Iterable[Bot]) -> list[Said]:
    """Have Telegram bring the updates of each bot to its own address."""
    asked = list(bots)
    told = _each(asked, _set)
    for bot, said in zip(asked, told, strict=True):
        if said.good:
            note_heard(bot.account_id, heard=True)
    return told


def delete_webhooks(bots: Iterable[Bot]) -> list[Said]:
    """Have the updates wait to be fetched."""
    return _each(bots, _delete)


def states(bots: Iterable[Bot]) -> list[Said]:
    """How each bot stands at Telegram."""
    return _each(bots, _state)


def _each(bots: Iterable[Bot], step: Step) -> list[Said]:
    return asyncio.run(_all(list(bots), step))


async def _all(bots: list[Bot], step: Step) -> list[Said]:
    return list(await asyncio.gather(*(_one(bot, step) for bot in bots)))


async def _one(bot: Bot, step: Step) -> Said:
    async with BotApi(bot.environment) as api:
        try:
            return Said(bot.words, good=True, words=await step(bot, api))
        except TelegramError as error:
            said = classify(error)
            return Said(
                bot.words, good=False, words=": ".join(filter(None, [reason_text(said.code), said.detail]))
            )


async def _set(bot: Bot, api: BotApi) -> str:
    url = f"{settings.PUBLIC_URL}{webhook_path(bot.owner)}"
    await api.set_webhook(url, bot.secret)
    return _("las novedades llegan a %(url)s") % {"url": url}


async def _delete(bot: Bot, api: BotApi) -> str:
    await api.delete_webhook()
    return _("las novedades esperan a que se pidan")


async def _state(bot: Bot, api: BotApi) -> str:
    name, hook = await api.handle(), await api.webhook()
    url = str(hook.get("url") or "")
    waiting = hook.get("pending_update_count")
    told = [
        f"@{name}",
        _("llegan a %(url)s") % {"url": url} if url else _("se piden (sin webhook)"),
        _("esperan %(number)s") % {"number": waiting if isinstance(waiting, int) else "?"},
    ]
    if hook.get("last_error_message"):
        told.append(_("último fallo: %(words)s") % {"words": str(hook["last_error_message"])[:200]})
    return " · ".join(told)
