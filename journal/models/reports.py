"""The day's state of the classes, as an office of the school reports it (requirement C12)."""

from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from journal.choices import ReportState
from plumier.roles import Role

REMARKS_LENGTH: Final = 1_000
REMARK_LENGTH: Final = 300


def _school() -> Any:
    return models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )


class DayReport(models.Model):
    """An office's report of a day: its post says which. `number` counts how often it was sent; above 1 it corrects."""

    school = _school()
    day = models.DateField(_("día"))
    role = models.CharField(_("oficina"), max_length=20, choices=Role.choices)
    state = models.CharField(
        _("estado"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT
    )
    remarks = models.TextField(_("observaciones"), max_length=REMARKS_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    edited_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("lo escribió")
    )
    number = models.PositiveSmallIntegerField(_("veces enviado"), default=0)
    sent_at = models.DateTimeField(_("enviado"), null=True, blank=True)

    class Meta:
        verbose_name = _("parte del día")
        verbose_name_plural = _("partes del día")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "day", "role"], name="day_report_once"),
            models.CheckConstraint(
                condition=Q(number=0, sent_at__isnull=True) | Q(number__gt=0, sent_at__isnull=False),
                name="day_report_sent_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.day}"


class DayReportClass(models.Model):
    """What a report says of a class; None is a number that nobody has counted."""

    school = _school()
    report = models.ForeignKey(
        DayReport, on_delete=models.CASCADE, related_name="classes", verbose_name=_("parte")
    )
    group = models.ForeignKey(
        "plumier.Group", on_delete=models.CASCADE, related_name="+", verbose_name=_("grupo")
    )
    absent = models.PositiveSmallIntegerField(_("faltan"), null=True, blank=True)
    late = models.PositiveSmallIntegerField(_("llegan tarde"), null=True, blank=True)
    remarks = models.CharField(_("observaciones"), max_length=REMARK_LENGTH, blank=True)

    class Meta:
        verbose_name = _("clase del parte")
        verbose_name_plural = _("clases del parte")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "group"], name="day_report_class_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group}"


class DayReportIncident(models.Model):
    """What happened with a pupil. `client_key` makes a double press one; what was taken away stays."""

    school = _school()
    report = models.ForeignKey(
        DayReport, on_delete=models.CASCADE, related_name="incidents", verbose_name=_("parte")
    )
    enrolment = models.ForeignKey(
        "plumier.Enrolment", on_delete=models.CASCADE, related_name="+", verbose_name=_("matrícula")
    )
    text = models.CharField(_("incidencia"), max_length=REMARK_LENGTH)
    client_key = models.CharField(max_length=40, editable=False)
    removed_at = models.DateTimeField(_("quitada"), null=True, blank=True)

    class Meta:
        verbose_name = _("incidencia del parte")
        verbose_name_plural = _("incidencias del parte")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "client_key"], name="day_report_incident_once"),
            models.CheckConstraint(condition=~Q(text=""), name="day_report_incident_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
