"""A few connections to one mail server, kept open and lent to one mail at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels_app.email.account import MailAccount
from channels_app.email.connection import MailConnection


class MailPool:
    """At most `size` connections; the last used is lent first, so that few stay open when little is sent."""

    def __init__(self, account: MailAccount, size: int) -> None:
        self._account = account
        self._free = asyncio.Semaphore(size)
        self._idle: list[MailConnection] = []

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[MailConnection]:
        """A connection, as soon as one is free; it opens itself at its first mail."""
        async with self._free:
            connection = self._idle.pop() if self._idle else MailConnection(self._account)
            try:
                yield connection
            finally:
                if connection.is_open:
                    self._idle.append(connection)
                else:
                    connection.close()

    async def close(self) -> None:
        """Take leave of the server on all that are open."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit() for connection in idle))
