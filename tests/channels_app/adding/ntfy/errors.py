"""What the answers of an ntfy server mean."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from channels_app.base import Outcome, OutcomeClass
from channels_app.http import Answer
from channels_app.outcomes import (
    account_down,
    content_refused,
    in_their_words,
    message_refused,
    throttled,
    uncertain,
)

STATUSES: Mapping[int, Outcome] = {
    401: account_down("ntfy.token"),
    403: account_down("ntfy.token"),
    404: account_down("ntfy.url"),
    413: content_refused("ntfy.too_long"),
    429: throttled("ntfy.flood"),
}
REASONS: Mapping[str, StrOrPromise] = {
    "ntfy.token": _("ntfy no reconoce la cuenta del centro"),
    "ntfy.url": _("La dirección de ntfy está mal configurada"),
    "ntfy.too_long": _("El mensaje es demasiado largo para ntfy"),
    "ntfy.flood": _("ntfy pide esperar: demasiados mensajes"),
    "ntfy.5*": _("Fallo de ntfy; puede haberse enviado"),
    "ntfy.4*": _("ntfy rechazó el mensaje"),
}


def classify(answer: Answer, topic: str) -> Outcome:
    """What is known after the server's answer."""
    if 200 <= answer.status < 300:
        return Outcome(OutcomeClass.ACCEPTED)
    code = f"ntfy.{answer.status}"
    unknown = uncertain(code) if answer.status >= 500 else message_refused(code)
    return in_their_words(STATUSES.get(answer.status, unknown), answer.text, topic, answer.retry_after)
