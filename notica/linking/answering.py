"""Says what a bot answers, beside the fetching: one whom Telegram has wait keeps nobody else waiting."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from django.db import DatabaseError
from telegram.error import TelegramError

from channels_app.telegram.api import BotApi
from channels_app.telegram.errors import classify
from channels_app.telegram.replies import Reply
from channels_app.telegram.request import Refused
from notica.account_state import heed
from notica.linking.bots import Bot
from notica.verdicts import judge_account

logger = logging.getLogger(__name__)
LONGEST_WAIT: Final = (
    30.0  # seconds that an answer waits where Telegram asks it to; beyond them it stays unsaid
)
MOST_AT_ONCE: Final = 100  # answers under way; one more stays unsaid
LAST_WORDS: Final = 3.0  # seconds for what is under way when the bot is heard no more


class Answers:
    """Those of one bot that are under way."""

    def __init__(self, bot: Bot, database: ThreadPoolExecutor) -> None:
        self._bot = bot
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()

    def say(self, api: BotApi, reply: Reply) -> None:
        """Begin to; what becomes of it is logged."""
        if len(self._tasks) >= MOST_AT_ONCE:
            logger.warning("telegram %s: not answered: too many wait", self._bot.words)
            return
        task = asyncio.create_task(self._say(api, reply))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give those under way a last moment."""
        if not self._tasks:
            return
        _done, late = await asyncio.wait(self._tasks, timeout=LAST_WORDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _say(self, api: BotApi, reply: Reply) -> None:
        calls = [(reply.method, reply.parameters)]
        if reply.press:
            calls.append(("answerCallbackQuery", {"callback_query_id": reply.press}))
        for method, parameters in calls:
            try:
                await self._call(api, method, parameters)
            except TelegramError as error:
                logger.info("telegram %s: not answered: %s", self._bot.words, classify(error).code)
            except Exception:
                logger.exception("telegram %s: an answer broke", self._bot.words)

    async def _call(self, api: BotApi, method: str, parameters: dict[str, Any]) -> None:
        try:
            await api.call(method, parameters)
        except Refused as error:
            if error.status != 429:
                raise
            await asyncio.get_running_loop().run_in_executor(self._database, self._pause, error)
            if error.retry_after is None or error.retry_after > LONGEST_WAIT:
                raise
            await asyncio.sleep(error.retry_after)
            await api.call(method, parameters)

    def _pause(self, error: Refused) -> None:
        """All that goes out by the account rests, as after a send that Telegram has wait."""
        try:
            heed(self._bot.account_id, judge_account([classify(error)]), probing=False)
        except DatabaseError:
            logger.warning("telegram %s: it is to rest, and that cannot be said", self._bot.words)
