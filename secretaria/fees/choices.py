"""What can happen to a fee, and how it is paid (requirement E8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Movement(models.TextChoices):
    """What changes what is owed. A payment taken back, as by the bank, is owed again."""

    ISSUED = "issued", _("Emitida")
    PAID = "paid", _("Cobrada")
    REVERSED = "reversed", _("Cobro devuelto")
    ANNULLED = "annulled", _("Anulada")


class PaymentWay(models.TextChoices):
    """How it was paid."""

    BANK = "bank", _("Ingreso en el banco")
    TRANSFER = "wire", _("Transferencia")
    CARD = "card", _("Tarjeta")
    CASH = "cash", _("Efectivo")
    APP = "app", _("Aplicación móvil")
    OTHER = "other", _("Otra forma")


class FeeState(models.TextChoices):
    """Where a fee stands, as its movements say."""

    PENDING = "pending", _("Pendiente")
    PARTLY = "partly", _("Pagada en parte")
    PAID = "paid", _("Pagada")
    ANNULLED = "annulled", _("Anulada")
