"""Imports: what was uploaded, what it would change, what became of it (requirement A5)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where an import stands; each with «to» waits for a job."""

    TO_READ = "to_read", _("Leyendo el archivo")
    READY = "ready", _("Por aplicar")
    WRONG = "wrong", _("Con errores")
    TO_APPLY = "to_apply", _("Aplicando")
    APPLIED = "applied", _("Aplicado")
    TO_UNDO = "to_undo", _("Deshaciendo")
    UNDONE = "undone", _("Deshecho")
    FAILED = "failed", _("Fallido")


# A job has something to do for these.
WAITING = (RunState.TO_READ, RunState.TO_APPLY, RunState.TO_UNDO)


class Phase(models.TextChoices):
    """What a job is at."""

    READING = "reading", _("Leyendo el archivo")
    COMPARING = "comparing", _("Comparando con el registro")
    KEEPING = "keeping", _("Guardando lo que cambiaría")
    WRITING = "writing", _("Escribiendo en el registro")
    UNDOING = "undoing", _("Dejando el registro como estaba")


class ImportRun(models.Model):
    """One file of one school on its way into the register.

    `stored` names the file in DATA_DIR, empty once it is deleted. `report` is what the import told, `digest` of
    what it would change: nothing else than what was seen is applied. `notice` is a sentence for who reads the page.
    `kind` is what the file is said to be, empty to guess it. While a job is at it, it has a lease, and `phase`,
    `done` and `total` (students or rows; 0 if that is not known yet) say how far it has come.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="imports", verbose_name=_("centro")
    )
    by = models.ForeignKey(
        "plumier.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("quién"),
    )
    applied_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo aplicó"),
    )
    undone_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo deshizo"),
    )
    file_name = models.CharField(_("archivo"), max_length=200)
    size = models.PositiveBigIntegerField(_("tamaño"))
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=40, blank=True)
    kind = models.CharField(_("qué trae"), max_length=20, blank=True)
    year = models.CharField(_("curso académico"), max_length=20, blank=True)
    language = models.CharField(max_length=5, default="es")
    state = models.CharField(_("estado"), max_length=10, choices=RunState.choices, default=RunState.TO_READ)
    report = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    notice = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    phase = models.CharField(max_length=10, choices=Phase.choices, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(_("subido"))
    applied_at = models.DateTimeField(_("aplicado"), null=True)
    undone_at = models.DateTimeField(_("deshecho"), null=True)

    class Meta:
        verbose_name = _("importación")
        verbose_name_plural = _("importaciones")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "to_undo", "undone"]) | Q(applied_at__isnull=False),
                name="import_applied_has_its_time",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["to_read", "to_apply", "to_undo"]),
                name="import_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def waits(self) -> bool:
        """Whether a job has something to do for it."""
        return self.state in WAITING


class ImportDifference(models.Model):
    """One thing that an import changes, as `plumier.importing.differences` tells it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, db_index=False, related_name="differences")
    row = models.PositiveIntegerField(null=True)
    sheet = models.CharField(max_length=100, blank=True)
    who = models.CharField(max_length=300)
    whose = models.CharField(max_length=30)
    change = models.CharField(max_length=10)
    field = models.CharField(max_length=60, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("diferencia")
        verbose_name_plural = _("diferencias")
        indexes: ClassVar = [
            models.Index(fields=["run", "id"], name="import_difference_all"),
            models.Index(fields=["run", "change", "id"], name="import_difference_page"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.field}"
