"""What is said of general messages: which office answers for one (V 3.1), and what becomes of it at the desk."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notica.kinds import GENERAL, REVIEW_ANSWER, REVIEW_WAITING
from notica.models import Message
from notica.review.words import office_words


def general_context(message: Message) -> dict[str, Any]:
    """The office stands under the text; who sent it from the desk, beside it."""
    return {"office": office_words(message.params["office"])}


def waiting_context(message: Message) -> dict[str, Any]:
    """Something lies on the desk."""
    words = {"office": office_words(message.params["office"])}
    return {"body": _body(message, _("%(office)s ha entregado un texto para las familias:") % words)}


def answer_context(message: Message) -> dict[str, Any]:
    """It was sent, or came back."""
    if message.params["act"] == "send":
        return {"body": _body(message, _("La mesa de revisión ha enviado su texto a las familias:"))}
    return {"body": _body(message, _("La mesa de revisión le devuelve este texto:"))}


def _body(message: Message, head: str) -> str:
    params = message.params
    reason = [_("Motivo: %(reason)s") % {"reason": params["reason"]}] if params["reason"] else []
    link = f"{settings.LINK_ROOT}{reverse('profesores:review_text', args=[params['token']])}"
    foot = _("Está en la mesa de revisión: %(link)s") % {"link": link}
    return "\n\n".join([head, f"«{params['text']}»", *reason, foot])


CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {
    GENERAL: general_context,
    REVIEW_WAITING: waiting_context,
    REVIEW_ANSWER: answer_context,
}
