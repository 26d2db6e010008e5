"""Proposals of titles, and the titles in them (requirement E6)."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

TITLE_LENGTH: Final = 120
YEAR_LENGTH: Final = 20
NUMBER_LENGTH: Final = 30
NAME_LENGTH: Final = 150


class BatchState(models.TextChoices):
    """How far a proposal has come: of those received, some of its titles may still be missing."""

    DRAFT = "draft", _("Borrador")
    SENT = "sent", _("Propuesta enviada")
    PARTLY = "partly", _("Recibida en parte")
    RECEIVED = "received", _("Recibida")
    COLLECTED = "collected", _("Recogidos todos")


class DiplomaBatch(models.Model):
    """A proposal: of which studies the title is, of which year, its number and when it was sent.

    `state` follows from `sent_on` and from its titles; the actions keep it. `client_key` makes a double press make one.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    title = models.CharField(_("título o enseñanza"), max_length=TITLE_LENGTH)
    year = models.CharField(_("curso"), max_length=YEAR_LENGTH)
    number = models.CharField(_("número de propuesta"), max_length=NUMBER_LENGTH, blank=True)
    sent_on = models.DateField(_("enviada el"), null=True, blank=True)
    state = models.CharField(
        _("estado"), max_length=10, choices=BatchState.choices, default=BatchState.DRAFT, editable=False
    )
    made_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("la hizo")
    )
    made_at = models.DateTimeField(_("hecha"))
    client_key = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("propuesta de títulos")
        verbose_name_plural = _("propuestas de títulos")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "client_key"], name="diploma_batch_made_once"),
            models.UniqueConstraint(
                fields=["school", "year", "number"], condition=~Q(number=""), name="diploma_batch_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sent_on__isnull=True)
                | (~Q(state="draft") & Q(sent_on__isnull=False)),
                name="diploma_batch_sent_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["school", "state", "-id"], name="diploma_batch_state"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.title, self.year, self.number)))


class Diploma(models.Model):
    """One student's title in a proposal.

    `collected_by` noted that it was handed over, to the student herself or to `collected_to`, whom she authorised.
    `message` is the send that told her last, resends of it aside.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    batch = models.ForeignKey(
        DiplomaBatch, on_delete=models.CASCADE, related_name="diplomas", verbose_name=_("propuesta")
    )
    student = models.ForeignKey(
        "plumier.Student", on_delete=models.CASCADE, related_name="diplomas", verbose_name=_("alumno")
    )
    received_at = models.DateTimeField(_("recibido"), null=True, blank=True)
    received_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo recibió"),
    )
    message = models.ForeignKey(
        "notica.Message",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="diplomas",
        verbose_name=_("aviso"),
    )
    collected_at = models.DateTimeField(_("recogido"), null=True, blank=True)
    collected_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo entregó"),
    )
    collected_to = models.CharField(_("persona autorizada"), max_length=NAME_LENGTH, blank=True)

    class Meta:
        verbose_name = _("título académico")
        verbose_name_plural = _("títulos académicos")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "student"], name="diploma_once_a_batch"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True, collected_at__isnull=True)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="diploma_received_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(collected_at__isnull=True, collected_by__isnull=True, collected_to="")
                | Q(collected_at__isnull=False, collected_by__isnull=False),
                name="diploma_collected_by_whom",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["school", "received_at", "id"],
                condition=Q(received_at__isnull=False, collected_at__isnull=True),
                name="diploma_waiting",
            ),
        ]

    def __str__(self) -> str:
        return str(self.student)
