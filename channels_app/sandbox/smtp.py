"""A mail server that takes everything, unless told otherwise.

Rules act at the recipient or at the end of the data. `cut_before_dot` closes instead of asking for
the data, or after some `bytes` of them: either way the sender knows that the final dot never went.
`cut_after_dot`, `cut_after` and `lose` close instead of answering the dot.
"""

import asyncio
from typing import Any, cast
from uuid import uuid4

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from channels_app.sandbox.mime import read_mail
from channels_app.sandbox.presets import Answer
from channels_app.sandbox.rules import AUTH, BANNER, Rule
from channels_app.sandbox.state import Incoming, Sandbox

LARGEST_MAIL = 100 * 1024 * 1024
IDLE = 300.0  # seconds after which a silent connection is closed
HOSTNAME = "correo.plumier.example"
AT_RECIPIENT = frozenset({"cut", "throttle"})
AT_DATA = frozenset({"slow", "hang", "error", "lose", "cut_after", "cut_after_dot"})
Server = Any  # aiosmtpd gives its handlers the protocol object


def reply(answer: Answer) -> str:
    """`550 5.1.1 No such user here`."""
    return " ".join(str(word) for word in (answer.status, answer.code, answer.description) if word)


class MailEnvelope(Envelope):  # type: ignore[misc]  # aiosmtpd's classes are untyped to mypy
    """An envelope that remembers the rule found for each recipient."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: dict[str, Rule] = {}


class Connection(SMTP):  # type: ignore[misc]
    """One connection of a client."""

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
        self, server: Server, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        """Any user may log in, unless a rule for log-ins says otherwise."""
        rule = self.sandbox.rules.pick("email", "", AUTH)
        if rule is None:
            session.user = data.login.decode("utf-8", "replace")
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=reply(rule.answer("")))

    async def push(self, status: str | bytes) -> None:
        """Send one line, after the latency."""
        if self.sandbox.latency:
            await asyncio.sleep(self.sandbox.latency)
        await super().push(status)

    async def _handle_client(self) -> None:
        rule = self.sandbox.rules.pick("email", "", BANNER)
        if rule is None:
            await super()._handle_client()
            return
        await self.push(reply(rule.answer("")))
        self.transport.close()

    def _create_envelope(self) -> Envelope:
        return MailEnvelope()

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802  # aiosmtpd's name
        """Take the data, unless a rule cuts before the dot."""
        rules = cast(MailEnvelope, self.envelope).rules
        cut = [(address, rule) for address, rule in rules.items() if rule.action == "cut_before_dot"]
        if not cut:
            await super().smtp_DATA(arg)
            return
        wanted = max(int(rule.number_of("bytes", 0)) for _, rule in cut)
        if wanted:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readexactly(wanted)
        for address, rule in cut:
            nothing = Incoming("email", address, "", sender=self.envelope.mail_from)
            self.sandbox.record(nothing, taken=False, error=rule.label)
        self.transport.abort()


class MailHandler:
    """What happens to recipients and mails."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Connection, session: Session, envelope: MailEnvelope, address: str, options: list[str]
    ) -> str:
        """Admit one recipient, or refuse it alone."""
        mailbox = address.casefold()
        rule = self._sandbox.rules.pick("email", mailbox)
        if rule is not None and _is_at_recipient(rule, mailbox):
            self._record(Incoming("email", mailbox, "", sender=envelope.mail_from), session, rule)
            return _refuse_recipient(server, rule, mailbox)
        if rule is not None:
            envelope.rules[mailbox] = rule
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: Connection, session: Session, envelope: MailEnvelope
    ) -> str:
        """Keep a mail for all its recipients, or none."""
        content = cast(bytes, envelope.content)
        mail = await asyncio.to_thread(read_mail, content, "", envelope.mail_from)
        rule = next(iter(envelope.rules.values()), None)
        if rule is not None and rule.action in ("slow", "hang"):
            await self._wait(rule, mail, session, envelope)
        queue_id = uuid4().hex[:12].upper()
        for address in envelope.rcpt_tos:
            mail.address = address.casefold()
            self._record(mail, session, rule, queue_id)
        return await _answer(server, rule, mail.address, queue_id)

    async def _wait(self, rule: Rule, mail: Incoming, session: Session, envelope: MailEnvelope) -> None:
        seconds = rule.number_of("seconds", 1) if rule.action == "slow" else IDLE
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:  # the sender has gone
            for address in envelope.rcpt_tos:
                mail.address = address.casefold()
                self._sandbox.record(mail, taken=False, error=rule.label)
            raise

    def _record(self, mail: Incoming, session: Session, rule: Rule | None, queue_id: str = "") -> None:
        mail.account = getattr(session, "user", "")
        if rule is None:
            self._sandbox.record(mail, taken=True, provider_id=queue_id)
        else:
            self._sandbox.record(mail, taken=rule.takes, provider_id=queue_id, error=rule.label)


def _is_at_recipient(rule: Rule, address: str) -> bool:
    if rule.action == "refuse":
        return rule.answer(address).stage == "rcpt"
    return rule.action in AT_RECIPIENT


def _refuse_recipient(server: Connection, rule: Rule, address: str) -> str:
    if rule.action == "throttle":
        return "421 4.7.0 Too many connections, try again later"
    if rule.action == "cut":
        server.transport.abort()
    return reply(rule.answer(address))


async def _answer(server: Connection, rule: Rule | None, address: str, queue_id: str) -> str:
    if rule is not None:
        if rule.action == "refuse":
            return reply(rule.answer(address))
        if rule.action == "error":
            return f"{int(rule.number_of('status', 451))} 4.3.0 Local error in processing"
        if rule.action != "slow":
            server.transport.abort()
    return f"250 2.0.0 Ok: queued as {queue_id}"


async def serve(sandbox: Sandbox, port: int) -> asyncio.Server:
    """Listen on this machine's `port` (0: any); OSError if it is taken."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(sandbox), "127.0.0.1", port, backlog=1024)
