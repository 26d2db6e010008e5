"""States of the post office, and which may follow which. ARCHITECTURE.md's picture comes from here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class MessageState(models.TextChoices):
    """A message from its first word to its acuse."""

    DRAFT = "draft", _("Borrador")
    IN_REVIEW = "in_review", _("En revisión")
    QUEUED = "queued", _("En cola")
    SENDING = "sending", _("En curso")
    FINISHED = "finished", _("Terminado")
    CANCELLED = "cancelled", _("Anulado")


class Outcome(models.TextChoices):
    """What came of the promise to one recipient; empty while it is open."""

    OPEN = "", _("En curso")
    REACHED = "reached", _("Entregado al canal")
    UNCONFIRMED = "unconfirmed", _("Sin confirmar")
    FAILED = "failed", _("Fallido")
    NO_CHANNEL = "no_channel", _("Sin canal")
    EXCLUDED = "excluded", _("Excluido")
    CANCELLED = "cancelled", _("Anulado")
    EXPIRED = "expired", _("Caducado")


RETRYABLE: Final = (Outcome.FAILED, Outcome.NO_CHANNEL, Outcome.EXPIRED)


class DeliveryState(models.TextChoices):
    """One address on one account in one step."""

    READY = "ready", _("En cola")
    SENDING = "sending", _("En curso")
    UNCERTAIN = "uncertain", _("Sin respuesta")
    ACCEPTED = "accepted", _("Entregado al canal")
    DELIVERED = "delivered", _("Recibido")
    READ = "read", _("Leído")
    UNDELIVERED = "undelivered", _("Rebotado")
    FAILED = "failed", _("Fallido")
    SENT_UNCONFIRMED = "sent_unconfirmed", _("Sin confirmar")
    CANCELLED = "cancelled", _("Anulado")
    EXPIRED = "expired", _("Caducado")
    SUPPRESSED = "suppressed", _("Suprimido")
    QUARANTINED = "quarantined", _("Apartado")


OPEN_STATES: Final = ("ready", "sending", "uncertain")
SUCCESS_STATES: Final = ("accepted", "delivered", "read")

TRANSITIONS: Final[dict[str, tuple[str, ...]]] = {
    # From `ready` a late answer of an earlier try counts until the row is claimed again.
    "ready": (
        *("sending", "cancelled", "expired", "sent_unconfirmed"),
        *("accepted", "failed", "delivered", "read"),
    ),
    "sending": (
        *("ready", "accepted", "failed", "uncertain", "sent_unconfirmed"),
        *("suppressed", "cancelled", "quarantined"),
    ),
    "uncertain": ("ready", "sent_unconfirmed", "accepted", "failed", "delivered", "read", "undelivered"),
    "accepted": ("delivered", "read", "undelivered"),
    "sent_unconfirmed": ("accepted", "delivered", "read", "undelivered"),
    "undelivered": ("delivered", "read"),
    "delivered": ("read",),
}


class Lane(models.IntegerChoices):
    """Urgent rows are claimed first."""

    URGENT = 0, _("urgente")
    BULK = 1, _("general")


class Audience(models.TextChoices):
    """To whom a sender writes."""

    STUDENT = "alumno", _("Alumno")
    FAMILY = "familia", _("Familia")
    STAFF = "personal", _("Personal")


class Way(models.TextChoices):
    """What a sender chooses; Telegram and TokApp are one choice (requirement B6)."""

    EMAIL = "email", _("Correo electrónico")
    TELEGRAM_TOKAPP = "telegram_tokapp", "Telegram/TokApp"
    SMS = "sms", "SMS"
    NOTICA = "notica", _("Solo Notica")


WAY_CHANNELS: Final[dict[str, tuple[str, ...]]] = {
    Way.EMAIL: ("email",),
    Way.TELEGRAM_TOKAPP: ("telegram", "tokapp"),
    Way.SMS: ("sms",),
    Way.NOTICA: (),
}

_CHANNEL_WORDS: Final[dict[str, StrOrPromise]] = {
    "email": _("Correo"),
    "sms": "SMS",
    "tokapp": "TokApp",
    Way.TELEGRAM_TOKAPP: Way.TELEGRAM_TOKAPP.label,
}


def channel_word(name: str) -> str:
    """How people call a channel or a way; a channel without a word of its own goes by its name."""
    return str(_CHANNEL_WORDS.get(name, name.capitalize()))
