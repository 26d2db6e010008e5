"""Telegram, by a bot: the address is the chat that a phone was linked to."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from telegram import Bot
from telegram.error import TelegramError

from channels_app.base import AddressKind, Capabilities, Outcome, OutcomeClass, Outgoing
from channels_app.http import HttpChannel, is_web_address
from channels_app.telegram import errors
from channels_app.telegram.request import OwnRequest

DEFAULT_API_URL = "https://api.telegram.org"
MAX_LENGTH = 4096
RATE = 25.0  # a second and bot; the Bot API allows about 30
SPACING = 1.0  # seconds; the Bot API wants no more than a message a second in a chat
# The Bot API minds no case. In this one the library hands over the answer as it came: making its Message
# of it, which nobody here reads, costs as much as all the rest of a send.
METHOD = "sendmessage"
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class TelegramChannel(HttpChannel):
    """One bot. Texts go out plain, so that nothing in them is ever read as markup."""

    name = "telegram"
    capabilities = Capabilities(
        AddressKind.CHAT,
        max_length=MAX_LENGTH,
        needs_activation=True,
        concurrency=300,
        rate=RATE,
        spacing=SPACING,
    )
    variables: ClassVar[tuple[str, ...]] = ("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_SECRET")
    required: ClassVar[tuple[str, ...]] = ("TELEGRAM_TOKEN",)
    reasons = errors.REASONS

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        url = environment.get("TELEGRAM_API_URL", DEFAULT_API_URL).rstrip("/")
        request = OwnRequest(self.http)
        self.bot = Bot(
            environment["TELEGRAM_TOKEN"],
            base_url=f"{url}/bot",
            request=request,
            get_updates_request=request,
        )

    @classmethod
    def problems(cls, environment: Mapping[str, str]) -> list[str]:
        found = []
        if not _TOKEN.fullmatch(environment.get("TELEGRAM_TOKEN", "")):
            found.append(_("TELEGRAM_TOKEN no es el que da @BotFather: cifras, dos puntos y una clave."))
        if not is_web_address(environment.get("TELEGRAM_API_URL", DEFAULT_API_URL)):
            found.append(_("TELEGRAM_API_URL no es una dirección http o https."))
        if not _SECRET.fullmatch(environment.get("TELEGRAM_WEBHOOK_SECRET", "unset")):
            found.append(
                _("TELEGRAM_WEBHOOK_SECRET no sirve: póngale de 1 a 256 letras sin acento, cifras, _ o -.")
            )
        return found

    async def attempt(self, outgoing: Outgoing) -> Outcome:
        text = outgoing.content.text
        if len(text) > MAX_LENGTH:
            return errors.TOO_LONG
        try:
            said: Any = await self.bot.do_api_request(METHOD, {"chat_id": outgoing.address, "text": text})
        except TelegramError as error:
            return errors.classify(error, outgoing.address)
        return Outcome(OutcomeClass.ACCEPTED, provider_id=str(said["message_id"]))
