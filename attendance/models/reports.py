"""What was notified of absentismo (requirement E3)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AbsenteeismReport(models.Model):
    """What was notified of a period, as it was then: who was over the threshold, by whom and to how many (E3)."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    first = models.DateField(_("desde"))
    last = models.DateField(_("hasta"))
    threshold = models.PositiveSmallIntegerField(_("porcentaje"))
    unjustified = models.BooleanField(_("solo sin justificar"), default=False)
    students = models.JSONField(_("alumnos"), default=list)
    told = models.PositiveIntegerField(_("notificados"))
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("lo notificó")
    )
    at = models.DateTimeField(_("notificado"))

    class Meta:
        verbose_name = _("notificación de absentismo")
        verbose_name_plural = _("notificaciones de absentismo")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")), name="absenteeism_days_in_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["school", "-at"], name="absenteeism_newest")]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"
