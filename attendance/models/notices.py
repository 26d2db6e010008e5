"""What a family was told of absences, and what it answered (requirement E1)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.choices import AnswerKind, NoticeState


class AbsenceNotice(models.Model):
    """What a family is told of a student's day: of one absence, or of several that were marked within the grace time.

    `message` is the first one that told it; those that corrected it name it. `said` is what whoever was told
    believes, by session, and `before` what she believed before the last of them. `unsettled` until what was told and
    what is marked are the same.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    student = models.ForeignKey(
        "plumier.Student", on_delete=models.CASCADE, related_name="absence_notices", verbose_name=_("alumno")
    )
    day = models.DateField(_("día"))
    state = models.CharField(
        _("estado"), max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING
    )
    due_at = models.DateTimeField(_("sale"))
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("la puso")
    )
    message = models.OneToOneField(
        "notica.Message",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="absence_notice",
        verbose_name=_("envío"),
    )
    said = models.JSONField(default=dict, editable=False)
    before = models.JSONField(default=dict, editable=False)
    unsettled = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("aviso de falta")
        verbose_name_plural = _("avisos de faltas")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=NoticeState.SENT) | Q(message__isnull=False),
                name="absence_notice_sent_what",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"], condition=Q(unsettled=True), name="absence_notice_unsettled"
            ),
            models.Index(fields=["student", "day"], name="absence_notice_student_day"),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.day}"


class AbsenceAnswer(models.Model):
    """What one of a family answered to a notice: that she knew, with a reason, or that her child should be there.

    A proposed excuse waits until the tutor has taken or refused it (`decided_at`).
    """

    notice = models.ForeignKey(
        AbsenceNotice, on_delete=models.CASCADE, related_name="answers", verbose_name=_("aviso")
    )
    person = models.ForeignKey(
        "plumier.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("quién")
    )
    kind = models.CharField(_("respuesta"), max_length=20, choices=AnswerKind.choices)
    reason = models.CharField(_("motivo"), max_length=500, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    file_size = models.BigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("cuándo"))
    decided_at = models.DateTimeField(_("decidida"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("la decidió"),
    )
    accepted = models.BooleanField(_("aceptada"), null=True, blank=True)

    class Meta:
        verbose_name = _("respuesta a un aviso de falta")
        verbose_name_plural = _("respuestas a avisos de faltas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "person", "kind"], name="absence_answer_once"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, accepted__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, accepted__isnull=False),
                name="absence_answer_decided_by_whom",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["at"],
                condition=Q(decided_at__isnull=True, kind="knew"),
                name="absence_answer_waiting",
            ),
            models.Index(fields=["file_sha256"], condition=~Q(file_sha256=""), name="absence_answer_file"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.get_kind_display()}"
