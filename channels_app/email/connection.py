"""One connection to a mail server, kept open for many mails.

A mail that was cut short before its final dot was certainly not taken. So the dot of a long one is
written alone, once all before it has left; a short one goes with its dot in one write, which the
empty buffer of a connection that has just been answered takes whole or not at all.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from channels_app.email import opening
from channels_app.email.account import MailAccount
from channels_app.email.dialogue import PIPELINING, Answer, Broken, Dialogue
from channels_app.email.errors import Refused, Reply, Stage, Unusable
from channels_app.email.message import Letter, needs_smtputf8
from channels_app.network import AnswerLost, NotSent

FAREWELL_SECONDS = 2.0
SHORT = 8 * 1024  # bytes that any socket's empty buffer has room for
_CLOSING = 421
_GO_AHEAD = 354
_DONE = 250
_FINAL_DOT = b".\r\n"

Replies = Iterator[asyncio.Future[Answer]]


@dataclass(slots=True)
class Progress:
    """How far one mail got. Once its final dot is written the server may have taken it."""

    sent_dot: bool = False


class MailConnection:
    """Opens when it is needed, and again if the server closed it while idle."""

    def __init__(self, account: MailAccount) -> None:
        self._account = account
        self._dialogue: Dialogue | None = None
        self._dirty = False

    @property
    def is_open(self) -> bool:
        """Whether it can be used again as it is."""
        return self._dialogue is not None and self._dialogue.is_open

    async def send(self, envelope: tuple[str, str], letter: Letter, progress: Progress) -> str:
        """One mail from and to `envelope`; the server's words on taking it.

        Refused, Unusable, NotSent or AnswerLost otherwise.
        """
        try:
            dialogue, replies = await self._begin(envelope, letter.size)
            await self._hear(dialogue, replies, Stage.RECIPIENT)
            await self._hear(dialogue, replies, Stage.DATA)
            answer = await self._data(dialogue, letter, progress)
        except Broken as error:
            self.close()
            raise _lost(error, progress) from error
        except (Refused, Unusable, NotSent):
            raise
        except BaseException:  # also a cancellation: the answer on its way would be taken for the next one's
            self.close()
            raise
        self._dirty = False
        return answer.text

    def close(self) -> None:
        """At once, without a farewell."""
        if self._dialogue is not None:
            self._dialogue.close()
        self._dialogue, self._dirty = None, False

    async def quit(self) -> None:
        """With a farewell, if the server still listens."""
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                if self._dialogue is not None and self.is_open:
                    await self._dialogue.ask(b"QUIT")
        except (Broken, TimeoutError):
            pass  # it is being closed anyway
        finally:
            self.close()

    async def _begin(self, envelope: tuple[str, str], size: int) -> tuple[Dialogue, Replies]:
        """MAIL FROM, on a fresh connection if the kept one is dead: no letter was sent on it yet."""
        if self._dialogue is not None and self.is_open:
            try:
                return await self._introduce(self._dialogue, envelope, size)
            except Broken:
                pass
            except Refused as refused:
                if refused.reply.code != _CLOSING:
                    raise
        self.close()
        self._dialogue = await opening.connected(self._account)
        return await self._introduce(self._dialogue, envelope, size)

    async def _introduce(
        self, dialogue: Dialogue, envelope: tuple[str, str], size: int
    ) -> tuple[Dialogue, Replies]:
        commands = _commands(dialogue.extensions, envelope, size)
        if self._dirty and (await dialogue.ask(b"RSET")).code != _DONE:
            raise Broken("RSET")
        self._dirty = True
        replies = dialogue.converse(*commands)
        await self._hear(dialogue, replies, Stage.SENDER)
        return dialogue, replies

    async def _hear(self, dialogue: Dialogue, replies: Replies, stage: Stage) -> None:
        """The next reply; Refused if it is a no."""
        answer = await next(replies)
        if answer.code == _GO_AHEAD if stage is Stage.DATA else answer.accepts:
            return
        if answer.code == _CLOSING:
            self.close()
        elif PIPELINING in dialogue.extensions:
            await self._hear_out(dialogue, replies, stage)
        if stage is Stage.DATA and answer.accepts:
            raise Broken("DATA")
        raise _refused(stage, answer)

    async def _hear_out(self, dialogue: Dialogue, replies: Replies, refused_at: Stage) -> None:
        """After a refusal, what the server says to the commands that it has already.

        If it wants the data all the same it gets none: a lone dot, or, if it may have a recipient
        after all, nothing more, so that nobody receives an empty mail.
        """
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                rest = [await reply for reply in replies]
                if not rest or rest[-1].code != _GO_AHEAD:
                    return
                if refused_at is not Stage.RECIPIENT and rest[0].accepts:
                    self.close()
                    return
                ended = dialogue.expect()
                dialogue.write(_FINAL_DOT)
                await ended
        except (Broken, TimeoutError):
            self.close()

    async def _data(self, dialogue: Dialogue, letter: Letter, progress: Progress) -> Answer:
        # Expected from the start: a server may refuse, or close, before it has read it all.
        reply = dialogue.expect()
        if letter.size <= SHORT:
            await self._write_short(dialogue, letter, reply, progress)
        elif await self._write_long(dialogue, letter, reply):
            progress.sent_dot = True
            dialogue.write(_FINAL_DOT)
        answer = await reply
        if not progress.sent_dot or answer.code == _CLOSING:
            self.close()
        if answer.accepts and progress.sent_dot:
            return answer
        if answer.code < 400:
            raise Broken("DATA")
        raise _refused(Stage.DATA, answer)

    async def _write_short(
        self, dialogue: Dialogue, letter: Letter, reply: asyncio.Future[Answer], progress: Progress
    ) -> None:
        await asyncio.sleep(0)  # the loop takes notice of a close that is already there
        if not reply.done():
            dialogue.write(b"".join((*letter.chunks(), _FINAL_DOT)))
            progress.sent_dot = dialogue.is_open  # else the write failed

    async def _write_long(self, dialogue: Dialogue, letter: Letter, reply: asyncio.Future[Answer]) -> bool:
        """Whether all of it has left, and the server has said nothing meanwhile."""
        try:
            for chunk in letter.chunks():
                dialogue.write(chunk)
                await dialogue.drain()
                if reply.done():
                    return False
        except Broken:
            return False
        await asyncio.sleep(0)  # the loop takes notice of a close that is already there
        return dialogue.is_open and not reply.done()


def _commands(extensions: frozenset[str], envelope: tuple[str, str], size: int) -> tuple[bytes, ...]:
    sender, recipient = envelope
    options = f" SIZE={size}" if "size" in extensions else ""
    if needs_smtputf8(sender, recipient):
        if "smtputf8" not in extensions:
            raise Unusable("smtputf8")
        options += " SMTPUTF8"
    return f"MAIL FROM:<{sender}>{options}".encode(), f"RCPT TO:<{recipient}>".encode(), b"DATA"


def _refused(stage: Stage, answer: Answer) -> Refused:
    return Refused(Reply(stage, answer.code, answer.text))


def _lost(error: Exception, progress: Progress) -> NotSent | AnswerLost:
    if progress.sent_dot:
        return AnswerLost("network.lost_answer", str(error))
    return NotSent("network.cut", str(error))
