"""How a student stood in a session."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mark(models.TextChoices):
    """What a teacher marks for a pupil (requirement E1); the last one is an absence that is excused already."""

    PRESENT = "present", _("Asiste")
    ABSENT = "absent", _("Falta")
    LATE = "late", _("Retraso")
    JUSTIFIED = "justified", _("Justificada")


class AbsenceKind(models.TextChoices):
    """What is kept."""

    ABSENT = "absent", _("Falta")
    LATE = "late", _("Retraso")


class NoticeState(models.TextChoices):
    """A notice to a family: it waits for its time, has been handed over, or was not needed any more."""

    WAITING = "waiting", _("En espera")
    SENT = "sent", _("Enviado")
    DROPPED = "dropped", _("No hizo falta")


class AnswerKind(models.TextChoices):
    """What a family answers to a notice."""

    KNEW = "knew", _("Lo sabía")
    SHOULD_BE_THERE = "should_be_there", _("¡Debería estar en clase!")
