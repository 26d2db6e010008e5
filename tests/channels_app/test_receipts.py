"""What holds for every channel that is told later."""

from collections.abc import Sequence
from typing import Any

from channels_app.memory.channel import MemoryChannel
from channels_app.receipts import Callback, Consent, Receipt, TellsLater


class Silent(MemoryChannel, TellsLater):
    """One that is called and cannot be asked."""

    @classmethod
    def receive(cls, environment: Any, callback: Callback) -> Sequence[Receipt | Consent]:
        return []


async def test_channel_that_cannot_be_asked_says_so_and_nothing() -> None:
    assert (Silent.may_be_asked, await Silent({}).ask_receipt(1, 1, "x")) == (False, None)
