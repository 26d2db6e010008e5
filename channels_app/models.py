"""Accounts of the ways out, which address each has linked, and what must not be written to again.

Nothing here knows whose address it is; a school is known by its code alone.
"""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChannelAccount(models.Model):
    """One account of one channel: a bot, a sender, a relay, a gateway.

    `owner` is the code of the school whose own account it is, empty for the shared one; its secrets
    stand in the environment under the channel's names with `__<owner>`. Rate is in messages a second.
    `handle` is the name by which people find it, as its provider says: a bot's, without the @.
    """

    channel = models.CharField(_("canal"), max_length=20)
    owner = models.CharField(_("centro"), max_length=20, blank=True)
    handle = models.CharField(_("nombre en el canal"), max_length=64, blank=True)
    rate = models.FloatField(
        _("mensajes por segundo"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.01)],
        help_text=_("Vacío: lo que admite el canal."),
    )
    tokens = models.FloatField(default=0)
    tokens_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(_("en pausa hasta"), null=True, blank=True)
    circuit_open_until = models.DateTimeField(_("cortado hasta"), null=True, blank=True)
    circuit_reason = models.CharField(_("motivo"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("cuenta de canal")
        verbose_name_plural = _("cuentas de canal")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "owner"], name="account_once"),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | Q(rate__gt=0), name="account_rate_above_0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.owner}".strip()


class ActivationState(models.TextChoices):
    """What is known of an address on an account."""

    LINKED = "linked", _("activo")
    BLOCKED = "blocked", _("bloqueado")
    INACTIVE = "inactive", _("sin activar")


class Activation(models.Model):
    """An address as one account knows it: the chat that a phone linked, or whether a phone has the app.

    `endpoint` is what the provider takes (a chat's id); for channels that take the phone it is the phone.
    """

    account = models.ForeignKey(
        ChannelAccount, on_delete=models.CASCADE, related_name="activations", verbose_name=_("cuenta")
    )
    address = models.CharField(_("dirección"), max_length=254)
    endpoint = models.CharField(_("destino en el canal"), max_length=254, blank=True)
    state = models.CharField(_("estado"), max_length=10, choices=ActivationState.choices)
    checked_at = models.DateTimeField(_("comprobado"))

    class Meta:
        verbose_name = _("activación")
        verbose_name_plural = _("activaciones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "address"], name="activation_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["address"], name="activation_address")]

    def __str__(self) -> str:
        return f"{self.account} {self.get_state_display()}"


class Suppression(models.Model):
    """An address that a channel must not write to again, and why."""

    account = models.ForeignKey(
        ChannelAccount, on_delete=models.CASCADE, related_name="suppressions", verbose_name=_("cuenta")
    )
    address = models.CharField(_("dirección"), max_length=254)
    reason = models.CharField(_("motivo"), max_length=60)
    since = models.DateTimeField(_("desde"))

    class Meta:
        verbose_name = _("dirección suprimida")
        verbose_name_plural = _("direcciones suprimidas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "address"], name="suppression_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.reason}"


class Strike(models.Model):
    """A refusal that may be the address's fault: one alone proves nothing, several on different days do."""

    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    day = models.DateField()
    reason = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("aviso sobre una dirección")
        verbose_name_plural = _("avisos sobre direcciones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "address", "day"], name="strike_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.reason} {self.day}"


class LastSend(models.Model):
    """When an address was last written to, on channels that want a pause between two messages to the same one.

    Not logged: a crash of the database forgets it, which costs a refusal at most.
    """

    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="+", db_index=False)
    endpoint = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("último envío a una dirección")
        verbose_name_plural = _("últimos envíos a direcciones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "endpoint"], name="last_send_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.at}"
