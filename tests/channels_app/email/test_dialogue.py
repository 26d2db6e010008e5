"""Commands and replies in their order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from channels_app.email.dialogue import LONGEST_REPLY, PIPELINING, Answer, Broken, Dialogue
from tests.channels_app.servers import serving

Said = Callable[[bytes], None]


@asynccontextmanager
async def _talking(*extensions: str) -> AsyncIterator[tuple[Dialogue, Said, list[bytes]]]:
    """A dialogue, a way to make the server speak, and what it hears."""
    opened: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.put_nowait(writer)
        while data := await reader.read(65536):
            heard.append(data)

    async with serving(talk) as port:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", port)
        dialogue = Dialogue(transport, frozenset(extensions))
        writer = await opened.get()
        yield dialogue, writer.write, heard
        dialogue.close()


async def _soon(told: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not told():
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("cut", [1, 3, 9, 14, 20])
async def test_replies_go_to_their_commands_however_they_arrive(cut: int) -> None:
    said = b"250-one\r\n250-two\r\n250 three\r\n550 5.1.1 no \r\n354\r\n"
    async with _talking(PIPELINING) as (dialogue, say, _):
        replies = list(dialogue.converse(b"A", b"B", b"C"))
        say(said[:cut])
        await asyncio.sleep(0)
        say(said[cut:])
        answers = [await asyncio.wait_for(reply, 10) for reply in replies]
    assert answers == [Answer(250, "one\ntwo\nthree"), Answer(550, "5.1.1 no"), Answer(354, "")]
    assert [answer.accepts for answer in answers] == [True, False, False]


@pytest.mark.parametrize(("extensions", "first"), [([PIPELINING], b"A\r\nB\r\n"), ([], b"A\r\n")])
async def test_commands_go_at_once_only_where_that_is_taken(extensions: list[str], first: bytes) -> None:
    async with _talking(*extensions) as (dialogue, say, heard):
        replies = dialogue.converse(b"A", b"B")
        reply = next(replies)
        await _soon(lambda: heard)
        say(b"250 a\r\n")
        answered = await asyncio.wait_for(reply, 10)
        assert (b"".join(heard), answered) == (first, Answer(250, "a"))
        reply = next(replies)
        say(b"250 b\r\n")
        assert await asyncio.wait_for(reply, 10) == Answer(250, "b")
        await _soon(lambda: b"".join(heard) == b"A\r\nB\r\n")


@pytest.mark.parametrize("nonsense", [b"hello\r\n", b"99 low\r\n", b"250+x\r\n", b"2" * (LONGEST_REPLY + 1)])
async def test_what_is_no_reply_breaks_it(nonsense: bytes) -> None:
    async with _talking(PIPELINING) as (dialogue, say, _):
        replies = list(dialogue.converse(b"A", b"B"))
        say(nonsense)
        for reply in replies:
            with pytest.raises(Broken):
                await asyncio.wait_for(reply, 10)
        assert not dialogue.is_open
        with pytest.raises(Broken):
            await dialogue.ask(b"C")


async def test_words_that_nobody_asked_for_end_it() -> None:
    async with _talking() as (dialogue, say, _):
        say(b"421 4.4.2 idle too long\r\n")
        await _soon(lambda: not dialogue.is_open)
        with pytest.raises(Broken):
            await dialogue.ask(b"A")


async def test_a_command_cannot_hold_another() -> None:
    async with _talking() as (dialogue, _, heard):
        with pytest.raises(ValueError):
            await dialogue.ask(b"RCPT TO:<a@x>\r\nDATA")
        assert (dialogue.is_open, heard) == (True, [])


async def test_drain_waits_until_all_has_left() -> None:
    async with _talking() as (dialogue, _, heard):
        dialogue.write(b"x" * 30_000_000)
        await asyncio.wait_for(dialogue.drain(), 10)
        await _soon(lambda: sum(map(len, heard)) == 30_000_000)


async def test_drain_ends_when_the_connection_does() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1000)

    async with serving(talk) as port:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", port)
        dialogue = Dialogue(transport)
        dialogue.write(b"x" * 30_000_000)
        with pytest.raises(Broken):
            await asyncio.wait_for(dialogue.drain(), 10)
