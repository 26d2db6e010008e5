"""Behaviour records, and what families were told of them (requirement E4)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from convivencia.records.choices import (
    MEASURE_LENGTH,
    PLACE_LENGTH,
    REASON_LENGTH,
    BehaviourKind,
    Measure,
)


class BehaviourRecord(models.Model):
    """What a pupil did on a day, as somebody who attends her wrote it down.

    Those of one incident have the same `incident`. When it was is said by a session, by the hour, or by neither. One
    that was wrong stays, annulled. `version` grows with each correction. Every change is kept by triggers.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    enrolment = models.ForeignKey(
        "plumier.Enrolment",
        on_delete=models.CASCADE,
        related_name="behaviour_records",
        verbose_name=_("matrícula"),
    )
    incident = models.UUIDField(_("incidente"), editable=False)
    kind = models.CharField(_("tipo"), max_length=20, choices=BehaviourKind.choices)
    text = models.TextField(_("qué ha pasado"))
    day = models.DateField(_("día"))
    session = models.PositiveSmallIntegerField(_("sesión"), null=True, blank=True)
    hour = models.TimeField(_("hora"), null=True, blank=True)
    place = models.CharField(_("lugar"), max_length=PLACE_LENGTH, blank=True)
    measure = models.CharField(_("medida"), max_length=20, choices=Measure.choices, default=Measure.NONE)
    measure_text = models.CharField(_("detalle de la medida"), max_length=MEASURE_LENGTH, blank=True)
    author = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("autor")
    )
    written_at = models.DateTimeField(_("escrito"))
    version = models.PositiveIntegerField(default=1, editable=False)
    annulled_at = models.DateTimeField(_("anulado"), null=True, blank=True)
    annulled_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo anuló"),
    )
    annulled_reason = models.CharField(_("por qué se anula"), max_length=REASON_LENGTH, blank=True)

    class Meta:
        verbose_name = _("registro de convivencia")
        verbose_name_plural = _("registros de convivencia")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "enrolment"], name="behaviour_once_an_incident"),
            models.CheckConstraint(condition=~Q(text=""), name="behaviour_says_what"),
            models.CheckConstraint(
                condition=Q(session__isnull=True) | Q(hour__isnull=True), name="behaviour_session_or_hour"
            ),
            models.CheckConstraint(
                condition=Q(annulled_at__isnull=True, annulled_by__isnull=True, annulled_reason="")
                | (Q(annulled_at__isnull=False, annulled_by__isnull=False) & ~Q(annulled_reason="")),
                name="behaviour_annulled_by_whom",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["school", "-day", "-id"], name="behaviour_newest"),
            models.Index(fields=["author", "-day", "-id"], name="behaviour_author"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.day} · {self.get_kind_display()}"

    @property
    def is_annulled(self) -> bool:
        """Whether it was wrong."""
        return self.annulled_at is not None


class BehaviourNotice(models.Model):
    """A message to the family about a record; the first, or a further one that corrects what was told.

    `ruled_out` are the words that looked like a classmate's given name and of which whoever sent it said that they
    were not.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    record = models.ForeignKey(
        BehaviourRecord,
        on_delete=models.CASCADE,
        related_name="notices",
        verbose_name=pgettext_lazy("behaviour", "registro"),
    )
    message = models.OneToOneField(
        "notica.Message", on_delete=models.PROTECT, related_name="behaviour_notice", verbose_name=_("envío")
    )
    ruled_out = models.JSONField(_("no son alumnos"), default=list, blank=True)
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("lo envió")
    )
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("notificación de convivencia")
        verbose_name_plural = _("notificaciones de convivencia")
        indexes: ClassVar = [models.Index(fields=["record", "at"], name="behaviour_notice_record")]

    def __str__(self) -> str:
        return f"{self.record} · {self.at}"
