"""What is said of meetings of bodies, in the language in force (requirement E9)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.kinds import MEETING
from notica.models import Message

OPEN: Final = "profesores:meeting_open"  # the page is the webs'; it leads each to her own


def meeting_context(message: Message) -> dict[str, Any]:
    """The text of a call, of what changes it, or of its minutes, and where it is answered."""
    params = message.params
    what = params["what"]
    words = {"body": params["body"]}
    heads = {
        "called": _("Se le convoca a una reunión: %(body)s.") % words,
        "changed": _("Ha cambiado la convocatoria de %(body)s. Esto es lo que vale ahora:") % words,
        "cancelled": _("La reunión de %(body)s no se celebra.") % words,
        "minutes": _("Ya está el acta de la reunión de %(body)s.") % words,
    }
    body = [heads[what], "", *fact_lines(params)]
    if what in ("called", "changed"):
        body += ["", *agenda_lines(params)]
        if params["notes"]:
            body += ["", params["notes"]]
    link = f"{settings.LINK_ROOT}{reverse(OPEN, args=[params['token']])}"
    feet = {
        "cancelled": _("La convocatoria: %(link)s"),
        "minutes": _("El acta y los demás ficheros: %(link)s"),
    }
    foot = feet.get(what, _("Diga aquí si asistirá: %(link)s")) % {"link": link}
    return {"body": "\n".join([*body, "", foot]), "subject": subject_of(params)}


def subject_of(params: Mapping[str, Any]) -> str:
    """«Convocatoria: Claustro, jueves 3 de diciembre»."""
    words = {"body": params["body"], "day": day_of(params["starts"])}
    subjects = {
        "changed": _("Cambio en la convocatoria: %(body)s, %(day)s"),
        "cancelled": _("Desconvocada: %(body)s, %(day)s"),
        "minutes": _("Acta: %(body)s, %(day)s"),
    }
    return subjects.get(params["what"], _("Convocatoria: %(body)s, %(day)s")) % words


def fact_lines(params: Mapping[str, Any]) -> list[str]:
    """When, where, how long, and why not where it is cancelled."""
    starts = datetime.fromisoformat(params["starts"])
    words = {"day": day_of(params["starts"]), "hour": time_format(starts, "TIME_FORMAT")}
    lines = [_("Cuándo: %(day)s, a las %(hour)s") % words]
    if second := second_call_words(params):
        lines.append(second)
    lines.append(_("Dónde: %(place)s") % {"place": params["place"]})
    if params["what"] in ("called", "changed"):
        lines.append(
            ngettext("Duración: %(number)d minuto", "Duración: %(number)d minutos", params["minutes"])
            % {"number": params["minutes"]}
        )
    if params["what"] == "cancelled" and params["reason"]:
        lines.append(_("Motivo: %(reason)s") % {"reason": params["reason"]})
    return lines


def agenda_lines(params: Mapping[str, Any]) -> list[str]:
    """The points, numbered."""
    points = [f"{number}. {point}" for number, point in enumerate(params["agenda"], 1)]
    return [_("Orden del día:"), *points] if points else []


def second_call_words(params: Mapping[str, Any]) -> str:
    """When the second call is; with its day where that is another."""
    if not params["second"]:
        return ""
    first, second = (datetime.fromisoformat(params[name]) for name in ("starts", "second"))
    hour = time_format(second, "TIME_FORMAT")
    if first.date() == second.date():
        return _("Segunda convocatoria: a las %(hour)s") % {"hour": hour}
    return _("Segunda convocatoria: %(day)s, a las %(hour)s") % {
        "day": day_of(params["second"]),
        "hour": hour,
    }


def day_of(written: str) -> str:
    """«jueves 3 de diciembre», of a moment as it is kept."""
    day = datetime.fromisoformat(written).date()
    return f"{date_format(day, 'l')} {date_format(day, 'MONTH_DAY_FORMAT')}"


CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {MEETING: meeting_context}
