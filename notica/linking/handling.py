"""The one door of a bot's updates, however they came: seen once, carried out and noted in one transaction."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from channels_app.telegram.replies import Reply
from channels_app.telegram.updates import Press, Update, read_update
from notica.linking.bots import Bot
from notica.linking.conversation import answer
from notica.models import BotChat, BotUpdate
from notica.throttling import too_often

logger = logging.getLogger(__name__)
LOCK_CLASS: Final = 7004
PATIENCE: Final = "3s"  # for a lock: who waits for one holds up the bot, and is handed in again
# Telegram keeps an update for a day. What is older than two is not carried out, and what was is known for three.
OLDEST: Final = timedelta(days=2)
MOST_ANSWERS: Final = 20  # to one chat in …
WITHIN: Final = 600  # seconds


def handle(bot: Bot, given: Any, now: datetime) -> Reply | None:
    """Carry out an update as Telegram wrote it; what to answer, if anything. The same one again does nothing.

    Raises DatabaseError alone: then nothing was done, and it is to be handed in again.
    """
    update = read_update(given)
    if update is None:
        logger.warning("telegram %s: an update that is none", bot.words)
        return None
    reply = _carry_out(bot, update, now)
    logger.info("telegram %s: %s", bot.words, update.kind)
    flood = f"{bot.account_id}:{update.chat}"
    if reply is not None and too_often("bot_answers", flood, MOST_ANSWERS, WITHIN):
        return None
    return reply


@transaction.atomic
def _carry_out(bot: Bot, update: Update, now: datetime) -> Reply | None:
    alone(bot)
    if not _is_new(bot, update, now) or update.event is None:
        return None
    at = min(update.date, now) if update.date is not None else None
    pressed = isinstance(update.event, Press)
    if not pressed and (at is None or now - at > OLDEST):
        return None
    row, _made = BotChat.objects.get_or_create(
        account_id=bot.account_id, chat=update.chat, defaults={"seen_at": now}
    )
    row.seen_at = now
    # A button of a message that is too old has no moment any more.
    reply = answer(bot, row, update, at or now - 2 * OLDEST, now)
    row.save()
    return reply


def alone(bot: Bot) -> None:
    """One update of a bot at a time, to the transaction's end: two shares of one phone wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, bot.account_id % 2**31])


def _is_new(bot: Bot, update: Update, now: datetime) -> bool:
    if BotUpdate.objects.filter(account=bot.account_id, number=update.id).exists():
        return False
    BotUpdate.objects.create(account_id=bot.account_id, number=update.id, seen_at=now)
    return True
