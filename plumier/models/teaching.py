"""What is taught by whom to whom, and when in the week (requirement A1)."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumier.models.groups import AcademicYear, Enrolment, Group


class Weekday(models.IntegerChoices):
    """Days of the week as ISO 8601 numbers them."""

    MONDAY = 1, _("lunes")
    TUESDAY = 2, _("martes")
    WEDNESDAY = 3, _("miércoles")
    THURSDAY = 4, _("jueves")
    FRIDAY = 5, _("viernes")
    SATURDAY = 6, _("sábado")
    SUNDAY = 7, _("domingo")


class Subject(models.Model):
    """A subject (materia) as a school calls it; the code is the school's own and may be empty."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="subjects", verbose_name=_("centro")
    )
    name = models.CharField(_("materia"), max_length=120)
    code = models.CharField(_("código"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("materia")
        verbose_name_plural = _("materias")
        ordering = ("school", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "name"], name="subject_once"),
            models.UniqueConstraint(
                fields=["school", "code"], condition=~Q(code=""), name="subject_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Subgroup(models.Model):
    """Students of one or several groups who are taught together: a split (desdoble) or an optional subject."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="subgroups", verbose_name=_("centro")
    )
    year = models.ForeignKey(
        AcademicYear, on_delete=models.CASCADE, related_name="subgroups", verbose_name=_("curso académico")
    )
    name = models.CharField(_("subgrupo"), max_length=60)
    members: models.ManyToManyField[Enrolment, "SubgroupMember"] = models.ManyToManyField(
        Enrolment, through="plumier.SubgroupMember", related_name="subgroups", verbose_name=_("alumnos")
    )

    class Meta:
        verbose_name = _("subgrupo")
        verbose_name_plural = _("subgrupos")
        ordering = ("year", "name")
        constraints: ClassVar = [models.UniqueConstraint(fields=["year", "name"], name="subgroup_once")]

    def __str__(self) -> str:
        return self.name


class SubgroupMember(models.Model):
    """An enrolment in a subgroup."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    subgroup = models.ForeignKey(
        Subgroup, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("subgrupo")
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("matrícula")
    )

    class Meta:
        verbose_name = _("alumno del subgrupo")
        verbose_name_plural = _("alumnos del subgrupo")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subgroup", "enrolment"], name="subgroup_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.subgroup} · {self.enrolment}"


class TeachingAssignment(models.Model):
    """A teacher of a subject in a group or in a subgroup, from … until … (both days count).

    Without dates she teaches it for the whole year. A substitute has an assignment of her own.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="assignments", verbose_name=_("centro")
    )
    year = models.ForeignKey(
        AcademicYear, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("curso académico")
    )
    teacher = models.ForeignKey(
        "plumier.Person", on_delete=models.CASCADE, related_name="assignments", verbose_name=_("docente")
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("materia")
    )
    group = models.ForeignKey(
        Group,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("grupo"),
    )
    subgroup = models.ForeignKey(
        Subgroup,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("subgrupo"),
    )
    held_from = models.DateField(_("desde"), null=True, blank=True)
    held_until = models.DateField(_("hasta"), null=True, blank=True)

    class Meta:
        verbose_name = _("docencia")
        verbose_name_plural = _("docencia")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["teacher", "subject", "group", "subgroup", "held_from"],
                nulls_distinct=False,
                name="assignment_once",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=True) ^ Q(subgroup__isnull=True),
                name="assignment_group_or_subgroup",
            ),
            models.CheckConstraint(
                condition=Q(held_from__isnull=True)
                | Q(held_until__isnull=True)
                | Q(held_until__gte=F("held_from")),
                name="assignment_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.group or self.subgroup} · {self.teacher}"


class SessionSlot(models.Model):
    """A session of a school's week: its number in the day, and wall-clock times in the school's zone."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="slots", verbose_name=_("centro")
    )
    year = models.ForeignKey(
        AcademicYear, on_delete=models.CASCADE, related_name="slots", verbose_name=_("curso académico")
    )
    weekday = models.PositiveSmallIntegerField(_("día"), choices=Weekday.choices)
    number = models.PositiveSmallIntegerField(
        _("sesión"), validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    starts = models.TimeField(_("empieza"))
    ends = models.TimeField(_("termina"))

    class Meta:
        verbose_name = _("sesión")
        verbose_name_plural = _("sesiones")
        ordering = ("year", "weekday", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "weekday", "number"], name="slot_once"),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="slot_weekday_known"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="slot_times_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.number}ª"


class TimetableEntry(models.Model):
    """An assignment taught in a session of the week, and where."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    assignment = models.ForeignKey(
        TeachingAssignment, on_delete=models.CASCADE, related_name="entries", verbose_name=_("docencia")
    )
    slot = models.ForeignKey(
        SessionSlot, on_delete=models.CASCADE, related_name="entries", verbose_name=_("sesión")
    )
    room = models.CharField(_("aula"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("sesión del horario")
        verbose_name_plural = _("horario")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "slot"], name="timetable_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.slot} · {self.assignment}"
