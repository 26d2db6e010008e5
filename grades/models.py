"""Marks per evaluation (requirement D3)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evaluation(models.Model):
    """An evaluation of a school year: the first, the second, the final one."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="evaluations", verbose_name=_("centro")
    )
    year = models.ForeignKey(
        "plumier.AcademicYear",
        on_delete=models.CASCADE,
        related_name="evaluations",
        verbose_name=_("curso académico"),
    )
    name = models.CharField(_("nombre"), max_length=60)
    closes_on = models.DateField(_("se cierra el"), null=True, blank=True)

    class Meta:
        verbose_name = _("evaluación")
        verbose_name_plural = _("evaluaciones")
        ordering = ("year", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["year", "name"], name="evaluation_once")]

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """What a student got in a subject: a number or a word, as the school writes it."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="marks", verbose_name=_("evaluación")
    )
    enrolment = models.ForeignKey(
        "plumier.Enrolment", on_delete=models.CASCADE, related_name="marks", verbose_name=_("matrícula")
    )
    subject = models.ForeignKey(
        "plumier.Subject", on_delete=models.PROTECT, related_name="marks", verbose_name=_("materia")
    )
    value = models.CharField(_("calificación"), max_length=20)
    remark = models.CharField(_("observaciones"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("calificación")
        verbose_name_plural = _("calificaciones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "enrolment", "subject"], name="mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.student} · {self.subject}: {self.value}"
