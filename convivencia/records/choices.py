"""What a behaviour record may say as data: of which kind it is, and what was done."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

TEXT_LENGTH: Final = 4_000  # characters of what happened
PLACE_LENGTH: Final = 120
MEASURE_LENGTH: Final = 500
REASON_LENGTH: Final = 500  # why it is annulled
MOST_SESSIONS: Final = 12  # of a day


class BehaviourKind(models.TextChoices):
    """How grave it is, as the rules of living together (normas de convivencia) have it."""

    CONTRARY = "contrary", _("Conducta contraria a las normas")
    GRAVE = "grave", _("Conducta gravemente perjudicial")
    INCIDENT = "incident", _("Incidencia")
    POSITIVE = "positive", _("Conducta que se reconoce")


class Measure(models.TextChoices):
    """What was done at once."""

    NONE = "none", _("Ninguna todavía")
    SPOKEN = "spoken", _("Amonestación oral")
    WRITTEN = "written", _("Amonestación por escrito")
    SENT_OUT = "sent_out", _("Salida del aula con tarea")
    TASK = "task", _("Tarea fuera del horario")
    TALK = "talk", _("Entrevista con el alumno")
    MEETING = "family_meeting", _("Cita con la familia")
    OTHER = "other", _("Otra medida")
