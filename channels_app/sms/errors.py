"""What Twilio's refusals and its status callbacks mean (https://www.twilio.com/docs/api/errors).

The HTTP status decides first, then Twilio's own code.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.outcomes import (
    account_down,
    address_gone,
    address_refused,
    content_refused,
    in_their_words,
    message_refused,
    not_now,
    throttled,
    uncertain,
)
from channels_app.sms.client import Refused

logger = logging.getLogger(__name__)
SOFT_WAIT = 15 * 60.0  # seconds until a phone that was out of reach is tried again
TRANSIENT_WAIT = 60.0  # seconds until what failed on the way is tried again
ADDRESS_STRIKES = 2  # an operator's word on a phone is not final: so often is enough

BAD_PHONE = (21211, 21214, 21217, 21401, 21407, 21421, 21604, 21614)
OPTED_OUT = (21610,)
ACCOUNT = (21408, 21606, 21212, 21603, 21609, 20003, 10001, 30002)
CONTENT = (21602, 21605, 21617)  # no text or too much of it: no reason to stop everybody's messages
THROTTLED = (20429, 21611, 14107)
UNCERTAIN = (20500, 20503)

RECEIPT_SOFT = (30003, 30008)
RECEIPT_ADDRESS = (30004, 30005, 30006)
RECEIPT_TRANSIENT = (30001, 30017, 30022)
RECEIPT_CONTENT = (30007, 30018, 30024, 30032)
RECEIPT_EXPIRED = (30036,)


def _rows(codes: tuple[int, ...], made: Callable[[str], Outcome]) -> dict[int, Outcome]:
    return {code: made(f"sms.{code}") for code in codes}


def _soft(code: str) -> Outcome:
    return not_now(code, Fault.ADDRESS, SOFT_WAIT)


def _struck(code: str) -> Outcome:
    return replace(address_refused(code), strikes=ADDRESS_STRIKES)


# What Twilio answers to a message.
ANSWERS: Mapping[int, Outcome] = {
    **_rows(BAD_PHONE, address_gone),
    **_rows(OPTED_OUT, address_gone),
    **_rows(ACCOUNT, account_down),
    **_rows(CONTENT, content_refused),
    **_rows(THROTTLED, throttled),
    **_rows(UNCERTAIN, uncertain),
}
# What its status callback says later of one that it took.
RECEIPTS: Mapping[int, Outcome] = {
    **_rows(RECEIPT_SOFT, _soft),
    **_rows(RECEIPT_ADDRESS, _struck),
    **_rows(RECEIPT_TRANSIENT, partial(not_now, retry_after=TRANSIENT_WAIT)),
    **_rows(RECEIPT_CONTENT, content_refused),
    **_rows(RECEIPT_EXPIRED, partial(not_now, fault=Fault.MESSAGE)),
}
UNREADABLE = uncertain("sms.unreadable")
TOO_LATE = not_now("sms.too_late", Fault.MESSAGE)
CANCELED = message_refused("sms.canceled")  # in the provider's console: nobody wants it sent again

_BAD = _("El teléfono no es válido para SMS")
REASONS: Mapping[str, StrOrPromise] = {
    **{f"sms.{code}": _BAD for code in BAD_PHONE},
    "sms.21614": _("El teléfono no es un móvil"),
    "sms.21610": _("Ha pedido no recibir SMS"),
    "sms.21408": _("La cuenta de SMS no puede enviar a ese país"),
    "sms.21602": _("El SMS está vacío"),
    "sms.21605": _("El SMS es demasiado largo"),
    "sms.21617": _("El SMS es demasiado largo"),
    "sms.20003": _("El proveedor de SMS no reconoce la cuenta del centro"),
    "sms.10001": _("La cuenta de SMS no está activa"),
    "sms.30002": _("La cuenta de SMS está suspendida"),
    "sms.20429": _("El proveedor de SMS pide esperar: demasiados mensajes"),
    "sms.21611": _("El proveedor de SMS pide esperar: demasiados mensajes"),
    "sms.14107": _("El proveedor de SMS pide esperar: demasiados mensajes"),
    "sms.429": _("El proveedor de SMS pide esperar: demasiados mensajes"),
    **{f"sms.{code}": _("El teléfono está apagado o sin cobertura") for code in RECEIPT_SOFT},
    "sms.30004": _("El operador no deja llegar el SMS"),
    "sms.30005": _("El teléfono ya no existe"),
    "sms.30006": _("El teléfono es fijo o no admite SMS"),
    **{f"sms.{code}": _("El operador rechazó el SMS por su texto o su emisor") for code in RECEIPT_CONTENT},
    "sms.30036": _("El SMS caducó antes de llegar"),
    "sms.canceled": _("El SMS se anuló en el proveedor"),
    "sms.too_late": _("Era tarde para que el SMS llegara a tiempo"),
    "sms.opted_in": _("Ha vuelto a pedir los SMS"),
    **{f"sms.{word}": _("El operador no entregó el SMS") for word in ("undelivered", "failed")},
    "sms.not_found": _("El proveedor no tiene el SMS: no llegó a salir"),
    "sms.unreadable": _("No se entiende la respuesta del proveedor; puede haberse enviado"),
    "sms.30*": _("El operador no entregó el SMS"),
    "sms.5*": _("Fallo del proveedor de SMS; puede haberse enviado"),
    "sms.2050*": _("Fallo del proveedor de SMS; puede haberse enviado"),
    "sms.*": _("El proveedor de SMS no admitió el mensaje"),
}


def classify(refused: Refused, phone: str = "") -> Outcome:
    """What is known after Twilio refused a message for `phone`."""
    said = _classify(refused.status, refused.code)
    return in_their_words(said, refused.message, phone, refused.retry_after)


def classify_receipt(code: int, status: str = "undelivered") -> Outcome:
    """What became of a message that Twilio had taken and did not deliver.

    `code` is the error code of its status callback, 0 if it gave none; then `status`, its word, says it alone.
    """
    if code in RECEIPTS:
        return RECEIPTS[code]
    if code in ANSWERS:
        return _later(ANSWERS[code])
    if code == 0:
        return CANCELED if status == "canceled" else not_now(f"sms.{status}", retry_after=SOFT_WAIT)
    note_unknown(code)
    word = f"sms.{code}"
    return message_refused(word) if 21000 <= code < 22000 else not_now(word, retry_after=SOFT_WAIT)


@lru_cache(256)
def note_unknown(code: int) -> None:
    """Once for each code and process, so that somebody looks it up and puts it into the table."""
    logger.warning("sms: error code %d of Twilio is in no table", code)


def _later(answer: Outcome) -> Outcome:
    """An answer's row, where it comes in a receipt: by then it is known that the message did not arrive."""
    if answer.kind in (OutcomeClass.PERMANENT, OutcomeClass.NOT_PROCESSED):
        return answer
    return not_now(answer.code, retry_after=TRANSIENT_WAIT)


def _classify(status: int, code: int) -> Outcome:
    word = f"sms.{code or status}"
    if status >= 500:
        return uncertain(word)
    if status == 429:
        return throttled(word)
    if code in ANSWERS:
        return ANSWERS[code]
    if code:
        note_unknown(code)
    if 30000 <= code < 31000:
        return not_now(word)
    if status in (401, 403, 404) or status < 400:
        return account_down(word)
    return message_refused(word)
