"""How many messages a provider takes in a second; off until it is told otherwise."""

import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Any

from channels_app.sandbox.orders import OrderError

WINDOW = 1.0  # seconds
KEPT_CHATS = 20_000
NAMES = ("per_bot", "per_chat")


class Rates:
    """Telegram's: of a bot in all, and of it to one chat."""

    def __init__(self) -> None:
        self.per_bot: int | None = None
        self.per_chat: int | None = None
        self._bots: dict[str, deque[float]] = {}
        self._chats: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    @property
    def on(self) -> bool:
        """Whether there is any limit."""
        return self.per_bot is not None or self.per_chat is not None

    def set(self, given: Mapping[str, Any] | None) -> None:
        """Take `{"per_bot": …, "per_chat": …}`; what is not in it has no limit. OrderError if it cannot be."""
        wanted = given or {}
        unknown = sorted(set(wanted) - set(NAMES))
        if unknown:
            raise OrderError(f"telegram: only {' and '.join(NAMES)}")
        for name in NAMES:
            value = wanted.get(name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise OrderError(f"{name}: a whole number from 1, or null for none")
        self.per_bot, self.per_chat = wanted.get("per_bot"), wanted.get("per_chat")
        self._bots.clear()
        self._chats.clear()

    def shown(self) -> dict[str, int | None]:
        """The limits in force."""
        return {"per_bot": self.per_bot, "per_chat": self.per_chat}

    def wait(self, bot: str, chat: str, now: float | None = None) -> float:
        """Seconds until one more would be taken; 0 if it is, and it is counted then."""
        moment = time.monotonic() if now is None else now
        lines = []
        if self.per_bot is not None:
            lines.append((self._bots.setdefault(bot, deque()), self.per_bot))
        if self.per_chat is not None:
            lines.append((self._chat(bot, chat), self.per_chat))
        waits = [_free_in(line, most, moment) for line, most in lines]
        if any(waits):
            return max(waits)
        for line, _ in lines:
            line.append(moment)
        return 0.0

    def _chat(self, bot: str, chat: str) -> deque[float]:
        line = self._chats.setdefault((bot, chat), deque())
        self._chats.move_to_end((bot, chat))
        if len(self._chats) > KEPT_CHATS:
            self._chats.popitem(last=False)
        return line


def _free_in(line: deque[float], most: int, now: float) -> float:
    while line and line[0] <= now - WINDOW:
        line.popleft()
    return line[0] + WINDOW - now if len(line) >= most else 0.0
