"""Transfers of students between two schools of the installation, step by step (requirement E7)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumier.functions import name_key
from plumier.models.groups import StageKind
from secretaria.transfers.rules import ENDED, Action, Side, State

OPEN = ~Q(state__in=[state.value for state in ENDED])


class Transfer(models.Model):
    """The file of a student on its way from `school`, where she is, to `destination`.

    What the other school knows of her stands here: the name, the NRE and the stage, as the origin's register had them
    or, until the origin has found `student`, as the destination wrote them. `turn` is the school that must act by the
    end of `due_on`, its civil day; both are empty once it has ended. `steps_done` counts its steps: a form that was
    made from fewer is stale. `reminded_for` is the deadline about which the clock has reminded it.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="transfers_out", verbose_name=_("origen")
    )
    destination = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="transfers_in", verbose_name=_("destino")
    )
    begun_by = models.CharField(_("lo inició"), max_length=10, choices=Side.choices)
    student = models.ForeignKey(
        "plumier.Student",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("alumno"),
    )
    given_name = models.CharField(_("nombre"), max_length=100)
    surname = models.CharField(_("apellidos"), max_length=150, blank=True)
    nre = models.CharField("NRE", max_length=20, blank=True)
    stage = models.CharField(_("enseñanza"), max_length=20, choices=StageKind.choices, blank=True)
    state = models.CharField(_("estado"), max_length=12, choices=State.choices)
    turn = models.ForeignKey(
        "plumier.School",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("le toca a"),
    )
    due_on = models.DateField(_("plazo"), null=True, blank=True)
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    steps_done = models.PositiveIntegerField(_("pasos"), default=0)
    client_key = models.CharField(max_length=64, editable=False)
    opened_at = models.DateTimeField(_("iniciado"))
    changed_at = models.DateTimeField(_("último paso"))
    sort_key = models.GeneratedField(
        expression=name_key(),
        output_field=models.TextField(),
        db_persist=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("traslado")
        verbose_name_plural = _("traslados")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(school=F("destination")), name="transfer_two_schools"),
            models.CheckConstraint(
                condition=Q(OPEN, due_on__isnull=False) & (Q(turn=F("school")) | Q(turn=F("destination")))
                | Q(state__in=[state.value for state in ENDED], turn__isnull=True, due_on__isnull=True),
                name="transfer_somebody_acts_until_it_ends",
            ),
            models.UniqueConstraint(fields=["student"], condition=OPEN, name="transfer_one_of_a_student"),
            models.UniqueConstraint(
                fields=["school", "destination", "nre"],
                condition=OPEN & ~Q(nre=""),
                name="transfer_one_of_an_nre",
            ),
            models.UniqueConstraint(fields=["school", "destination", "client_key"], name="transfer_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["turn", "due_on", "id"], condition=OPEN, name="transfer_turn"),
            models.Index(fields=["school", "-changed_at", "-id"], name="transfer_origin_newest"),
            models.Index(fields=["destination", "-changed_at", "-id"], name="transfer_destination_newest"),
            models.Index(fields=["nre"], condition=~Q(nre=""), name="transfer_nre"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} · {self.get_state_display()}"

    @property
    def full_name(self) -> str:
        """Given name first."""
        return f"{self.given_name} {self.surname}".strip()

    @property
    def is_open(self) -> bool:
        """Whether somebody must still act."""
        return self.state not in ENDED


class TransferStep(models.Model):
    """What a side of a transfer did, with its note or reason, and how many of the other's office were told.

    `school` is whose act it was.
    """

    transfer = models.ForeignKey(
        Transfer, on_delete=models.CASCADE, related_name="steps", verbose_name=_("traslado")
    )
    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    number = models.PositiveIntegerField(_("paso"))
    action = models.CharField(_("actuación"), max_length=12, choices=Action.choices)
    state = models.CharField(_("queda"), max_length=12, choices=State.choices)
    note = models.CharField(_("observaciones"), max_length=1000, blank=True)
    registered = models.BooleanField(_("anotado en la matrícula"), default=False)
    told = models.PositiveSmallIntegerField(_("avisados"), default=0)
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("quién")
    )
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("paso de un traslado")
        verbose_name_plural = _("pasos de traslados")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transfer", "number"], name="transfer_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id} · {self.number} · {self.get_action_display()}"


class TransferFile(models.Model):
    """A file that a side put to a step; both sides read it. `school` is whose it was."""

    step = models.ForeignKey(
        TransferStep, on_delete=models.CASCADE, related_name="files", verbose_name=_("paso")
    )
    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    name = models.CharField(_("nombre"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField(_("tamaño"))
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        verbose_name = _("fichero de un traslado")
        verbose_name_plural = _("ficheros de traslados")

    def __str__(self) -> str:
        return self.name
