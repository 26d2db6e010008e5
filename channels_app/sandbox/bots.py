"""Telegram's bots: what waits for each, its webhook, and what it says of itself."""

import asyncio
import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from channels_app.sandbox.state import TELEGRAM_ENDING

KEPT_UPDATES = 10_000
KEPT_DELIVERED = 1_000
MOST_CONNECTIONS = 40  # at once, unless the bot wants fewer
TOKEN = re.compile(r"(\d{1,15}):" + TELEGRAM_ENDING)
NOT_UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

Update = dict[str, Any]


@dataclass(slots=True)
class Webhook:
    """Where a bot wants its updates; no `url` means that it fetches them."""

    url: str = ""
    secret: str = ""
    max_connections: int = MOST_CONNECTIONS
    last_error_date: int = 0
    last_error_message: str = ""
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_CONNECTIONS))


@dataclass(slots=True)
class Bot:
    """One bot.

    `pending` are the updates that it has not confirmed, by their numbers in the order in which they came; `again`
    those that are handed out once more although it has seen them, or later ones.
    """

    number: int
    pending: dict[int, Update] = field(default_factory=dict)
    again: deque[Update] = field(default_factory=deque)
    delivered: deque[Update] = field(default_factory=lambda: deque(maxlen=KEPT_DELIVERED))
    last_update: int = field(default_factory=lambda: int(time.time()))  # higher than those before a restart
    webhook: Webhook = field(default_factory=Webhook)
    allowed: frozenset[str] = frozenset()
    news: asyncio.Event = field(default_factory=asyncio.Event)
    poll: int = 0  # the number of the poll that is being answered
    words: dict[tuple[str, str], Any] = field(
        default_factory=dict
    )  # (what, language): commands, descriptions

    @property
    def username(self) -> str:
        """Its name in links."""
        return f"plumier_{self.number}_bot"

    def profile(self) -> dict[str, Any]:
        """The bot as a Telegram user."""
        return {"id": self.number, "is_bot": True, "first_name": "Plumier", "username": self.username}

    def wants(self, update: Update) -> bool:
        """Whether it asked for updates of this kind."""
        kinds = update.keys() - {"update_id"}
        return bool(kinds & self.allowed) if self.allowed else not kinds & NOT_UNASKED

    def put(self, update: Update) -> Update:
        """Number an update and let it wait; the oldest gives way when there are too many."""
        self.last_update += 1
        numbered = {"update_id": self.last_update, **update}
        if self.wants(update):
            self.pending[self.last_update] = numbered
            if len(self.pending) > KEPT_UPDATES:
                del self.pending[next(iter(self.pending))]
        self.news.set()
        return numbered

    def put_again(self, update: Update) -> None:
        """Hand out an update with a number that may be an old one."""
        self.again.append(update)
        self.news.set()

    def confirm(self, number: int) -> None:
        """It has an update."""
        update = self.pending.pop(number, None)
        if update is not None:
            self.delivered.append(update)

    def confirm_before(self, offset: int) -> None:
        """It has all updates before that number; a negative one leaves only so many of the last."""
        if offset < 0:
            for number in list(self.pending)[:offset]:
                del self.pending[number]
        while offset > 0 and self.pending and (first := next(iter(self.pending))) < offset:
            self.confirm(first)

    def fetch(self, limit: int) -> list[Update]:
        """The next updates, those that are repeated first and never again."""
        found = [self.again.popleft() for _ in range(min(limit, len(self.again)))]
        return found + list(self.pending.values())[: limit - len(found)]

    @property
    def waiting(self) -> int:
        """How many updates wait."""
        return len(self.pending) + len(self.again)

    def drop(self) -> None:
        """Forget what waits."""
        self.pending.clear()
        self.again.clear()


class Bots:
    """Every number before `:sandbox` is a bot of its own."""

    def __init__(self) -> None:
        self._bots: dict[int, Bot] = {}

    def of(self, token: str) -> Bot | None:
        """The bot of a token, None if there is no such token."""
        match = TOKEN.fullmatch(token)
        return self.numbered(int(match[1])) if match else None

    def numbered(self, number: int) -> Bot:
        """The bot of a number."""
        found = self._bots.get(number)
        if found is None:
            found = self._bots[number] = Bot(number)
        return found

    def named(self, username: str) -> Bot | None:
        """The bot of a name in a link."""
        match = re.fullmatch(r"plumier_(\d{1,15})_bot", username)
        return self.numbered(int(match[1])) if match else None

    def known(self) -> list[Bot]:
        """Those that were spoken of, by number."""
        return [self._bots[number] for number in sorted(self._bots)]

    def reset(self) -> None:
        """No webhooks, nothing that waits."""
        for bot in self._bots.values():
            bot.webhook, bot.allowed = Webhook(), frozenset()
            bot.drop()
            bot.delivered.clear()
