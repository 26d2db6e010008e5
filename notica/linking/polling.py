"""Fetches the bots' updates by long polling. One is forgotten at Telegram only when it is carried out here."""

import asyncio
import logging
import signal
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from django.db import InterfaceError, OperationalError, close_old_connections, connections
from telegram.error import TelegramError

from channels_app.telegram.api import BotApi
from channels_app.telegram.errors import classify
from channels_app.telegram.replies import Reply
from channels_app.telegram.request import Refused
from notica.heartbeat import beat_bots
from notica.linking import profile
from notica.linking.answering import Answers
from notica.linking.bots import Bot, all_bots
from notica.linking.handling import handle
from plumier.clock import database_now
from plumier.wakeups import wake

logger = logging.getLogger(__name__)
POLL_SECONDS: Final = 50
BEAT_SECONDS: Final = 20.0
LONGEST_REST: Final = 60.0  # seconds, when Telegram or the database is away
MOST_FAILURES: Final = 3  # of one update that breaks here: it is left out, and that is logged


def poll_all() -> None:
    """Fetch the updates of every bot until SIGINT or SIGTERM."""
    bots = all_bots()
    for bot in bots:
        wake(profile.JOB, bot.account_id)
    connections.close_all()
    asyncio.run(_until_stopped(bots))


async def _until_stopped(bots: Iterable[Bot]) -> None:
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel if task else loop.stop)
    with suppress(asyncio.CancelledError):
        await poll(bots)


async def poll(bots: Iterable[Bot]) -> None:
    """Fetch the updates of these bots until it is cancelled; what is being carried out comes to its end."""
    # One thread talks to the database, the event loop to the network.
    database = ThreadPoolExecutor(1, "bots")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_beat())
            for bot in bots:
                group.create_task(Poller(bot, database).run())
    finally:
        database.submit(connections.close_all)
        database.shutdown()


async def _beat() -> None:
    while True:
        await asyncio.to_thread(beat_bots)
        await asyncio.sleep(BEAT_SECONDS)


class Poller:
    """One bot's updates, one after the other."""

    def __init__(self, bot: Bot, database: ThreadPoolExecutor) -> None:
        self._bot = bot
        self._database = database
        self.answers = Answers(bot, database)
        self._offset = 0
        self._troubles = 0  # in a row
        self._said = ""  # the trouble that was logged last
        self._failures = 0  # of the next update

    async def run(self) -> None:
        """Round after round. Whatever breaks in this bot, the others are still heard."""
        while True:
            try:
                await self._rounds()
            except Exception:
                logger.exception("telegram %s: a round broke", self._bot.words)
                await self._rest("unforeseen", None)

    async def _rounds(self) -> None:
        async with BotApi(self._bot.environment) as api:
            try:
                while True:
                    await self.round(api)
            finally:
                await self.answers.close()

    async def round(self, api: BotApi) -> None:
        """Fetch once and carry out what came; after a trouble rest, longer each time."""
        try:
            updates = await api.updates(self._offset, POLL_SECONDS)
        except TelegramError as error:
            asked = error.retry_after if isinstance(error, Refused) else None
            await self._rest(classify(error).code, asked)
            return
        self._recovered()
        for update in updates:
            if not await self._take(api, update):
                return

    async def _take(self, api: BotApi, update: Any) -> bool:
        """Carry one out and answer; False if it must be fetched again."""
        loop = asyncio.get_running_loop()
        try:
            reply = await loop.run_in_executor(self._database, carry_out, self._bot, update)
        except (OperationalError, InterfaceError):
            await self._rest("database", None)
            return False
        except Exception:
            self._failures += 1
            logger.exception("telegram %s: an update broke, %d", self._bot.words, self._failures)
            if self._failures < MOST_FAILURES:
                await self._rest("update", None)
                return False
            reply = None
        self._failures = 0
        self._offset = max(self._offset, _number(update) + 1)
        if reply is not None:
            self.answers.say(api, reply)
        return True

    async def _rest(self, trouble: str, asked: float | None) -> None:
        if trouble != self._said:
            logger.warning("telegram %s: no updates for now: %s", self._bot.words, trouble)
            self._said = trouble
        self._troubles += 1
        seconds = max(asked or 0.0, min(LONGEST_REST, 2.0 ** min(self._troubles - 1, 10)))
        await asyncio.sleep(min(seconds, LONGEST_REST))

    def _recovered(self) -> None:
        if self._said:
            logger.warning("telegram %s: updates come again", self._bot.words)
        self._said, self._troubles = "", 0


def carry_out(bot: Bot, update: Any) -> Reply | None:
    """One update, in the database's thread."""
    close_old_connections()
    return handle(bot, update, database_now())


def _number(update: Any) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else -1
