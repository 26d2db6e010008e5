"""The calls that a bot makes for itself: its updates, its name, its webhook, its words."""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

from telegram import Bot
from telegram.error import TelegramError

from channels_app.http import HttpSession
from channels_app.telegram.channel import DEFAULT_API_URL
from channels_app.telegram.request import OwnRequest
from channels_app.telegram.updates import KINDS

DEADLINE: Final = 20.0  # seconds for a call, beside a long poll's own time
_CAPITAL = re.compile(r"(?=[A-Z])")
ODD: Final = "a success that says nothing"
MOST_AT_ONCE: Final = 4  # updates that are brought side by side: a bot carries out one after the other
CONNECTIONS: Final = 2  # one waits for updates while the other answers


class BotApi:
    """One bot, open on the running loop. Every call raises TelegramError where it is refused or not answered."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment` is the account's, as for its channel."""
        url = environment.get("TELEGRAM_API_URL", DEFAULT_API_URL).rstrip("/")
        self._http = HttpSession(DEADLINE, CONNECTIONS)
        request = OwnRequest(self._http)
        self._bot = Bot(
            environment["TELEGRAM_TOKEN"],
            base_url=f"{url}/bot",
            request=request,
            get_updates_request=request,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def call(self, method: str, parameters: Mapping[str, Any], seconds: float = 0) -> Any:
        """The result as it came; `seconds` are added to the deadline."""
        # Written so it is none of the library's own methods, of whose use for a raw answer it would warn.
        name = _CAPITAL.sub("__", method)
        try:
            return await self._bot.do_api_request(name, dict(parameters), read_timeout=DEADLINE + seconds)
        except (AttributeError, KeyError, TypeError) as error:
            # The library takes any success for an object with a result.
            raise TelegramError(ODD) from error

    async def updates(self, offset: int, seconds: int) -> list[Any]:
        """What came since, waiting for it so long; asking from `offset` on forgets what is before it."""
        found = await self.call(
            "getUpdates", {"offset": offset, "timeout": seconds, "allowed_updates": list(KINDS)}, seconds
        )
        if not isinstance(found, list):
            raise TelegramError(ODD)
        return found

    async def handle(self) -> str:
        """The bot's @username, without the @."""
        found = await self.call("getMe", {})
        return str(found.get("username", "")) if isinstance(found, dict) else ""

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have the updates brought to `url` with the secret in a header."""
        given = {
            "url": url,
            "secret_token": secret,
            "allowed_updates": list(KINDS),
            "max_connections": MOST_AT_ONCE,
        }
        await self.call("setWebhook", given)

    async def delete_webhook(self) -> None:
        """Have the updates wait to be fetched."""
        await self.call("deleteWebhook", {})

    async def webhook(self) -> Mapping[str, Any]:
        """What Telegram says of the webhook; its `url` is empty without one."""
        found = await self.call("getWebhookInfo", {})
        return found if isinstance(found, dict) else {}
