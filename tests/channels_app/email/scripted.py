"""A mail server that answers each command as it was told, and remembers what it heard."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from channels_app.email.account import MailAccount
from tests.channels_app.servers import serving

CLOSE = ""  # instead of an answer
PIPELINES = "250-here\r\n250-SIZE 1000000\r\n250-PIPELINING\r\n250 SMTPUTF8"  # to EHLO
ANSWERS = {
    "GREETING": "220 ready",
    "EHLO": "250-here\r\n250-SIZE 1000000\r\n250 SMTPUTF8",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go",
    "DOT": "250 2.0.0 Ok: queued as Q1",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@dataclass(slots=True)
class Script:
    """`answers` are for each command in turn, the last of them for ever; `heard` is every connection's talk."""

    answers: Mapping[str, list[str]]
    heard: list[list[str]] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    port: int = 0
    _given: dict[str, int] = field(default_factory=dict)

    def answer(self, command: str) -> str:
        """What comes next for a command."""
        told = self.answers.get(command, [ANSWERS.get(command, "500 what?")])
        number = self._given[command] = self._given.get(command, -1) + 1
        return told[min(number, len(told) - 1)]

    def account(self, **changes: object) -> MailAccount:
        """An account at this server."""
        values: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": "",
            "password": "",
            "starttls": False,
            "tls": False,
            "sender_name": "",
            "sender": "avisos@plumier.example",
            "bounces": "",
            "greeting": "plumier.example",
            "timeout": 5.0,
        }
        return MailAccount(**{**values, **changes})  # type: ignore[arg-type]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        heard: list[str] = []
        self.heard.append(heard)
        await self._say(writer, "GREETING")
        while line := (await reader.readline()).decode().strip():
            heard.append(line)
            command = line.split()[0].upper()
            answer = await self._say(writer, command)
            if answer.startswith("354"):
                mail = b""
                while not mail.endswith(b"\r\n.\r\n") and mail != b".\r\n":
                    piece = await reader.readline()
                    if not piece:
                        return
                    mail += piece
                self.mails.append(mail)
                await self._say(writer, "DOT")

    async def _say(self, writer: asyncio.StreamWriter, command: str) -> str:
        answer = self.answer(command)
        if answer == CLOSE:
            raise ConnectionError
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        if answer.startswith(("421", "221")):
            raise ConnectionError
        return answer


@asynccontextmanager
async def scripted(**answers: str | list[str]) -> AsyncIterator[Script]:
    """A server at `port` of the script."""
    lists = {name.upper(): [told] if isinstance(told, str) else told for name, told in answers.items()}
    script = Script(lists)
    async with serving(script.talk) as port:
        script.port = port
        yield script
