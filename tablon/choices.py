"""Who reads a notice, and the states it goes through."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Readers(models.TextChoices):
    """For whom a notice is."""

    FAMILIES = "families", _("Familias")
    STUDENTS = "students", _("Alumnado")
    BOTH = "both", _("Familias y alumnado")


class NoticeState(models.TextChoices):
    """Where a notice stands on a day; what is withdrawn or a draft is so whatever the day."""

    CURRENT = "current", _("En el tablón")
    COMING = "coming", _("Programado")
    DRAFT = "draft", _("Borrador")
    ENDED = "ended", _("Terminado")
    WITHDRAWN = "withdrawn", _("Retirado")
