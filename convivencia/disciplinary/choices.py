"""What an expediente disciplinario may be and go through (requirement E5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseKind(models.TextChoices):
    """By which procedure it is instructed."""

    ORDINARY = "ordinary", _("Procedimiento ordinario")
    CONFORMITY = "conformity", _("Procedimiento de conformidad")


class StepKind(models.TextChoices):
    """The steps of both procedures, in their usual order."""

    OPENING = "opening", _("Acuerdo de incoación")
    FAMILY_NOTICE = "family_notice", _("Notificación a la familia")
    PRECAUTION = "precaution", _("Medidas provisionales")
    STATEMENT = "statement", _("Toma de declaración")
    PROPOSAL = "proposal", _("Propuesta de resolución")
    HEARING = "hearing", _("Trámite de audiencia")
    RESOLUTION = "resolution", _("Resolución")
    RESOLUTION_NOTICE = "resolution_notice", _("Notificación de la resolución")
    APPEAL = "appeal", _("Recurso")
    FOLLOW_UP = "follow_up", _("Seguimiento de las medidas")
    CLOSING = "closing", _("Cierre")
    OTHER = "other", _("Otra actuación")


class Ending(models.TextChoices):
    """How an expediente ends; one that nothing came of is archived."""

    MEASURES = "measures", _("Resuelto con medidas correctoras")
    NO_MEASURES = "no_measures", _("Resuelto sin medidas")
    ARCHIVED = "archived", _("Archivado")


class HearerRole(models.TextChoices):
    """Why somebody hears of an expediente."""

    DIRECTOR = "director", _("equipo directivo")
    TUTOR = "tutor", _("tutor")
    PTSC = "ptsc", _("PTSC")
    INSTRUCTOR = "instructor", _("instructor")


class LeftOut(models.TextChoices):
    """Why somebody who would hear of it by her post does not; for the management alone."""

    BARRED = "barred", _("No se le comunica: una resolución judicial la aparta del alumno.")
    FAMILY = "family", _("No se le comunica por su cargo: es el alumno o de su familia.")
