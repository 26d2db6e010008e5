"""A few connections for many mails."""

import asyncio

from channels_app.email.connection import Progress
from channels_app.email.message import Letter
from channels_app.email.pool import MailPool
from tests.channels_app.email.scripted import Script, scripted

ENVELOPE = ("avisos@plumier.example", "ana@familia.example")
LETTER = Letter(b"Subject: a\r\n\r\nHola\r\n")


async def _send(pool: MailPool) -> None:
    async with pool.lend() as connection:
        await connection.send(ENVELOPE, LETTER, Progress())


async def _with_mails(count: int, size: int) -> Script:
    async with scripted() as script:
        pool = MailPool(script.account(), size)
        await asyncio.gather(*(_send(pool) for _ in range(count)))
        await pool.close()
    return script


async def test_many_mails_share_a_few_connections_and_take_leave() -> None:
    script = await _with_mails(40, 3)
    assert (len(script.heard), len(script.mails)) == (3, 40)
    assert [heard[-1] for heard in script.heard] == ["QUIT"] * 3


async def test_one_mail_opens_one_connection() -> None:
    assert len((await _with_mails(1, 4)).heard) == 1


async def test_one_after_the_other_go_by_the_same_connection() -> None:
    async with scripted() as script:
        pool = MailPool(script.account(), 4)
        for _ in range(5):
            await _send(pool)
        await pool.close()
    assert (len(script.heard), len(script.mails)) == (1, 5)
