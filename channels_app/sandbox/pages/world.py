"""What the pages show and do: the sandbox with its providers."""

from dataclasses import dataclass

from channels_app.sandbox.bounces import Bounces
from channels_app.sandbox.state import Sandbox
from channels_app.sandbox.telegram import TelegramApi
from channels_app.sandbox.twilio import TwilioApi


@dataclass(frozen=True, slots=True)
class World:
    """All of it."""

    sandbox: Sandbox
    telegram: TelegramApi
    twilio: TwilioApi
    bounces: Bounces

    def chat_of(self, address: str) -> int | None:
        """The Telegram chat on a phone, or the chat itself; None if the address can have none."""
        if address.startswith("+") and address[1:].isdecimal():
            return self.telegram.chats.number_on(address)
        return int(address) if address.isdecimal() else None
