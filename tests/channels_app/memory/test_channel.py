"""The channels of tests."""

from collections.abc import Iterator

import pytest

from channels_app.base import Outcome, OutcomeClass
from channels_app.memory.channel import ACCEPTED, MemoryChannel, MemoryMailChannel
from channels_app.outcomes import not_now
from tests.channels_app.sending import outgoing


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    yield
    MemoryChannel.clear()
    MemoryMailChannel.clear()


async def test_what_is_accepted_is_kept_by_the_class() -> None:
    message = outgoing("+34600000001")
    assert await MemoryChannel({}).send(message) == ACCEPTED
    assert (MemoryChannel.outbox, MemoryMailChannel.outbox) == ([message], [])


async def test_a_script_is_followed_address_by_address() -> None:
    MemoryChannel.script("+34600000001", not_now("a"), Outcome(OutcomeClass.UNCERTAIN, "b"))
    channel = MemoryChannel({})
    codes = [(await channel.send(outgoing("+34600000001"))).code for _ in range(3)]
    other = await channel.send(outgoing("+34600000002"))
    assert (codes, other) == (["a", "b", ""], ACCEPTED)
    assert (len(MemoryChannel.tries), len(MemoryChannel.outbox)) == (4, 2)


async def test_clear_forgets_messages_and_scripts() -> None:
    MemoryChannel.script("+34600000001", not_now("a"))
    await MemoryChannel({}).send(outgoing("+34600000002"))
    MemoryChannel.clear()
    assert (MemoryChannel.outbox, MemoryChannel.tries) == ([], [])
    assert await MemoryChannel({}).send(outgoing("+34600000001")) == ACCEPTED
