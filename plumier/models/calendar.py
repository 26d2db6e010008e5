"""The days on which a school does not open (requirement A1)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """Days without school, the first and the last included."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="holidays", verbose_name=_("centro")
    )
    name = models.CharField(_("nombre"), max_length=120)
    first_day = models.DateField(_("primer día"))
    last_day = models.DateField(_("último día"))

    class Meta:
        verbose_name = _("festivo o vacaciones")
        verbose_name_plural = _("festivos y vacaciones")
        ordering = ("school", "first_day")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "first_day", "name"], name="holiday_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="holiday_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.name
