"""What the TokApp gateway's answers mean.

The gateway answers 200 with {"error": n} when it did not send. It publishes no list of numbers:
these are assumed, 0 being none. A number that is not here is the message's fault, never the phone's.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from channels_app.base import Outcome, OutcomeClass
from channels_app.http import Answer
from channels_app.masking import clean_detail
from channels_app.outcomes import (
    account_down,
    address_gone,
    content_refused,
    in_their_words,
    message_refused,
    throttled,
    uncertain,
)

NUMBERS: Mapping[int, Outcome] = {
    1: content_refused("tokapp.malformed"),
    2: address_gone("tokapp.invalid_phone"),
    3: address_gone("tokapp.unknown_phone"),
    4: address_gone("tokapp.blocked"),
    5: content_refused("tokapp.too_long"),
    6: account_down("tokapp.no_credit"),
}
STATUSES: Mapping[int, Outcome] = {
    401: account_down("tokapp.token"),
    403: account_down("tokapp.token"),
    404: account_down("tokapp.gateway_url"),
    429: throttled("tokapp.flood"),
}
UNREADABLE = uncertain("tokapp.unreadable")

REASONS: Mapping[str, StrOrPromise] = {
    "tokapp.malformed": _("TokApp no entiende el mensaje"),
    "tokapp.invalid_phone": _("El teléfono no es válido para TokApp"),
    "tokapp.unknown_phone": _("No tiene TokApp en ese teléfono"),
    "tokapp.blocked": _("No admite mensajes del centro en TokApp"),
    "tokapp.too_long": _("El mensaje es demasiado largo para TokApp"),
    "tokapp.no_credit": _("La cuenta de TokApp no tiene saldo"),
    "tokapp.token": _("TokApp no reconoce la cuenta del centro"),
    "tokapp.gateway_url": _("La dirección de TokApp está mal configurada"),
    "tokapp.flood": _("TokApp pide esperar: demasiados mensajes"),
    "tokapp.unreadable": _("No se entiende la respuesta de TokApp; puede haberse enviado"),
    "tokapp.error_*": _("TokApp rechazó el mensaje"),
    "tokapp.3*": _("La dirección de TokApp está mal configurada"),
    "tokapp.4*": _("TokApp rechazó el mensaje"),
    "tokapp.5*": _("Fallo de TokApp; puede haberse enviado"),
}


def classify(answer: Answer, phone: str = "") -> Outcome:
    """What is known after the gateway's answer to a message for `phone`."""
    said = _object(answer.text)
    if 200 <= answer.status < 300:
        return UNREADABLE if said is None else _by_number(said, phone)
    outcome = STATUSES.get(answer.status) or _by_status(answer.status)
    return in_their_words(outcome, _sentence(said or {}), phone, answer.retry_after)


def active_phones(answer: Answer) -> dict[str, bool]:
    """What the gateway says of each phone; nothing if it refused or cannot be understood."""
    said = _object(answer.text) if answer.status == 200 else None
    active = (said or {}).get("active")
    if not isinstance(active, dict):
        return {}
    return {phone: has for phone, has in active.items() if isinstance(has, bool)}


def _by_number(said: Mapping[str, Any], phone: str) -> Outcome:
    number = said.get("error") or 0
    if number in (0, "0"):
        return Outcome(OutcomeClass.ACCEPTED, provider_id=str(said.get("id") or ""))
    known = NUMBERS.get(int(number)) if str(number).isdecimal() else None
    other = message_refused(f"tokapp.error_{clean_detail(str(number))[:20]}")
    return in_their_words(known or other, _sentence(said), phone)


def _by_status(status: int) -> Outcome:
    code = f"tokapp.{status}"
    if status >= 500:
        return uncertain(code)
    return account_down(code) if status < 400 else message_refused(code)


def _sentence(said: Mapping[str, Any]) -> str:
    return str(said.get("message") or said.get("description") or "")


def _object(text: str) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
