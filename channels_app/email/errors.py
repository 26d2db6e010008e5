"""What a mail server's replies mean (RFC 5321, with the enhanced codes of RFC 3463).

Besides the reply itself it matters where in the dialogue it came: what is refused at MAIL FROM is
our own address, and a 554 instead of a greeting is no message's fault.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.outcomes import account_down, address_refused, content_refused, in_their_words

NEXT_DAY = 24 * 60 * 60.0  # seconds until a full mailbox is tried again
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")


class Stage(StrEnum):
    """Where in the dialogue a reply came."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Reply:
    """A refusal by the server."""

    stage: Stage
    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """Its enhanced code (`5.1.1`), empty if it has none."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""


class Refused(Exception):
    """The server said no; `reply` is what and where. The message was certainly not taken."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.code)
        self.reply = reply


class Unusable(Exception):
    """The server lacks `what`: `smtputf8`, or what the account asks for (`security`, `login`)."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: it fits if all that it names fits. Empty fits anything."""

    codes: frozenset[int]
    enhanced: tuple[str, ...]  # whole codes, or the start of one, ended by a dot
    kind: OutcomeClass
    fault: Fault
    suppress: bool = False
    stages: frozenset[Stage] = frozenset(Stage)
    retry_after: float | None = None

    def fits(self, reply: Reply) -> bool:
        """Whether the reply is of this row."""
        if reply.stage not in self.stages or (self.codes and reply.code not in self.codes):
            return False
        return not self.enhanced or any(_is_of(reply.enhanced, wanted) for wanted in self.enhanced)


_PERMANENT, _NOT_PROCESSED = OutcomeClass.PERMANENT, OutcomeClass.NOT_PROCESSED
_ANY: frozenset[int] = frozenset()
_OPENING = frozenset({Stage.GREETING, Stage.LOGIN})
_TRANSIENT_CODES = frozenset(range(400, 500))
_LOGIN_CODES = frozenset({530, 534, 535, 538})

# The first row that fits.
TABLE: tuple[Row, ...] = (
    Row(_TRANSIENT_CODES, (), _NOT_PROCESSED, Fault.NONE),
    Row(_LOGIN_CODES, (), _NOT_PROCESSED, Fault.ACCOUNT),
    Row(_ANY, (), _NOT_PROCESSED, Fault.ACCOUNT, stages=_OPENING),
    Row(frozenset({556}), (), _PERMANENT, Fault.ADDRESS, suppress=True),
    Row(frozenset({552}), ("5.2.2",), _NOT_PROCESSED, Fault.ADDRESS, retry_after=NEXT_DAY),
    Row(frozenset({552}), ("5.3.4",), _PERMANENT, Fault.CONTENT),
    Row(frozenset({550, 554}), ("5.7.",), _PERMANENT, Fault.CONTENT),
    Row(_ANY, (), _NOT_PROCESSED, Fault.ACCOUNT, stages=frozenset({Stage.SENDER})),
    # About our address, not hers: servers say it at RCPT or long after.
    Row(_ANY, ("5.1.7", "5.1.8"), _PERMANENT, Fault.CONTENT),
    Row(frozenset({550, 551, 553}), ("5.1.", "5.2.1"), _PERMANENT, Fault.ADDRESS, suppress=True),
    # Without an enhanced code the reply is not sure enough to suppress the address.
    Row(frozenset({550, 551, 553}), ("",), _PERMANENT, Fault.ADDRESS, stages=frozenset({Stage.RECIPIENT})),
    Row(
        frozenset({552}),
        ("",),
        _NOT_PROCESSED,
        Fault.ADDRESS,
        stages=frozenset({Stage.RECIPIENT}),
        retry_after=NEXT_DAY,
    ),
    Row(frozenset({552}), ("",), _PERMANENT, Fault.CONTENT),
    Row(_ANY, (), _PERMANENT, Fault.MESSAGE),
)

BAD_ADDRESS = address_refused("smtp.bad_address")
NO_SMTPUTF8 = address_refused("smtp.no_smtputf8")
NO_ATTACHMENT = content_refused("smtp.attachment_missing")
MISCONFIGURED = account_down("smtp.misconfigured")

REASONS: Mapping[str, StrOrPromise] = {
    "smtp.bad_address": _("La dirección de correo no es válida"),
    "smtp.no_smtputf8": _("El servidor de correo no admite direcciones con acentos"),
    "smtp.attachment_missing": _("No se encuentra un archivo adjunto"),
    "smtp.misconfigured": _("La cuenta de correo del centro está mal configurada"),
    "smtp.5.1.*": _("La dirección de correo no existe"),
    "smtp.5.1.1": _("El buzón no existe"),
    "smtp.5.1.2": _("El dominio del correo no existe"),
    "smtp.5.1.7": _("El servidor de correo no admite la dirección del centro"),
    "smtp.5.1.8": _("El servidor de correo no admite la dirección del centro"),
    "smtp.5.1.10": _("El dominio no recibe correo"),
    "smtp.5.2.1": _("El buzón está desactivado"),
    "smtp.5.2.2": _("El buzón está lleno"),
    "smtp.5.3.4": _("El correo es demasiado grande"),
    "smtp.5.7.*": _("El servidor de correo rechazó el mensaje por sus normas"),
    "smtp.4.2.2": _("El buzón está lleno"),
    "smtp.4.7.1": _("El servidor de correo pide que se vuelva a intentar"),
    "smtp.4*": _("El servidor de correo no pudo admitirlo por ahora"),
    "smtp.5*": _("El servidor de correo rechazó el mensaje"),
    "smtp.550": _("El buzón no existe o no admite el mensaje"),
    "smtp.552": _("El buzón está lleno o el correo es demasiado grande"),
    "smtp.bounced": _("El correo fue devuelto"),
    "smtp.556": _("El dominio no recibe correo"),
    "smtp.login": _("El servidor de correo no reconoce la cuenta del centro"),
    "smtp.greeting": _("El servidor de correo no atiende a este equipo"),
    "smtp.sender": _("El servidor de correo no admite la dirección del centro"),
}


def classify(reply: Reply, address: str = "") -> Outcome:
    """What is known after the server refused a mail to `address`."""
    row = next(row for row in TABLE if row.fits(reply))
    word = reply.enhanced or str(reply.code)
    if row.fault is Fault.ACCOUNT:
        word = Stage.LOGIN if reply.code in _LOGIN_CODES else reply.stage
    outcome = Outcome(row.kind, f"smtp.{word}", row.fault, row.suppress, row.retry_after)
    return in_their_words(outcome, reply.text, address)


def _is_of(enhanced: str, wanted: str) -> bool:
    return enhanced.startswith(wanted) if wanted.endswith(".") else enhanced == wanted
