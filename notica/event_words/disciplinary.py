"""What is said of expedientes disciplinarios to staff, in the language in force (requirement E5).

A mail leaves the house: it names the pupil, the group, the day and the instructor; the facts are read on the page.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.event_words.absences import day_words
from notica.kinds import DISCIPLINARY, DISCIPLINARY_DEADLINE
from notica.models import Message

CASE: Final = "profesores:disciplinary_case"  # where it is read; the page is the teachers' web's
STEPS: Final = {
    "opening": gettext_lazy("Acuerdo de incoación"),
    "family_notice": gettext_lazy("Notificación a la familia"),
    "precaution": gettext_lazy("Medidas provisionales"),
    "statement": gettext_lazy("Toma de declaración"),
    "proposal": gettext_lazy("Propuesta de resolución"),
    "hearing": gettext_lazy("Trámite de audiencia"),
    "resolution": gettext_lazy("Resolución"),
    "resolution_notice": gettext_lazy("Notificación de la resolución"),
    "appeal": gettext_lazy("Recurso"),
    "follow_up": gettext_lazy("Seguimiento de las medidas"),
    "closing": gettext_lazy("Cierre"),
    "other": gettext_lazy("Otra actuación"),
}


def opened_context(message: Message) -> dict[str, Any]:
    """That one was opened, or that it has another instructor."""
    params = message.params
    if params["what"] == "instructor":
        head = _("Instruye usted desde ahora el expediente disciplinario %(number)s:") % params
    else:
        head = _("Se ha abierto el expediente disciplinario %(number)s:") % params
    lines = [
        _("Alumno: %(student)s (%(group)s)") % params,
        _("Abierto el: %(day)s") % {"day": day_words(params["day"])},
        _("Instructor: %(instructor)s") % params,
    ]
    return {"body": "\n".join([head, *(f"• {line}" for line in lines), "", _where(message)])}


def deadline_context(message: Message) -> dict[str, Any]:
    """Which steps have not been done in time."""
    head = _("Ha pasado el plazo sin hacerse, en el expediente %(number)s de %(student)s (%(group)s):")
    lines = [
        f"• {STEPS[one['kind']]}: "
        + _("hasta el %(day)s") % {"day": date_format(date.fromisoformat(one["due"]), "SHORT_DATE_FORMAT")}
        for one in message.params["steps"]
    ]
    return {"body": "\n".join([head % message.params, *lines, "", _where(message)])}


def _where(message: Message) -> str:
    link = f"{settings.LINK_ROOT}{reverse(CASE, args=[message.params['case']])}"
    return _("Los hechos y las actuaciones, en su página: %(link)s") % {"link": link}


# By kind, what its text is made of.
CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {
    DISCIPLINARY: opened_context,
    DISCIPLINARY_DEADLINE: deadline_context,
}
