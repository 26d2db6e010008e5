"""Marks per evaluation (requirement D3)."""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumier.clock import NOW

VALUE_LENGTH: Final = 20
REMARK_LENGTH: Final = 500


class Evaluation(models.Model):
    """An evaluation of a school year: the first, the second, the final one.

    After the day on which it closes only who leads the school writes its marks.
    """

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
    """What a student got in a subject: a number or a word, as the school writes it; empty where it was taken back.

    `changed_at` is when the database last saw another value or remark, whoever wrote it and however.
    """

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
    value = models.CharField(_("calificación"), max_length=VALUE_LENGTH, blank=True)
    remark = models.CharField(_("observaciones"), max_length=REMARK_LENGTH, blank=True)
    changed_at = models.DateTimeField(_("cambiada"), db_default=NOW, editable=False)

    class Meta:
        verbose_name = _("calificación")
        verbose_name_plural = _("calificaciones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "enrolment", "subject"], name="mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.student} · {self.subject}: {self.value}"


class Publication(models.Model):
    """The marks of a group in an evaluation are open to its families: since when, and who opened them."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="publications", verbose_name=_("evaluación")
    )
    group = models.ForeignKey(
        "plumier.Group", on_delete=models.CASCADE, related_name="publications", verbose_name=_("grupo")
    )
    at = models.DateTimeField(_("publicadas"))
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("las publicó")
    )

    class Meta:
        verbose_name = _("publicación de calificaciones")
        verbose_name_plural = _("publicaciones de calificaciones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "group"], name="publication_once")
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} · {self.group}"


class Acknowledgement(models.Model):
    """«Acuse de recibo»: that somebody of the family, or the student, has read the marks of an evaluation, and when.

    A mark that changes afterwards asks for it again; `at` is then the last time (the history has the others).
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="acknowledgements", verbose_name=_("evaluación")
    )
    enrolment = models.ForeignKey(
        "plumier.Enrolment",
        on_delete=models.CASCADE,
        related_name="acknowledgements",
        verbose_name=_("matrícula"),
    )
    person = models.ForeignKey(
        "plumier.Person", on_delete=models.CASCADE, related_name="acknowledgements", verbose_name=_("quién")
    )
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("acuse de recibo")
        verbose_name_plural = _("acuses de recibo")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "enrolment", "person"], name="acknowledgement_once")
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} · {self.enrolment}"


class Reminder(models.Model):
    """The families of a group who have not acknowledged an evaluation were reminded: once on a day of the school's.

    `token` is the send's (`notica.models.Message`).
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("evaluación")
    )
    group = models.ForeignKey(
        "plumier.Group", on_delete=models.CASCADE, related_name="+", verbose_name=_("grupo")
    )
    day = models.DateField(_("día"))
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("quién")
    )
    token = models.CharField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("recordatorio de calificaciones")
        verbose_name_plural = _("recordatorios de calificaciones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "group", "day"], name="reminder_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} · {self.group} · {self.day}"
