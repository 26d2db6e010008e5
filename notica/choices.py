"""States of the post office, and which may follow which. ARCHITECTURE.md's picture comes from here."""

from functools import cache
from typing import Any, Final

from django.core.signals import setting_changed
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.registry import channel_class, channel_names


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
    # A late answer of an earlier try counts: from `ready` until the row is claimed again, and that it was
    # received at any time.
    "ready": (
        *("sending", "cancelled", "expired", "sent_unconfirmed"),
        *("accepted", "failed", "delivered", "read"),
    ),
    "sending": (
        *("ready", "accepted", "failed", "uncertain", "sent_unconfirmed"),
        *("suppressed", "cancelled", "quarantined"),
    ),
    "uncertain": ("ready", "sent_unconfirmed", "accepted", "failed", "delivered", "read", "undelivered"),
    "accepted": ("ready", "sent_unconfirmed", "delivered", "read", "undelivered"),
    "sent_unconfirmed": ("accepted", "delivered", "read", "undelivered"),
    "undelivered": ("delivered", "read"),
    "delivered": ("read",),
    **dict.fromkeys(("failed", "cancelled", "expired", "suppressed", "quarantined"), ("delivered", "read")),
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


# A way takes every channel that carries texts of this form (`Capabilities.form`).
_WAY_FORMS: Final[dict[str, str]] = {Way.EMAIL: "email", Way.TELEGRAM_TOKAPP: "chat", Way.SMS: "sms"}


@cache  # asked for every plan
def way_channels(way: str) -> tuple[str, ...]:
    """The channels that a way goes by, in the settings' order."""
    form = _WAY_FORMS.get(way, "")
    return tuple(name for name in channel_names() if channel_class(name).capabilities.form == form)


def _forget_channels(*, setting: str, **kwargs: Any) -> None:
    if setting == "CHANNELS":
        way_channels.cache_clear()


setting_changed.connect(_forget_channels)


def channel_word(name: str) -> str:
    """How people call a channel or a way; a channel without a word of its own goes by its name."""
    if name in channel_names():
        return str(channel_class(name).word) or name.capitalize()
    return str(Way(name).label) if name in _WAY_FORMS else name.capitalize()
