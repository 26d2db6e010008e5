"""What is said of absences to families and staff, in the language in force (requirements E1–E3)."""

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, Final

from django.conf import settings
from django.urls import reverse, reverse_lazy
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.kinds import ABSENCE, ABSENCE_ALARM, ABSENCE_CORRECTION, ABSENCE_EXCUSE
from notica.models import Message

ANSWER: Final = reverse_lazy("mirador:inbox")  # where it is answered; the page is the families' web's
KINDS: Final = {
    "absent": gettext_lazy("falta"),
    "late": gettext_lazy("retraso"),
    "present": gettext_lazy("asistió a clase"),
}


def absence_context(message: Message) -> dict[str, Any]:
    """The text of a notice or of what corrects one, and where a notice is answered; the student stands above it."""
    words = {"day": day_words(message.params["day"])}
    if message.kind == ABSENCE_CORRECTION:
        head = _("Corrección de lo que le avisamos del %(day)s. Lo que consta ahora:") % words
    else:
        head = _("Avisamos de lo que consta en clase el %(day)s:") % words
    lines = [f"• {line_of(one)}" for one in message.params["sessions"]]
    link = f"{settings.LINK_ROOT}{ANSWER}"
    foot = _("Si lo sabía, o si debería estar en clase, conteste en Mirador: %(link)s") % {"link": link}
    return {"body": "\n".join([head, *lines]), "answer": foot}


def absence_line(message: Message) -> str:
    """A notice of absences in one line: «viernes 27 de noviembre · Sesión 2 (09:10) · Matemáticas: falta»."""
    return " · ".join([day_words(message.params["day"]), *map(line_of, message.params["sessions"])])


def line_of(session: Mapping[str, Any]) -> str:
    """«Sesión 2 (09:10) · Matemáticas: falta»."""
    starts = session["starts"]
    when = _("Sesión %(number)d") % {"number": session["session"]} if session["session"] else _("Todo el día")
    hour = f" ({time_format(time.fromisoformat(starts), 'TIME_FORMAT')})" if starts else ""
    subject = f" · {session['subject']}" if session["subject"] else ""
    return f"{when}{hour}{subject}: {KINDS[session['kind']]}"


def justification_context(message: Message) -> dict[str, Any]:
    """What a tutor excused of a teacher's sessions (requirement E2); who did it stands below."""
    lines = [
        f"• {one['student']} ({one['group']}), {day_words(one['day'])}. {line_of(one)}"
        for one in message.params["absences"]
    ]
    reason = message.params["reason"]
    foot = ["", _("Motivo: %(reason)s") % {"reason": reason}] if reason else []
    return {"body": "\n".join([_("El tutor ha justificado estas faltas de sus clases:"), *lines, *foot])}


def absenteeism_context(message: Message) -> dict[str, Any]:
    """Who missed more than a part of a period's sessions (requirement E3)."""
    params = message.params
    words = {
        "first": date_format(date.fromisoformat(params["first"]), "SHORT_DATE_FORMAT"),
        "last": date_format(date.fromisoformat(params["last"]), "SHORT_DATE_FORMAT"),
        "threshold": params["threshold"],
    }
    head = _("Alumnos con más del %(threshold)d %% de faltas del %(first)s al %(last)s:") % words
    return {"body": "\n".join([head, *(f"• {_student_line(one)}" for one in params["students"])])}


def _student_line(one: Mapping[str, Any]) -> str:
    return _(
        "%(student)s (%(group)s): %(percent)s %%, %(missed)d de %(sessions)d sesiones, %(justified)d justificadas"
    ) % {**one, "percent": number_format(one["percent"], 1)}


def day_words(written: str) -> str:
    """«viernes 27 de noviembre», of a day as it is kept."""
    day = date.fromisoformat(written)
    return f"{date_format(day, 'l')} {date_format(day, 'MONTH_DAY_FORMAT')}"


def answer_context(message: Message) -> dict[str, Any]:
    """What a family answered to a notice, and where the student's record with its telephones is."""
    params = message.params
    words = {"student": params["student"], "group": params["group"], "day": day_words(params["day"])}
    if message.kind == ABSENCE_ALARM:
        head = (
            _("%(student)s (%(group)s) debería estar en clase, dice su familia. Consta el %(day)s:") % words
        )
    else:
        head = _("La familia de %(student)s (%(group)s) sabía lo que consta el %(day)s:") % words
    lines = [f"• {line_of(one)}" for one in params["sessions"]]
    reason = [_("Motivo: %(reason)s") % {"reason": params["reason"]}] if params["reason"] else []
    file = [_("Con un justificante: %(name)s") % {"name": params["file"]}] if params["file"] else []
    link = f"{settings.LINK_ROOT}{reverse('profesores:record', args=[message.student_id])}"
    foot = ["", _("Su ficha, con los teléfonos: %(link)s") % {"link": link}]
    return {"body": "\n".join([head, *lines, *reason, *file, *foot])}


# By kind, what its text is made of.
CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {
    ABSENCE: absence_context,
    ABSENCE_CORRECTION: absence_context,
    ABSENCE_EXCUSE: answer_context,
    ABSENCE_ALARM: answer_context,
    "justification": justification_context,
    "absenteeism": absenteeism_context,
}
