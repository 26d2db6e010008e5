"""Codes that a parent gets at an address she has given, to say that it is hers (requirement A6)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumier.models import Slot


class ContactCode(models.Model):
    """A code sent to one address of one change of contacts.

    The code itself is kept nowhere: it is made of `seed` and the installation's secret key whenever it is sent or
    checked (`contact_codes`). `key` is the beginning of the link's token. It is open until it is used, called off or
    expired.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    proposal = models.ForeignKey(
        "plumier.ContactProposal", on_delete=models.CASCADE, related_name="codes", verbose_name=_("cambio")
    )
    message = models.OneToOneField(
        "notica.Message", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("envío")
    )
    slot = models.CharField(_("dato"), max_length=20, choices=Slot.choices)
    address = models.CharField(_("dirección"), max_length=254)
    key = models.CharField(max_length=16, unique=True)
    seed = models.CharField(max_length=64)
    sent_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("quién lo envió")
    )
    sent_at = models.DateTimeField(_("enviado"))
    expires_at = models.DateTimeField(_("caduca"))
    tries = models.PositiveSmallIntegerField(_("intentos"), default=0)
    used_at = models.DateTimeField(_("usado"), null=True)
    voided_at = models.DateTimeField(_("anulado"), null=True)

    class Meta:
        verbose_name = _("código de confirmación")
        verbose_name_plural = _("códigos de confirmación")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="contact_code_one_open",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(voided_at__isnull=True),
                name="contact_code_used_or_voided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.get_slot_display()}"
