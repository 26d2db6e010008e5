"""Kinds of bodies, what a member is in one, and what becomes of a meeting (requirement E9)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BodyKind(models.TextChoices):
    """Órganos de gobierno y de coordinación, comisiones."""

    STAFF_MEETING = "claustro", _("Claustro")
    SCHOOL_COUNCIL = "consejo_escolar", _("Consejo Escolar")
    MANAGEMENT = "equipo_directivo", _("Equipo directivo")
    PEDAGOGY = "ccp", _("Comisión de coordinación pedagógica")
    TEACHING_TEAM = "equipo_docente", _("Equipo docente")
    DEPARTMENT = "departamento", _("Departamento")
    COMMITTEE = "comision", _("Comisión")
    OTHER = "otro", _("Otro órgano")


class BodyRole(models.TextChoices):
    """What a member (componente) is in it."""

    CHAIR = "presidente", _("Presidencia")
    SECRETARY = "secretario", _("Secretaría del órgano")
    MEMBER = "vocal", _("Vocal")


class MeetingState(models.TextChoices):
    DRAFT = "draft", _("Borrador")
    CALLED = "called", _("Convocada")
    CANCELLED = "cancelled", _("Desconvocada")


class MeetingAnswer(models.TextChoices):
    COMING = "coming", _("Asistiré")
    NOT_COMING = "not_coming", _("No podré asistir")
