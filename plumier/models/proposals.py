"""Changes of contacts that somebody hands in, and what became of each (requirement A6; V 1, V 2)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumier.models.people import ContactKind, Registration, Relation, Slot
from plumier.models.proposal_states import (
    OPEN_STATES,
    Confirming,
    ProposalSource,
    ProposalState,
    ProposalStep,
    RegistrationChange,
)


class ContactBatch(models.Model):
    """What one person handed in at one moment, for one group or one pupil."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    group = models.ForeignKey(
        "plumier.Group",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("grupo"),
    )
    source = models.CharField(_("cómo"), max_length=10, choices=ProposalSource.choices)
    proposed_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("quién lo entregó")
    )
    proposed_at = models.DateTimeField(_("entregado"))

    class Meta:
        verbose_name = _("entrega de contactos")
        verbose_name_plural = _("entregas de contactos")
        indexes: ClassVar = [
            models.Index(fields=["proposed_by", "-id"], name="contact_batch_by"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.pk}"


def _done(by: str, at: str, state: str) -> Q:
    """Who and when are told together, and always in this state."""
    both = Q(**{f"{by}__isnull": False, f"{at}__isnull": False})
    none = Q(**{f"{by}__isnull": True, f"{at}__isnull": True}) & ~Q(state=state)
    return both | none


class ContactProposal(models.Model):
    """A change of one guardian's data: an existing one's, or one to be made (`makes_guardian`).

    `surname`, `given_name` and `relation` are as they would be; `old_name` is the name that the register had.
    A proposal `to_confirm` waits for the parent's own word. `decision` is why a leader applies what touches a court's
    bar or protected data. Its addresses are `contacts`.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    batch = models.ForeignKey(
        ContactBatch, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("entrega")
    )
    student = models.ForeignKey(
        "plumier.Student", on_delete=models.CASCADE, related_name="+", verbose_name=_("alumno")
    )
    guardian = models.ForeignKey(
        "plumier.Person",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("padre, madre o tutor"),
    )
    makes_guardian = models.BooleanField(_("persona nueva"), default=False)
    given_name = models.CharField(_("nombre"), max_length=100)
    surname = models.CharField(_("apellidos"), max_length=150, blank=True)
    old_name = models.CharField(_("nombre anterior"), max_length=260, blank=True)
    document = models.CharField(_("DNI o NIE"), max_length=20, blank=True)
    relation = models.CharField(_("parentesco"), max_length=10, choices=Relation.choices)
    registration = models.CharField(
        _("registro"), max_length=5, choices=RegistrationChange.choices, blank=True
    )
    registered_on = models.DateField(_("registrado el"), null=True)
    registered_how = models.CharField(
        _("cómo se registró"), max_length=10, choices=Registration.choices, blank=True
    )
    old_registered_on = models.DateField(_("registrado antes el"), null=True)
    note = models.CharField(_("nota"), max_length=300, blank=True)
    needs_confirmation = models.BooleanField(_("se confirma con la familia"), default=False)
    state = models.CharField(
        _("estado"), max_length=10, choices=ProposalState.choices, default=ProposalState.PROPOSED
    )
    confirmed_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("lo confirmó")
    )
    confirmed_at = models.DateTimeField(_("confirmado"), null=True)
    confirmed_how = models.CharField(_("cómo"), max_length=10, choices=Confirming.choices, blank=True)
    applied_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("lo aplicó")
    )
    applied_at = models.DateTimeField(_("aplicado"), null=True)
    decision = models.CharField(_("motivo de la decisión"), max_length=300, blank=True)
    closed_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("lo devolvió o retiró"),
    )
    closed_at = models.DateTimeField(_("devuelto o retirado"), null=True)
    reason = models.CharField(_("motivo"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("cambio de contactos")
        verbose_name_plural = _("cambios de contactos")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_done("applied_by", "applied_at", "applied")
                & (Q(applied_at__isnull=True) | Q(state="applied")),
                name="proposal_applied_by_and_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    closed_by__isnull=False, closed_at__isnull=False, state__in=["returned", "withdrawn"]
                )
                | (
                    Q(closed_by__isnull=True, closed_at__isnull=True)
                    & ~Q(state__in=["returned", "withdrawn"])
                ),
                name="proposal_closed_by_and_when",
            ),
            models.CheckConstraint(
                # By the link of a message there is nobody but the parent.
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, confirmed_how="")
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=True, confirmed_how="link"))
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & ~Q(confirmed_how__in=["", "link"])
                ),
                name="proposal_confirmed_by_when_and_how",
            ),
            models.CheckConstraint(
                condition=(~Q(state="confirmed") | Q(confirmed_at__isnull=False))
                & (~Q(state="to_confirm") | Q(confirmed_at__isnull=True, needs_confirmation=True))
                & (~Q(state="applied") | Q(needs_confirmation=False) | Q(confirmed_at__isnull=False)),
                name="proposal_confirmed_before_applied",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""), name="proposal_returned_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(makes_guardian=True) | Q(guardian__isnull=False), name="proposal_of_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(guardian__isnull=False), name="proposal_applied_to_somebody"
            ),
            models.CheckConstraint(
                condition=Q(registration="begin", registered_on__isnull=False) & ~Q(registered_how="")
                | (~Q(registration="begin") & Q(registered_on__isnull=True, registered_how="")),
                name="proposal_registers_when_and_how",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["school", "id"],
                condition=Q(state__in=["proposed", "to_confirm", "confirmed", "outdated"]),
                name="proposal_open",
            ),
            models.Index(fields=["batch", "id"], name="proposal_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} · {self.name}"

    @property
    def name(self) -> str:
        """The guardian's name as it would be, as lists show it."""
        return f"{self.surname}, {self.given_name}" if self.surname else self.given_name

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in OPEN_STATES


class ProposedContact(models.Model):
    """One address of a change, and what the register had there. An empty `value` empties the slot.

    What cannot be read is never handed in: who types it is told at once.
    """

    proposal = models.ForeignKey(
        ContactProposal, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("cambio")
    )
    slot = models.CharField(_("dato"), max_length=20, choices=Slot.choices)
    kind = models.CharField(_("tipo"), max_length=12, choices=ContactKind.choices, blank=True)
    value = models.CharField(_("valor"), max_length=254, blank=True)
    typed = models.CharField(_("como se escribió"), max_length=300, blank=True)
    old_kind = models.CharField(_("tipo anterior"), max_length=12, choices=ContactKind.choices, blank=True)
    old_value = models.CharField(_("valor anterior"), max_length=254, blank=True)
    old_typed = models.CharField(_("como estaba escrito"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("dirección propuesta")
        verbose_name_plural = _("direcciones propuestas")
        ordering = ("proposal", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "slot"], name="proposed_contact_one_a_slot"),
            models.CheckConstraint(
                condition=Q(kind__in=["mobile", "landline", "email"]) & ~Q(value="") | Q(kind="", value=""),
                name="proposed_contact_is_read",
            ),
            models.CheckConstraint(
                condition=~Q(value=F("old_value")) | ~Q(kind=F("old_kind")), name="proposed_contact_changes"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["value"], condition=~Q(value=""), name="proposed_contact_value"),
        ]

    def __str__(self) -> str:
        return self.value


class ProposalEvent(models.Model):
    """One step of a change: who, when, how and why. Only ever grows, and outlives what it tells of.

    Nobody (`user_id` empty) is the parent herself, by the link of a message.
    """

    school_id = models.BigIntegerField(_("centro"))
    proposal_id = models.BigIntegerField(_("cambio"))
    step = models.CharField(_("qué"), max_length=12, choices=ProposalStep.choices)
    user_id = models.BigIntegerField(_("quién"), null=True)
    how = models.CharField(_("cómo"), max_length=10, blank=True)
    reason = models.CharField(_("motivo"), max_length=300, blank=True)
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("paso de un cambio de contactos")
        verbose_name_plural = _("pasos de los cambios de contactos")
        indexes: ClassVar = [
            models.Index(fields=["proposal_id", "id"], name="proposal_event_proposal"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.step}"
