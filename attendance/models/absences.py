"""Who was missing when, and who marked it (requirement E1)."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.choices import AbsenceKind
from attendance.models.notices import AbsenceNotice


class AttendancePolicy(models.Model):
    """What a school has settled about absences; a school without a row has the defaults."""

    school = models.OneToOneField(
        "plumier.School",
        on_delete=models.CASCADE,
        related_name="attendance_policy",
        verbose_name=_("centro"),
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutos de espera"),
        default=0,
        validators=[MaxValueValidator(240)],
        help_text=_(
            "Las faltas de un alumno que se ponen en este tiempo van en un solo aviso. 0: cada una se avisa al momento."
        ),
    )
    threshold = models.PositiveSmallIntegerField(
        _("porcentaje de absentismo"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("A partir de qué parte de las sesiones de un periodo aparece un alumno en «Absentismo»."),
    )

    class Meta:
        verbose_name = _("política de faltas")
        verbose_name_plural = _("políticas de faltas")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(threshold__gte=1, threshold__lte=100), name="threshold_percent"
            ),
            models.CheckConstraint(condition=Q(grace_minutes__lte=240), name="grace_four_hours"),
        ]

    def __str__(self) -> str:
        return str(self.school)


class Roll(models.Model):
    """That the roll of a class was taken on a day: of an assignment in a session, or of a group for the whole day.

    Whoever saves it holds its row, so that two teachers do not save the same class at once.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    day = models.DateField(_("día"))
    session = models.PositiveSmallIntegerField(_("sesión"), default=0)
    assignment = models.ForeignKey(
        "plumier.TeachingAssignment",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("docencia"),
    )
    group = models.ForeignKey(
        "plumier.Group",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("grupo"),
    )
    taken_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("la pasó")
    )
    taken_at = models.DateTimeField(_("pasada"), null=True)

    class Meta:
        verbose_name = _("lista pasada")
        verbose_name_plural = _("listas pasadas")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "session", "assignment", "group"], nulls_distinct=False, name="roll_once"
            ),
            models.CheckConstraint(
                condition=Q(assignment__isnull=False, group__isnull=True, session__gt=0)
                | Q(assignment__isnull=True, group__isnull=False, session=0),
                name="roll_of_a_class_or_of_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.session} {self.assignment or self.group}"


class Absence(models.Model):
    """A student who was missing or late in a session of a day; session 0 is the whole day.

    A mark that was wrong stays with `cleared_at`. `session`, `starts` and `subject` are as they were on that day,
    whatever becomes of the timetable. Nobody has noted what came from a file. Every change is kept by triggers.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="absences", verbose_name=_("centro")
    )
    enrolment = models.ForeignKey(
        "plumier.Enrolment", on_delete=models.CASCADE, related_name="absences", verbose_name=_("matrícula")
    )
    day = models.DateField(_("día"))
    session = models.PositiveSmallIntegerField(_("sesión"), default=0)
    starts = models.TimeField(_("empieza"), null=True, blank=True)
    subject = models.ForeignKey(
        "plumier.Subject",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("materia"),
    )
    teacher = models.ForeignKey(
        "plumier.Person",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("docente"),
    )
    kind = models.CharField(_("clase"), max_length=10, choices=AbsenceKind.choices)
    cleared_at = models.DateTimeField(_("quitada"), null=True, blank=True)
    justified_at = models.DateTimeField(_("justificada"), null=True, blank=True)
    justified_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("la justificó"),
    )
    justification = models.CharField(_("motivo"), max_length=500, blank=True)
    noted_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("la puso"),
    )
    noted_at = models.DateTimeField(_("puesta"))
    notice = models.ForeignKey(
        AbsenceNotice,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="absences",
        verbose_name=_("aviso"),
    )

    class Meta:
        verbose_name = _("falta")
        verbose_name_plural = _("faltas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "day", "session"], name="absence_once"),
            models.CheckConstraint(
                condition=Q(justified_at__isnull=True, justified_by__isnull=True, justification="")
                | Q(justified_at__isnull=False),
                name="absence_justified_by_whom",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["school", "day"], condition=Q(cleared_at__isnull=True), name="absence_school_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.day} · {self.session}"

    @property
    def is_justified(self) -> bool:
        """Whether somebody has excused it."""
        return self.justified_at is not None
