"""A mail server that takes everything, unless told otherwise.

Rules act at the recipient or at the end of the data. `cut_before_dot` closes instead of asking for
the data, or in the midst of it after some `bytes`: either way the final dot was never read.
`cut_after_dot`, `cut_after` and `lose` close instead of answering the dot. Of a mail for several
recipients, a rule found for one of them decides about the data of all.
"""

import asyncio
from typing import Any, Never, cast
from uuid import uuid4

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from channels_app.sandbox.mime import LARGE, read_mail
from channels_app.sandbox.presets import Answer
from channels_app.sandbox.rules import AUTH, BANNER, Rule
from channels_app.sandbox.state import Incoming, Sandbox

LARGEST_MAIL = 100 * 1024 * 1024
LONGEST_LINE = 999  # with its carriage return (RFC 5321, 4.5.3.1.6)
CRLF = b"\r\n"
END = b".\r\n"
IDLE = 300.0  # seconds after which a silent connection is closed
HOSTNAME = "correo.plumier.example"
NOBODY = "<>"  # the return path of bounces
AT_RECIPIENT = frozenset({"cut", "throttle"})
TOO_BUSY = "421 4.7.0 Too many connections, try again later"


def reply(answer: Answer) -> str:
    """`550 5.1.1 No such user here`."""
    return " ".join(str(word) for word in (answer.status, answer.code, answer.description) if word)


class MailEnvelope(Envelope):
    """An envelope that remembers the rule found for each recipient."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: dict[str, Rule] = {}


class Connection(SMTP):
    """One connection of a client.

    The data is read in one go, not line by line as aiosmtpd does: a hundred times quicker.
    """

    line_length_limit = LARGEST_MAIL  # what may wait in the buffer; lines are checked afterwards

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        super().__init__(
            MailHandler(sandbox),
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname=HOSTNAME,
            ident="ESMTP",
            timeout=IDLE,
            auth_require_tls=False,
            authenticator=self.authenticate,
            loop=asyncio.get_running_loop(),
        )

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Any user may log in, unless a rule for log-ins says otherwise."""
        rule = self.sandbox.rules.pick("email", "", AUTH)
        if rule is None:
            return AuthResult(success=True, auth_data=data)
        return AuthResult(success=False, handled=False, message=reply(rule.answer("")))

    async def push(self, status: Any) -> None:
        """Send one line, after the latency."""
        if self.sandbox.latency:
            await asyncio.sleep(self.sandbox.latency)
        await super().push(status)

    async def leave(self, words: str = "") -> Never:
        """Close, with some last words or abruptly without; the handler ends here."""
        if words:
            await self.push(words)
            self._writer.close()
        else:
            cast(asyncio.Transport, self.transport).abort()
        while True:
            await asyncio.sleep(IDLE)  # cancelled as soon as the connection is lost

    async def _handle_client(self) -> None:
        rule = self.sandbox.rules.pick("email", "", BANNER)
        if rule is not None:
            await self.leave(reply(rule.answer("")))
        await super()._handle_client()

    def _create_envelope(self) -> Envelope:
        return MailEnvelope()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        """Take the data, unless a rule cuts before the dot."""
        envelope = cast(MailEnvelope, self.envelope)
        if arg or not envelope.rcpt_tos:
            await self.push("501 Syntax: DATA" if arg else "503 Error: need RCPT command")
            return
        cuts = [rule for rule in envelope.rules.values() if rule.action == "cut_before_dot"]
        if cuts:
            await self._cut_before_dot(envelope, int(cuts[0].number_of("bytes", 0)))
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        envelope.content = await self._read_data()
        handler = cast(MailHandler, self.event_handler)
        status = await handler.handle_DATA(self, cast(Session, self.session), envelope)
        self.envelope = self._create_envelope()
        await self.push(status)

    async def _read_data(self) -> bytes:
        """The mail up to its final dot, without the dots that the protocol adds to lines."""
        data = bytearray()
        while True:
            data += await self._reader.readuntil(END)
            if data.endswith(CRLF + END) or data == END:
                break
        del data[-len(END) :]
        if data.startswith(b"."):
            del data[0]
        return bytes(data.replace(CRLF + b".", CRLF))

    async def _cut_before_dot(self, envelope: MailEnvelope, wanted: int) -> Never:
        for address, rule in envelope.rules.items():
            nothing = Incoming("email", address, "", sender=envelope.mail_from or "")
            self.sandbox.record(nothing, taken=False, error=rule.label)
        if wanted:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readexactly(wanted)
        await self.leave()


class MailHandler:
    """What happens to recipients and mails."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def handle_MAIL(  # noqa: N802
        self, server: Connection, session: Session, envelope: MailEnvelope, address: str, options: list[str]
    ) -> str:
        """Admit any return path, the empty one too."""
        envelope.mail_from = address or NOBODY
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: Connection, session: Session, envelope: MailEnvelope, address: str, options: list[str]
    ) -> str:
        """Admit one recipient, or refuse it alone."""
        mailbox = address.casefold()
        rule = self._sandbox.rules.pick("email", mailbox)
        if rule is not None and _is_at_recipient(rule, mailbox):
            nothing = Incoming("email", mailbox, "", _user(session), envelope.mail_from or "")
            self._record(nothing, rule)
            if rule.action == "refuse":
                return reply(rule.answer(mailbox))
            await server.leave(TOO_BUSY if rule.action == "throttle" else "")
        if rule is not None:
            envelope.rules[mailbox] = rule
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: Connection, session: Session, envelope: MailEnvelope
    ) -> str:
        """Keep a mail for all its recipients, or none."""
        content = cast(bytes, envelope.content)
        if max(map(len, content.split(b"\n"))) > LONGEST_LINE:
            return "500 5.5.2 Line too long"
        if len(content) > LARGE:
            mail = await asyncio.to_thread(read_mail, content)
        else:
            mail = read_mail(content)
        mail.account, mail.sender = _user(session), envelope.mail_from or ""
        rule = next(iter(envelope.rules.values()), None)
        if rule is not None and rule.action == "slow":
            await self._wait(rule, mail, envelope)
        queue_id = uuid4().hex[:12].upper()
        for address in envelope.rcpt_tos:
            mail.address = address.casefold()
            self._record(mail, rule, queue_id)
        return await _answer(server, rule, mail.address, queue_id)

    async def _wait(self, rule: Rule, mail: Incoming, envelope: MailEnvelope) -> None:
        try:
            await asyncio.sleep(rule.number_of("seconds", 1))
        except asyncio.CancelledError:  # the sender has gone, and the mail with it
            for address in envelope.rcpt_tos:
                mail.address = address.casefold()
                self._sandbox.record(mail, taken=False, error=rule.label)
            raise

    def _record(self, mail: Incoming, rule: Rule | None, queue_id: str = "") -> None:
        if rule is None:
            self._sandbox.record(mail, taken=True, provider_id=queue_id)
        else:
            self._sandbox.record(mail, taken=rule.takes, provider_id=queue_id, error=rule.label)


def _user(session: Session) -> str:
    data: object = session.auth_data
    return data.login.decode("utf-8", "replace") if isinstance(data, LoginPassword) else ""


def _is_at_recipient(rule: Rule, address: str) -> bool:
    if rule.action == "refuse":
        return rule.answer(address).stage == "rcpt"
    return rule.action in AT_RECIPIENT


async def _answer(server: Connection, rule: Rule | None, address: str, queue_id: str) -> str:
    """What the sender hears after the dot, if anything."""
    if rule is None or rule.action == "slow":
        return f"250 2.0.0 Ok: queued as {queue_id}"
    if rule.action == "refuse":
        return reply(rule.answer(address))
    if rule.action == "error":
        return f"{int(rule.number_of('status', 451))} 4.3.0 Local error in processing"
    while rule.action == "hang":
        await asyncio.sleep(IDLE)  # cancelled as soon as the sender goes
    return await server.leave()
