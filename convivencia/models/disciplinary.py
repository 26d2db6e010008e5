"""Expedientes disciplinarios, their steps and who was told of them (requirement E5)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from convivencia.disciplinary.choices import CaseKind, Ending, HearerRole, LeftOut, StepKind
from convivencia.disciplinary.numbers import number_words
from notica.models.files import FileRow

TEXT_LENGTH = 8_000  # characters of what somebody writes
KEY_LENGTH = 64


class DisciplinaryCase(models.Model):
    """An expediente about a pupil. Its number counts from 1 within the school and year («1/2026-27»).

    `group` is the pupil's when it was opened. It is open until it is closed with an `ending`, and is never opened
    again. `client_key` makes a double press open it once.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    year = models.ForeignKey(
        "plumier.AcademicYear", on_delete=models.PROTECT, related_name="+", verbose_name=_("curso académico")
    )
    number = models.PositiveIntegerField(_("número"))
    student = models.ForeignKey(
        "plumier.Student",
        on_delete=models.PROTECT,
        related_name="disciplinary_cases",
        verbose_name=_("alumno"),
    )
    group = models.ForeignKey(
        "plumier.Group", on_delete=models.PROTECT, related_name="+", verbose_name=_("grupo")
    )
    kind = models.CharField(_("procedimiento"), max_length=12, choices=CaseKind.choices)
    facts = models.TextField(_("hechos"), max_length=TEXT_LENGTH)
    happened_on = models.DateField(_("fecha de los hechos"))
    opened_on = models.DateField(_("abierto el"))
    opened_at = models.DateTimeField(_("abierto"))
    opened_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("lo abrió")
    )
    instructor = models.ForeignKey(
        "plumier.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("instructor")
    )
    ending = models.CharField(_("resolución"), max_length=12, choices=Ending.choices, blank=True)
    resolution = models.TextField(_("texto de la resolución"), max_length=TEXT_LENGTH, blank=True)
    closed_on = models.DateField(_("cerrado el"), null=True, blank=True)
    closed_at = models.DateTimeField(_("cerrado"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo cerró"),
    )
    client_key = models.CharField(max_length=KEY_LENGTH, editable=False)

    class Meta:
        verbose_name = _("expediente disciplinario")
        verbose_name_plural = _("expedientes disciplinarios")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "number"], name="disciplinary_number_once"),
            models.UniqueConstraint(fields=["school", "client_key"], name="disciplinary_key_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="disciplinary_number_from_one"),
            models.CheckConstraint(
                condition=Q(happened_on__lte=F("opened_on")), name="disciplinary_facts_before_opening"
            ),
            models.CheckConstraint(
                condition=Q(
                    ending="",
                    resolution="",
                    closed_on__isnull=True,
                    closed_at__isnull=True,
                    closed_by__isnull=True,
                )
                | (
                    ~Q(ending="")
                    & Q(
                        closed_on__gte=F("opened_on"),
                        closed_at__isnull=False,
                        closed_by__isnull=False,
                    )
                ),
                name="disciplinary_closed_whole_or_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["school", "-opened_on", "-id"], name="disciplinary_newest"),
        ]

    def __str__(self) -> str:
        return self.number_words

    @property
    def number_words(self) -> str:
        """«1/2026-27»; reads the year."""
        return number_words(self.number, self.year.name)

    @property
    def is_open(self) -> bool:
        """Whether it is still instructed."""
        return not self.ending


class DisciplinaryStep(models.Model):
    """A step that is to be done until `due_on`, or was done on `done_on`.

    A wrong one is corrected, or crossed out with a reason; what it said before is kept in the history. `version`
    counts its corrections; `reminded_on` is the day on which its deadline was told to have passed.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    case = models.ForeignKey(
        DisciplinaryCase,
        on_delete=models.CASCADE,
        related_name="steps",
        verbose_name=pgettext_lazy("disciplinary", "expediente"),
    )
    kind = models.CharField(_("actuación"), max_length=20, choices=StepKind.choices)
    due_on = models.DateField(_("plazo"), null=True, blank=True)
    done_on = models.DateField(_("hecha el"), null=True, blank=True)
    note = models.TextField(_("nota"), max_length=TEXT_LENGTH, blank=True)
    at = models.DateTimeField(pgettext_lazy("disciplinary", "anotada"))
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("la anotó")
    )
    crossed_out_at = models.DateTimeField(_("tachada"), null=True, blank=True)
    crossed_out_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("la tachó"),
    )
    crossed_out_why = models.CharField(_("por qué se tachó"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    reminded_on = models.DateField(_("recordada el"), null=True, blank=True, editable=False)
    client_key = models.CharField(max_length=KEY_LENGTH, editable=False)

    class Meta:
        verbose_name = _("actuación de un expediente")
        verbose_name_plural = _("actuaciones de expedientes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "client_key"], name="disciplinary_step_key_once"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | Q(done_on__isnull=False),
                name="disciplinary_step_due_or_done",
            ),
            models.CheckConstraint(
                condition=Q(crossed_out_at__isnull=True, crossed_out_by__isnull=True, crossed_out_why="")
                | (Q(crossed_out_at__isnull=False, crossed_out_by__isnull=False) & ~Q(crossed_out_why="")),
                name="disciplinary_step_crossed_out_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on", "school"],
                condition=Q(done_on__isnull=True, crossed_out_at__isnull=True, reminded_on__isnull=True),
                name="disciplinary_step_waiting",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_live(self) -> bool:
        """Whether it counts: not crossed out."""
        return self.crossed_out_at is None


class DisciplinaryFile(FileRow):
    """A file of a step."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    step = models.ForeignKey(
        DisciplinaryStep, on_delete=models.CASCADE, related_name="files", verbose_name=_("actuación")
    )

    class Meta:
        verbose_name = _("fichero de un expediente")
        verbose_name_plural = _("ficheros de expedientes")
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["sha256"], name="disciplinary_file_content")]


class DisciplinaryHearer(models.Model):
    """Somebody who was told by her post that an expediente was opened, or given to her; or was left out, and why."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    case = models.ForeignKey(
        DisciplinaryCase,
        on_delete=models.CASCADE,
        related_name="hearers",
        verbose_name=pgettext_lazy("disciplinary", "expediente"),
    )
    person = models.ForeignKey(
        "plumier.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("persona")
    )
    roles = ArrayField(models.CharField(max_length=10, choices=HearerRole.choices), verbose_name=_("por qué"))
    left_out = models.CharField(_("por qué no"), max_length=10, choices=LeftOut.choices, blank=True)
    message = models.ForeignKey(
        "notica.Message",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("envío"),
    )
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("a quién se comunicó un expediente")
        verbose_name_plural = _("a quiénes se comunicaron expedientes")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(left_out="") & Q(message__isnull=False))
                | (~Q(left_out="") & Q(message__isnull=True)),
                name="disciplinary_told_or_left_out",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
