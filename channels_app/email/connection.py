"""One connection to a mail server, kept open for many mails.

aiosmtplib speaks everything but the data: it gives them and the final dot to the connection in one
piece, so that after a cut nobody knows whether the dot went. Here the dot is written alone, once
all before it has left.
"""

import asyncio
from dataclasses import dataclass

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from channels_app.email import opening
from channels_app.email.account import MailAccount
from channels_app.email.errors import Refused, Reply, Stage, Unusable
from channels_app.email.message import Letter, needs_smtputf8
from channels_app.network import AnswerLost, NotSent

FAREWELL_SECONDS = 2.0
_CLOSING = 421
_GO_AHEAD = 354
_DONE = 250
_FINAL_DOT = b".\r\n"
_BROKEN = (SMTPServerDisconnected, SMTPTimeoutError, ConnectionError)


@dataclass(slots=True)
class Progress:
    """How far one mail got. Once its final dot is written the server may have taken it."""

    sent_dot: bool = False


class MailConnection:
    """Opens when it is needed, and again if the server closed it while idle."""

    def __init__(self, account: MailAccount) -> None:
        self._account = account
        self._smtp: SMTP | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._dirty = False

    @property
    def is_open(self) -> bool:
        """Whether it can be used again as it is."""
        return self._smtp is not None and self._smtp.is_connected

    async def send(self, envelope: tuple[str, str], letter: Letter, progress: Progress) -> str:
        """One mail from and to `envelope`; the server's words on taking it.

        Refused, Unusable, NotSent or AnswerLost otherwise.
        """
        try:
            await self._begin(envelope, letter.size)
            await self._ask(Stage.RECIPIENT, b"RCPT", f"TO:<{envelope[1]}>".encode())
            answer = _accepted(Stage.DATA, await self._data(letter, progress))
        except _BROKEN as error:
            self.close()
            raise _lost(error, progress) from error
        except (Refused, Unusable, NotSent):
            raise
        except BaseException:  # also a cancellation: the answer on its way would be taken for the next one's
            self.close()
            raise
        self._dirty = False
        return answer.message

    def close(self) -> None:
        """At once, without a farewell."""
        if self._smtp is not None:
            self._smtp.close()
        if self._writer is not None:
            self._writer.close()
        self._smtp, self._writer, self._dirty = None, None, False

    async def quit(self) -> None:
        """With a farewell, if the server still listens."""
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                if self._smtp is not None and self.is_open:
                    await self._smtp.quit()
        except (SMTPException, OSError):
            pass  # it is being closed anyway
        finally:
            self.close()

    async def _begin(self, envelope: tuple[str, str], size: int) -> None:
        """MAIL FROM, on a fresh connection if the kept one is dead: nothing was sent on it yet."""
        if self.is_open:
            try:
                await self._mail_from(envelope, size)
                return
            except _BROKEN:
                self.close()
            except Refused as refused:
                if refused.reply.code != _CLOSING:
                    raise
                self.close()
        await self._open()
        await self._mail_from(envelope, size)

    async def _mail_from(self, envelope: tuple[str, str], size: int) -> None:
        if self._dirty and (await self._command(b"RSET")).code != _DONE:
            raise SMTPServerDisconnected("RSET")
        options = []
        if self._supports("size"):
            options.append(f"SIZE={size}")
        if needs_smtputf8(*envelope):
            if not self._supports("smtputf8"):
                raise Unusable("smtputf8")
            options.append("SMTPUTF8")
        words = (f"FROM:<{envelope[0]}>", *options)
        self._dirty = True
        await self._ask(Stage.SENDER, b"MAIL", *(word.encode() for word in words))

    async def _data(self, letter: Letter, progress: Progress) -> SMTPResponse:
        answer = await self._command(b"DATA")
        if answer.code != _GO_AHEAD:
            return answer
        if self._smtp is None or self._smtp.protocol is None or self._writer is None:
            raise SMTPServerDisconnected("DATA")
        # Listening from the start: a server may refuse, or close, before it has read it all.
        listening = asyncio.create_task(self._smtp.protocol.read_response())
        listening.add_done_callback(_look_at)
        try:
            if await self._write(self._writer, letter, listening):
                progress.sent_dot = True
                self._writer.write(_FINAL_DOT)
            return await self._heard(listening, progress)
        finally:
            listening.cancel()

    async def _write(
        self, writer: asyncio.StreamWriter, letter: Letter, listening: asyncio.Task[SMTPResponse]
    ) -> bool:
        """Whether all of it has left, and the server has said nothing meanwhile."""
        try:
            for chunk in letter.chunks():
                writer.write(chunk)
                await writer.drain()
                if listening.done():
                    return False
        except ConnectionError:
            return False
        await asyncio.sleep(0)  # the loop takes notice of a close that is already there
        return self.is_open and not listening.done()

    async def _heard(self, listening: asyncio.Task[SMTPResponse], progress: Progress) -> SMTPResponse:
        try:
            answer = await listening
        except SMTPResponseException as error:  # what came is no reply at all
            raise SMTPServerDisconnected("DATA") from error
        if not progress.sent_dot or answer.code == _CLOSING:
            self.close()
        if not progress.sent_dot and answer.code < 300:
            raise SMTPServerDisconnected("DATA")
        return answer

    async def _ask(self, stage: Stage, *words: bytes) -> SMTPResponse:
        return _accepted(stage, await self._command(*words))

    async def _command(self, *words: bytes) -> SMTPResponse:
        if self._smtp is None:
            raise SMTPServerDisconnected("closed")
        try:
            return await self._smtp.execute_command(*words)
        except SMTPResponseException as error:  # what came is no reply at all
            raise SMTPServerDisconnected("answer") from error

    def _supports(self, extension: str) -> bool:
        return self._smtp is not None and self._smtp.supports_extension(extension)

    async def _open(self) -> None:
        self._smtp, self._writer = await opening.connected(self._account)
        self._dirty = False


def _accepted(stage: Stage, answer: SMTPResponse) -> SMTPResponse:
    if not 200 <= answer.code < 300:
        raise Refused(Reply(stage, answer.code, answer.message))
    return answer


def _lost(error: Exception, progress: Progress) -> NotSent | AnswerLost:
    if progress.sent_dot:
        return AnswerLost("network.lost_answer", type(error).__name__)
    return NotSent("network.cut", type(error).__name__)


def _look_at(task: asyncio.Task[SMTPResponse]) -> None:
    """A failure that nobody waits for any more is no news."""
    if not task.cancelled():
        task.exception()
