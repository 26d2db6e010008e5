"""What the class journal is written in (requirement C9)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LineKind(models.TextChoices):
    """Of what a line speaks."""

    CONDUCT = "conduct", _("Nề nếp (convivencia)")
    STUDY = "study", _("Học tập (estudio)")
    ATTENDANCE = "attendance", _("Chuyên cần (asistencia)")
    PRAISE = "praise", _("Khen (elogio)")
    OTHER = "other", _("Otro")


class Tone(models.TextChoices):
    """How it is meant."""

    GOOD = "good", _("Bueno")
    NEUTRAL = "neutral", _("Neutro")
    CONCERN = "concern", _("Preocupa")


class JournalState(models.TextChoices):
    """Whose a class's journal of a day is: its teachers' until it is handed in, and again when it is returned."""

    OPEN = "open", _("Sin entregar")
    HANDED = "handed", _("Entregado")
    RETURNED = "returned", _("Devuelto")


class ReportState(models.TextChoices):
    """Of a day's report."""

    DRAFT = "draft", _("Borrador")
    SENT = "sent", _("Enviado")
