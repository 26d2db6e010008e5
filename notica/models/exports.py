"""Files about many people that somebody asked for: workbooks of students (C5), rosters for TokApp (B5), what came
of a send (C4)."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notica.models.messages import new_token

STUDENT_DATA: Final = "student_data"
TOKAPP_ROSTER: Final = "tokapp_roster"
SEND_RESULT: Final = "send_result"
OWN_DATA: Final = "own_data"


class DataState(models.TextChoices):
    """Where a file stands; each with «to» waits for a job."""

    TO_MAKE = "to_make", _("Preparándose")
    TO_SEND = "to_send", _("Enviándose")
    READY = "ready", _("Preparado")
    FAILED = "failed", _("No se ha podido preparar")


class DataRequest(models.Model):
    """One file for one user: what she chose, and what became of it.

    `product` says what it is, `selection` what of it she chose, as the product keeps it: ids and codes, no names.
    `stored` names the file while a job is at it;
    once it is made it lies among the files of messages by its hash, until the row is forgotten. `reason` is the
    code of why it failed. The message that says so to her is written with the row's end: once.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    by = models.ForeignKey(
        "plumier.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("quién")
    )
    product = models.CharField(max_length=20, default=STUDENT_DATA)
    selection = models.JSONField(default=dict)
    language = models.CharField(max_length=5, default="es")
    state = models.CharField(_("estado"), max_length=10, choices=DataState.choices, default=DataState.TO_MAKE)
    reason = models.CharField(max_length=20, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(_("pedido"))
    ended_at = models.DateTimeField(_("preparado"), null=True)
    stored = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("tamaño"), default=0)
    students = models.PositiveIntegerField(_("personas"), default=0)
    omitted = models.PositiveIntegerField(_("sin móvil"), default=0)
    message = models.OneToOneField(
        "notica.Message", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("envío")
    )

    class Meta:
        verbose_name = _("archivo pedido")
        verbose_name_plural = _("archivos pedidos")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(sha256="") & Q(ended_at__isnull=False)),
                name="data_request_ready_has_file",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=Q(state__in=["to_make", "to_send"]), name="data_request_waiting"
            ),
            models.Index(fields=["ended_at"], name="data_request_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.get_state_display()}"


# A job has something to do for these.
WAITING = (DataState.TO_MAKE, DataState.TO_SEND)
