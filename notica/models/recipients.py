"""To whom something was promised, and each person's Notica copy.

The relations have no database foreign keys (they cost more than the rows themselves on insert);
`notica.consistency` stands in. Each has an index only where something reads by it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notica.choices import Outcome
from notica.models.messages import Message


class Recipient(models.Model):
    """One unit of promise: exactly one person, or one family.

    A family is named by the student with the lowest id among the siblings whom the same guardians answer
    for. `plan` holds the ordered steps and what was left out, with reason codes (`planning.Plan`).
    `step` is the step that is open, from 1; 0 when there was none to open.
    """

    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="recipients",
        verbose_name=_("envío"),
    )
    school = models.ForeignKey(
        "plumier.School",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("centro"),
    )
    person = models.ForeignKey(
        "plumier.Person",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
        related_name="received",
        verbose_name=_("persona"),
    )
    family_of = models.ForeignKey(
        "plumier.Student",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
        related_name="family_messages",
        verbose_name=_("familia de"),
    )
    plan = models.JSONField(default=dict)
    step = models.SmallIntegerField(default=0)
    step_deadline_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        _("resultado"), max_length=12, choices=Outcome.choices, default=Outcome.OPEN, blank=True
    )
    reason = models.CharField(_("motivo"), max_length=60, blank=True)
    closed_at = models.DateTimeField(_("cerrado"), null=True, blank=True)

    class Meta:
        verbose_name = _("destinatario")
        verbose_name_plural = _("destinatarios")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, family_of__isnull=True)
                | Q(person__isnull=True, family_of__isnull=False),
                name="recipient_person_or_family",
            ),
            models.UniqueConstraint(
                fields=["message", "person"],
                condition=Q(person__isnull=False),
                name="recipient_person_once",
            ),
            models.UniqueConstraint(
                fields=["message", "family_of"],
                condition=Q(family_of__isnull=False),
                name="recipient_family_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True)
                | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="recipient_closed_with_outcome",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["message", "id"], name="recipient_message"),
            models.Index(fields=["message", "outcome", "id"], name="recipient_outcome"),
            models.Index(
                fields=["step_deadline_at"],
                condition=Q(outcome="", step_deadline_at__isnull=False),
                name="recipient_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.pk}"


class RecipientAbout(models.Model):
    """A student whom the message to this recipient is about.

    `pushed` is False for a student with protected data: her guardians read it in Mirador only. Of a text with a
    place for them, her group's and her tutor's names as they were when it was planned.
    """

    message_id = models.BigIntegerField()
    recipient = models.ForeignKey(
        Recipient,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="about",
        verbose_name=_("destinatario"),
    )
    student = models.ForeignKey(
        "plumier.Student",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("alumno"),
    )
    pushed = models.BooleanField(default=True)
    group_name = models.CharField(max_length=60, null=True, editable=False)
    tutor_name = models.CharField(max_length=255, null=True, editable=False)

    class Meta:
        verbose_name = _("alumno del mensaje")
        verbose_name_plural = _("alumnos del mensaje")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "student"], name="about_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}/{self.student_id}"


class InboxEntry(models.Model):
    """The Notica copy of one person. It is no step: it never stops a fallback (requirement B1).

    It is there from `created_at` on; a message that is held or cancelled before then is never seen. From
    `archived_at` on it is out of her way, and goes when all do.
    """

    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="inbox_entries",
        verbose_name=_("envío"),
    )
    recipient = models.ForeignKey(
        Recipient,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="inbox_entries",
        verbose_name=_("destinatario"),
    )
    person = models.ForeignKey(
        "plumier.Person",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="inbox",
        verbose_name=_("persona"),
    )
    created_at = models.DateTimeField(_("fecha"))
    read_at = models.DateTimeField(_("leído"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archivado"), null=True, blank=True)
    expires_at = models.DateTimeField(_("se elimina"))

    class Meta:
        verbose_name = _("mensaje en Notica")
        verbose_name_plural = _("mensajes en Notica")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "person"], name="inbox_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at", "-id"], name="inbox_newest"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="inbox_unread"),
            models.Index(fields=["expires_at"], name="inbox_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.person_id}"
