"""What the channels' tests send, and how."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from channels_app.base import Channel, Content, Outcome, Outgoing
from channels_app.environment import values

DATED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TEXT = "Mañana no hay clase: reunión a las 9:00"


def outgoing(address: str, number: int = 1, try_no: int = 1, **content: Any) -> Outgoing:
    """A message for `address`; `number` tells deliveries apart."""
    return Outgoing(number, try_no, address, Content(**{"text": TEXT, **content}), f"m1.d{number}", DATED)


async def send_one(channel: type[Channel], address: str, **content: Any) -> Outcome:
    """What comes of one message by the settings' account."""
    async with channel(values(channel)) as opened:
        return await opened.send(outgoing(address, **content))


async def send_all(channel: type[Channel], addresses: list[str]) -> list[Outcome]:
    """What comes of a message to each, all in flight at once."""
    async with channel(values(channel)) as opened:
        tries = [opened.send(outgoing(address, number)) for number, address in enumerate(addresses, 1)]
        return await asyncio.gather(*tries)
