"""What the tests of the sandbox share: an HTTP client with the cookies of nobody, and a server to be told at."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import pytest_asyncio

from tests.channels_app.sandbox.receiver import Receiver


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that waits at most ten seconds for an answer."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that takes what it is told, until the test says otherwise."""
    with Receiver() as receiver:
        yield receiver
