"""E-mail, by an SMTP server."""

import asyncio
import logging
import re
from collections.abc import Mapping
from email.utils import parseaddr
from types import TracebackType
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.base import AddressKind, Capabilities, Channel, Outcome, OutcomeClass, Outgoing
from channels_app.email import errors, mailbox, return_path
from channels_app.email.account import (
    CONNECTIONS,
    LONGEST_TIMEOUT,
    MOST_CONNECTIONS,
    MailAccount,
    has_connections,
    is_mail_url,
    is_mailbox,
    read_account,
    read_timeout,
    tells_password,
)
from channels_app.email.attachments import EnclosureCache
from channels_app.email.connection import Progress
from channels_app.email.message import ascii_domain, build
from channels_app.email.pool import MailPool
from channels_app.network import UNEXPECTED, AnswerLost, NetworkFailure, NotSent

logger = logging.getLogger(__name__)
_QUEUED_AS = re.compile(r"queued as <?([\w.@-]+)", re.IGNORECASE)


MAILS_A_CONNECTION = 4  # waiting for it, so that none is idle while more are claimed
BACKOFF = (300, 900, 3600, 14400, 14400, 28800, 43200)  # seconds; a greylisting relay wants minutes


class EmailChannel(Channel):
    """One mail account; see `account` for its variables."""

    word = gettext_lazy("Correo")
    name = "email"
    capabilities = Capabilities(
        AddressKind.EMAIL,
        form="email",
        attachments=True,
        receipts=True,  # bounces
        concurrency=CONNECTIONS * MAILS_A_CONNECTION,
        backoff=BACKOFF,
    )
    variables: ClassVar[tuple[str, ...]] = (
        "EMAIL_URL",
        "EMAIL_FROM",
        "EMAIL_TIMEOUT",
        "BOUNCE_ADDRESS",
        mailbox.VARIABLE,
        "PUBLIC_URL",
    )
    required: ClassVar[tuple[str, ...]] = ("EMAIL_URL", "EMAIL_FROM")
    reasons = errors.REASONS
    deadline: ClassVar[float] = LONGEST_TIMEOUT

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self._account = _account(environment)
        self._pool = MailPool(self._account, self._account.connections) if self._account else None
        self._enclosures = EnclosureCache()

    @property
    def concurrency(self) -> int:
        account = self._account
        return account.connections * MAILS_A_CONNECTION if account else self.capabilities.concurrency

    @classmethod
    def problems(cls, environment: Mapping[str, str]) -> list[str]:
        url = environment.get("EMAIL_URL", "")
        bounces, box = environment.get("BOUNCE_ADDRESS"), environment.get(mailbox.VARIABLE)
        checks = (
            (is_mail_url(url), _("EMAIL_URL no es de la forma smtp://usuario:clave@servidor:puerto.")),
            (
                not is_mail_url(url) or not tells_password(url),
                _("EMAIL_URL enviaría la clave sin cifrar: añada ?tls=1 o use smtps://."),
            ),
            (
                not is_mail_url(url) or has_connections(url),
                _("EMAIL_URL pide unas conexiones que no son un número entre 1 y %(most)d.")
                % {"most": MOST_CONNECTIONS},
            ),
            (
                is_mailbox(parseaddr(environment.get("EMAIL_FROM", ""))[1]),
                _("EMAIL_FROM no es una dirección de correo."),
            ),
            (bounces is None or is_mailbox(bounces), _("BOUNCE_ADDRESS no es una dirección de correo.")),
            (
                box is None or bounces is not None,
                _("BOUNCE_MAILBOX necesita BOUNCE_ADDRESS: sin ella lo devuelto no dice de qué envío es."),
            ),
            (
                _is_timeout(environment),
                _("EMAIL_TIMEOUT no es un número de segundos mayor que 0."),
            ),
        )
        wrong = [sentence for right, sentence in checks if not right]
        return wrong if box is None else [*wrong, *mailbox.problems(box)]

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def send(self, outgoing: Outgoing) -> Outcome:
        if self._account is None or self._pool is None:
            return errors.MISCONFIGURED
        progress = Progress()
        try:
            async with asyncio.timeout(min(self.deadline, self._account.timeout)):
                return await self._attempt(outgoing, self._account, self._pool, progress)
        except NetworkFailure as failure:
            return failure.outcome()
        except TimeoutError:
            late = AnswerLost("network.timeout") if progress.sent_dot else NotSent("network.no_time")
            return late.outcome()
        except Exception:
            logger.exception("email: delivery %s failed in an unforeseen way", outgoing.delivery_id)
            return UNEXPECTED

    async def _attempt(
        self, outgoing: Outgoing, account: MailAccount, pool: MailPool, progress: Progress
    ) -> Outcome:
        address = _writable(outgoing.address)
        if address is None:
            return errors.BAD_ADDRESS
        attachments = outgoing.content.attachments
        try:
            enclosure = await self._enclosures.get(attachments) if attachments else None
        except OSError:
            return errors.NO_ATTACHMENT
        letter = build(outgoing, account, address, enclosure)
        envelope = (_return_path(outgoing, account), address)
        try:
            async with pool.lend() as connection:
                said = await connection.send(envelope, letter, progress)
        except errors.Refused as refused:
            return errors.classify(refused.reply, outgoing.address)
        except errors.Unusable as unusable:
            return errors.NO_SMTPUTF8 if unusable.what == "smtputf8" else errors.MISCONFIGURED
        queued = _QUEUED_AS.search(said)
        return Outcome(OutcomeClass.ACCEPTED, provider_id=queued[1] if queued else "")


def _account(environment: Mapping[str, str]) -> MailAccount | None:
    try:
        account = read_account(environment)
    except ValueError:
        return None
    return account if account.host and is_mailbox(account.sender) else None


def _is_timeout(environment: Mapping[str, str]) -> bool:
    try:
        read_timeout(environment)
    except ValueError:
        return False
    return True


def _writable(address: str) -> str | None:
    """The address as SMTP takes it, None if it cannot be one."""
    if not is_mailbox(address):
        return None
    try:
        return ascii_domain(address)
    except UnicodeError:
        return None


def _return_path(outgoing: Outgoing, account: MailAccount) -> str:
    bounces = ascii_domain(account.bounces or account.sender)
    if not account.bounces:
        return bounces
    return return_path.sign(bounces, outgoing.delivery_id, outgoing.try_no)
