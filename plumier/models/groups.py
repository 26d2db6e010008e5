"""Academic years, stages, groups and who is enrolled in them (requirement A1)."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StageKind(models.TextChoices):
    """The stages (enseñanzas) of both source documents."""

    INFANTIL = "infantil", _("Infantil")
    PRIMARIA = "primaria", _("Primaria")
    ESO = "eso", _("ESO")
    BACHILLERATO = "bachillerato", _("Bachillerato")
    FP = "fp", _("FP")
    THPT = "thpt", _("THPT")
    OTHER = "otra", _("Otra enseñanza")


class AbsenceMode(models.TextChoices):
    """How a stage records absences; by date never tells the family (requirement E1)."""

    BY_SESSION = "session", _("por sesión")
    BY_DATE = "date", _("por fecha")


class AcademicYear(models.Model):
    """A school year; exactly one of a school is the current one."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="years", verbose_name=_("centro")
    )
    name = models.CharField(_("nombre"), max_length=20)
    is_current = models.BooleanField(_("en curso"), default=True)
    starts_on = models.DateField(_("primer día"), null=True, blank=True)
    ends_on = models.DateField(_("último día"), null=True, blank=True)

    class Meta:
        verbose_name = _("curso académico")
        verbose_name_plural = _("cursos académicos")
        ordering = ("school", "-name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "name"], name="year_once"),
            models.UniqueConstraint(fields=["school"], condition=Q(is_current=True), name="year_one_current"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="year_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A stage as a school offers it."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="stages", verbose_name=_("centro")
    )
    kind = models.CharField(_("enseñanza"), max_length=20, choices=StageKind.choices)
    absence_mode = models.CharField(
        _("gestión de faltas"), max_length=10, choices=AbsenceMode.choices, default=AbsenceMode.BY_SESSION
    )

    class Meta:
        verbose_name = _("enseñanza")
        verbose_name_plural = _("enseñanzas")
        ordering = ("school", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "kind"], name="stage_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=["infantil", "primaria"]) | Q(absence_mode="date"),
                name="stage_young_children_by_date",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Group(models.Model):
    """A class of one year, with its tutor (GVCN)."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="groups", verbose_name=_("centro")
    )
    year = models.ForeignKey(
        AcademicYear, on_delete=models.CASCADE, related_name="groups", verbose_name=_("curso académico")
    )
    stage = models.ForeignKey(
        Stage, on_delete=models.PROTECT, related_name="groups", verbose_name=_("enseñanza")
    )
    name = models.CharField(_("grupo"), max_length=60)
    tutor = models.ForeignKey(
        "plumier.Person",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tutored_groups",
        verbose_name=_("tutor"),
    )

    class Meta:
        verbose_name = _("grupo")
        verbose_name_plural = _("grupos")
        ordering = ("year", "stage", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "name"], name="group_once"),
        ]

    def __str__(self) -> str:
        return self.name


class EnrolmentStatus(models.TextChoices):
    """Only an active enrolment is messaged."""

    ACTIVE = "active", _("Matriculado")
    WITHDRAWN = "withdrawn", _("Baja")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments, of any year."""

    def in_force(self, today: date) -> Self:
        """Those of students who are here on a day: enrolled, and not gone yet."""
        staying = Q(left_on__isnull=True) | Q(left_on__gt=today)
        return self.filter(staying, status=EnrolmentStatus.ACTIVE)


class Enrolment(models.Model):
    """A student in one group of one year. The history stays when the year turns.

    From the day `left_on` she is messaged no more, whatever the state says.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    student = models.ForeignKey(
        "plumier.Student", on_delete=models.CASCADE, related_name="enrolments", verbose_name=_("alumno")
    )
    year = models.ForeignKey(
        AcademicYear, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("curso académico")
    )
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("grupo")
    )
    status = models.CharField(
        _("estado de la matrícula"),
        max_length=10,
        choices=EnrolmentStatus.choices,
        default=EnrolmentStatus.ACTIVE,
    )
    left_on = models.DateField(_("fecha de baja"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("matrícula")
        verbose_name_plural = _("matrículas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["student", "year"], name="enrolment_once_a_year"),
            models.CheckConstraint(
                condition=Q(status__in=EnrolmentStatus.values),
                name="enrolment_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.group}"
