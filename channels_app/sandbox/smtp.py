"""A mail server that takes everything, unless told otherwise.

Rules act at the recipient or at the end of the data. `cut_before_dot` closes instead of asking for
the data, or in the midst of it after some `bytes`: either way the final dot was never read.
`cut_after_dot`, `cut_after` and `lose` close instead of answering the dot. Of a mail for several
recipients, a rule found for one of them decides about the data of all.
"""

import asyncio
import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from channels_app.sandbox.bounces import NOBODY, Bounces
from channels_app.sandbox.lines import LARGEST_MAIL, Lines
from channels_app.sandbox.log import Entry
from channels_app.sandbox.mime import LARGE, read_mail
from channels_app.sandbox.plans import BouncePlan
from channels_app.sandbox.presets import Answer
from channels_app.sandbox.rules import AUTH, BANNER, BOUNCE, Rule
from channels_app.sandbox.state import Incoming, Sandbox, next_id

LONGEST_LINE = 999  # with its carriage return (RFC 5321, 4.5.3.1.6)
HOSTNAME = "correo.plumier.example"
AT_RECIPIENT = frozenset({"cut", "throttle"})
TOO_BUSY = "421 4.7.0 Too many connections, try again later"
GO_AHEAD = "354 End data with <CR><LF>.<CR><LF>"
EXTENSIONS = ("PIPELINING", f"SIZE {LARGEST_MAIL}", "8BITMIME", "SMTPUTF8", "AUTH LOGIN PLAIN", "HELP")
_FROM = re.compile(r"FROM: *<([^<>]*)>((?: +\S+)*) *", re.IGNORECASE)
_TO = re.compile(r"TO: *<([^<>]+)>((?: +\S+)*) *", re.IGNORECASE)
_SIZE = re.compile(r"\bSIZE=(\d{1,20})\b", re.IGNORECASE)
_LINE_TOO_LONG = re.compile(rb"[^\n]{%d}" % (LONGEST_LINE + 1))


def reply(answer: Answer) -> str:
    """`550 5.1.1 No such user here`."""
    return " ".join(str(word) for word in (answer.status, answer.code, answer.description) if word)


@dataclass(slots=True)
class Envelope:
    """Who a mail is from and for, and the rule found for each recipient."""

    sender: str | None = None
    recipients: list[str] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)

    @property
    def rule(self) -> Rule | None:
        """What decides about the data; that one comes back later only if nothing else is to happen."""
        if not self.rules:
            return None
        others = (rule for rule in self.rules.values() if rule.action != BOUNCE)
        return next(others, next(iter(self.rules.values())))


class Connection(Lines):
    """One client's."""

    def __init__(self, sandbox: Sandbox, bounces: Bounces) -> None:
        super().__init__(sandbox.latency)
        self._sandbox = sandbox
        self._bounces = bounces
        self._greeted = False
        self._user = ""
        self._envelope = Envelope()
        self._asked: Callable[[str], None] | None = None  # what the next line answers
        self._commands: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": lambda words: self.say("250 OK"),
            "HELP": lambda words: self.say(f"250 {' '.join(self._commands)}"),
            "VRFY": lambda words: self.say("252 Cannot VRFY user, but will accept message"),
            "QUIT": lambda words: self.leave("221 Bye"),
        }

    def begin(self) -> None:
        rule = self._sandbox.rules.pick("email", "", BANNER)
        if rule is not None:
            self.leave(reply(rule.answer("")))
        else:
            self.say(f"220 {HOSTNAME} ESMTP")

    def obey(self, line: str) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            asked(line)
            return
        word, _, words = line.partition(" ")
        command = self._commands.get(word.upper())
        if command is None:
            self.say(f'500 Error: command "{word[:40]}" not recognized')
        else:
            command(words.strip())

    def take(self, content: bytes) -> None:
        """Keep a mail for all its recipients, or none."""
        envelope, self._envelope = self._envelope, Envelope()
        rule = envelope.rule
        if _LINE_TOO_LONG.search(content):
            self.say("500 5.5.2 Line too long")
        elif len(content) > LARGE or (rule is not None and rule.action == "slow"):
            self.hold(self._take_later(content, envelope, rule))
        else:
            self._keep(read_mail(content), envelope, rule)

    async def _take_later(self, content: bytes, envelope: Envelope, rule: Rule | None) -> None:
        large = len(content) > LARGE
        mail = await asyncio.to_thread(read_mail, content) if large else read_mail(content)
        if rule is not None and rule.action == "slow":
            try:
                await asyncio.sleep(rule.number_of("seconds", 1))
            except asyncio.CancelledError:  # the sender has gone, and the mail with it
                self._record(mail, envelope, taken=False, error=rule.label)
                raise
        self._keep(mail, envelope, rule)

    def _keep(self, mail: Incoming, envelope: Envelope, rule: Rule | None) -> None:
        """Record the mail, and say what the sender hears of it, if anything."""
        queue_id = next_id()[-12:].upper()
        if rule is None:
            self._record(mail, envelope, taken=True, queue_id=queue_id)
        else:
            self._record(mail, envelope, taken=rule.takes, queue_id=queue_id, error=rule.label)
        if rule is None or rule.action in ("slow", BOUNCE):
            self.say(f"250 2.0.0 Ok: queued as {queue_id}")
        elif rule.action == "refuse":
            self.say(reply(rule.answer(mail.address)))
        elif rule.action == "error":
            self.say(f"{int(rule.number_of('status', 451))} 4.3.0 Local error in processing")
        elif rule.action == "hang":
            self.hold(_for_ever())
        else:
            self.leave()

    def _record(
        self, mail: Incoming, envelope: Envelope, *, taken: bool, queue_id: str = "", error: str | None = None
    ) -> None:
        mail.account, mail.sender = self._user, envelope.sender or ""
        for address in envelope.recipients:
            mail.address = address.casefold()
            if envelope.rules:
                mail.once_taken = self._coming_back(envelope.rules.get(mail.address))
            self._sandbox.record(mail, taken=taken, provider_id=queue_id, error=error)

    def _coming_back(self, rule: Rule | None) -> Callable[[Entry], None] | None:
        if rule is None or rule.action != BOUNCE:
            return None
        return partial(self._bounces.begin, BouncePlan.read(rule.parameters))

    def _ehlo(self, words: str) -> None:
        if not words:
            self.say("501 Syntax: EHLO hostname")
            return
        self._greeted, self._envelope = True, Envelope()
        lines = (HOSTNAME, *EXTENSIONS)
        for number, line in enumerate(lines, 1):
            self.say(f"250{' ' if number == len(lines) else '-'}{line}")

    def _helo(self, words: str) -> None:
        self._greeted, self._envelope = bool(words), Envelope()
        self.say(f"250 {HOSTNAME}" if words else "501 Syntax: HELO hostname")

    def _rset(self, words: str) -> None:
        self._envelope = Envelope()
        self.say("250 OK")

    def _mail(self, words: str) -> None:
        """Admit any return path, the empty one too."""
        found = _FROM.fullmatch(words)
        size = _SIZE.search(words)
        if not self._greeted:
            self.say("503 Error: send HELO first")
        elif self._envelope.sender is not None:
            self.say("503 Error: nested MAIL command")
        elif found is None:
            self.say("501 Syntax: MAIL FROM: <address>")
        elif size and int(size[1]) > LARGEST_MAIL:
            self.say("552 Error: message size exceeds fixed maximum message size")
        else:
            self._envelope.sender = found[1] or NOBODY
            self.say("250 2.1.0 Ok")

    def _rcpt(self, words: str) -> None:
        """Admit one recipient, or refuse it alone."""
        found = _TO.fullmatch(words)
        if self._envelope.sender is None:
            self.say("503 Error: need MAIL command")
        elif found is None:
            self.say("501 Syntax: RCPT TO: <address>")
        else:
            self._admit(found[1])

    def _admit(self, address: str) -> None:
        mailbox = address.casefold()
        rule = self._sandbox.rules.pick("email", mailbox)
        if rule is not None and _is_at_recipient(rule, mailbox):
            nothing = Incoming("email", mailbox, "", self._user, self._envelope.sender or "")
            self._sandbox.record(nothing, taken=rule.takes, error=rule.label)
            if rule.action == "refuse":
                self.say(reply(rule.answer(mailbox)))
            else:
                self.leave(TOO_BUSY if rule.action == "throttle" else "")
            return
        if rule is not None:
            self._envelope.rules[mailbox] = rule
        self._envelope.recipients.append(address)
        self.say("250 2.1.5 Ok")

    def _data(self, words: str) -> None:
        """Ask for the data, unless a rule cuts before the dot."""
        envelope = self._envelope
        cut = next((rule for rule in envelope.rules.values() if rule.action == "cut_before_dot"), None)
        if words or not envelope.recipients:
            self.say("501 Syntax: DATA" if words else "503 Error: need RCPT command")
        elif cut is None:
            self.say(GO_AHEAD)
            self.want_data()
        else:
            for address, rule in envelope.rules.items():
                nothing = Incoming("email", address, "", sender=envelope.sender or "")
                self._sandbox.record(nothing, taken=False, error=rule.label)
            self._cut(int(cut.number_of("bytes", 0)))

    def _cut(self, wanted: int) -> None:
        if wanted:
            self.say(GO_AHEAD)
            self.want_data(cut_at=wanted)
        else:
            self.leave()

    def _auth(self, words: str) -> None:
        mechanism, _, initial = words.partition(" ")
        match mechanism.upper():
            case "PLAIN" if initial:
                self._log_in(_plain_user(initial))
            case "PLAIN":
                self._ask("", lambda line: self._log_in(_plain_user(line)))
            case "LOGIN" if initial:
                self._ask("Password", lambda line: self._log_in(_decoded(initial)))
            case "LOGIN":
                self._ask("User Name", self._login_user)
            case _:
                self.say("504 5.5.4 Unrecognized authentication type")

    def _login_user(self, line: str) -> None:
        self._ask("Password", lambda password: self._log_in(_decoded(line)))

    def _ask(self, words: str, asked: Callable[[str], None]) -> None:
        self.say(f"334 {base64.b64encode(words.encode()).decode()}")
        self._asked = asked

    def _log_in(self, user: str | None) -> None:
        """Any user may log in, unless a rule for log-ins says otherwise."""
        if user is None:
            self.say("501 5.5.2 Can't decode base64")
            return
        rule = self._sandbox.rules.pick("email", "", AUTH)
        if rule is None:
            self._user = user
            self.say("235 2.7.0 Authentication successful")
        else:
            self.say(reply(rule.answer("")))


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()  # cancelled as soon as the sender goes


def _is_at_recipient(rule: Rule, address: str) -> bool:
    if rule.action == "refuse":
        return rule.answer(address).stage == "rcpt"
    return rule.action in AT_RECIPIENT


def _plain_user(encoded: str) -> str | None:
    parts = (_decoded(encoded) or "").split("\0")
    return parts[1] if len(parts) == 3 else None


def _decoded(encoded: str) -> str | None:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return None
