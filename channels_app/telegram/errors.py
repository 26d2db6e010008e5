"""What the Bot API's refusals mean (https://core.telegram.org/bots/api#making-requests).

The HTTP status and the start of `description`, without its «Forbidden:» or «Bad Request:», decide.
A refusal that is not in the table does not suppress an address at once.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from telegram.error import TelegramError

from channels_app.base import Outcome
from channels_app.network import UNEXPECTED
from channels_app.outcomes import (
    account_down,
    address_gone,
    content_refused,
    in_their_words,
    message_refused,
    throttled,
    uncertain,
)
from channels_app.telegram.request import Refused, Unanswered

STRIKES = 3  # refusals for a reason that is not the table's, on different days, until the chat is given up


def doubtful(code: str) -> Outcome:
    """Refused for this message; several times it is the chat."""
    return replace(message_refused(code), strikes=STRIKES)


TOO_LONG = content_refused("telegram.too_long")

# Why a phone that was linked is so no more, until it is linked anew: nothing that the Bot API says.
LEFT = "telegram.left"
MOVED = "telegram.moved"

# (status, start of the description) → outcome; the first that fits. An empty start fits any.
TABLE: tuple[tuple[int, str, Outcome], ...] = (
    (403, "bot was blocked by the user", address_gone("telegram.blocked")),
    (403, "user is deactivated", address_gone("telegram.deactivated")),
    (403, "bot can't initiate conversation", address_gone("telegram.not_started")),
    (403, "", doubtful("telegram.forbidden")),
    (400, "chat not found", address_gone("telegram.chat_not_found")),
    (400, "user not found", address_gone("telegram.user_not_found")),
    (400, "peer_id_invalid", address_gone("telegram.peer_id_invalid")),
    (400, "message is too long", TOO_LONG),
    (400, "message text is empty", content_refused("telegram.empty")),
    (400, "text is empty", content_refused("telegram.empty")),
    (400, "text must be non-empty", content_refused("telegram.empty")),
    (400, "can't parse entities", content_refused("telegram.entities")),
    (429, "", throttled("telegram.flood")),
    (401, "", account_down("telegram.token")),
    (404, "", account_down("telegram.token")),
    (409, "", account_down("telegram.conflict")),
)

REASONS: Mapping[str, StrOrPromise] = {
    "telegram.blocked": _("Ha bloqueado el bot"),
    "telegram.deactivated": _("Ha borrado su cuenta de Telegram"),
    "telegram.not_started": _("No ha iniciado la conversación con el bot"),
    "telegram.forbidden": _("Telegram no permite escribirle"),
    "telegram.chat_not_found": _("El chat de Telegram ya no existe"),
    "telegram.user_not_found": _("El usuario de Telegram ya no existe"),
    "telegram.peer_id_invalid": _("El chat de Telegram no es válido"),
    "telegram.too_long": _("El mensaje es demasiado largo para Telegram"),
    "telegram.empty": _("El mensaje está vacío"),
    "telegram.entities": _("Telegram no entiende el formato del mensaje"),
    "telegram.flood": _("Telegram pide esperar: demasiados mensajes"),
    "telegram.token": _("Telegram no reconoce el bot del centro"),
    "telegram.conflict": _("Otro programa está usando el mismo bot"),
    LEFT: _("Se ha dado de baja en el bot"),
    MOVED: _("Ese Telegram tiene ahora otro número"),
    "telegram.3*": _("La dirección de Telegram está mal configurada"),
    "telegram.4*": _("Telegram rechazó el mensaje"),
    "telegram.5*": _("Fallo de Telegram; puede haberse enviado"),
}


def classify(error: TelegramError, chat: str = "") -> Outcome:
    """What is known after the library raised `error` for a message to `chat`."""
    if isinstance(error, Unanswered):
        return error.failure.outcome()
    if not isinstance(error, Refused):
        return UNEXPECTED
    said = _classify(error.status, error.description)
    return in_their_words(said, error.description, chat, error.retry_after)


def _classify(status: int, description: str) -> Outcome:
    words = description.removeprefix("Forbidden:").removeprefix("Bad Request:").strip().casefold()
    for row_status, start, outcome in TABLE:
        if status == row_status and words.startswith(start):
            return outcome
    code = f"telegram.{status}"
    if status >= 500:
        return uncertain(code)
    return account_down(code) if status < 400 else message_refused(code)
