"""What is said of class journals and of the day's reports, in the language in force (requirements C9, C12)."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, Final

from django.conf import settings
from django.urls import reverse, reverse_lazy
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from notica.event_words.absences import day_words
from notica.kinds import DAY_REPORT, JOURNAL, JOURNAL_MISSING, JOURNAL_REMINDER, JOURNAL_RETURNED
from notica.models import Message
from plumier.roles import Role

# The pages are the staff's web's.
JOURNALS: Final = reverse_lazy("profesores:journals")
DESK: Final = reverse_lazy("profesores:journals_desk")


def journal_context(message: Message) -> dict[str, Any]:
    """Under which day the family reads of its child; what it reads stands in the text's one place."""
    return {"subject": _("Diario de clase del %(day)s") % {"day": day_words(message.params["day"])}}


def reminder_context(message: Message) -> dict[str, Any]:
    """To a tutor whose journal is not handed in."""
    words = {"day": day_words(message.params["day"]), "until": _hour(message.params["until"])}
    head = (
        _("El diario de su grupo del %(day)s está sin entregar. Entréguelo antes de las %(until)s:") % words
    )
    return {"body": f"{head}\n{_link(message, JOURNALS)}"}


def missing_context(message: Message) -> dict[str, Any]:
    """To the desk: which classes' journals it has not got."""
    words = {"day": day_words(message.params["day"]), "until": _hour(message.params["until"])}
    head = _("A las %(until)s del %(day)s faltaba el diario de estos grupos:") % words
    groups = "\n".join(f"• {name}" for name in message.params["groups"])
    return {"body": f"{head}\n{groups}\n\n{_link(message, DESK)}"}


def returned_context(message: Message) -> dict[str, Any]:
    """To a tutor: what the desk asks her to mend."""
    params = message.params
    words = {"day": day_words(params["day"]), "group": params["group"]}
    head = _("La mesa ha devuelto el diario de %(group)s del %(day)s:") % words
    page = reverse("profesores:journal", args=[params["journal"]])
    return {"body": f"{head}\n«{params['reason']}»\n\n{_link(message, page)}"}


def day_report_context(message: Message) -> dict[str, Any]:
    """The day's state of the classes: numbers of all of them, and what happened with whom for whom it is."""
    params = message.params
    words = {"office": Role(params["role"]).label, "day": day_words(params["day"])}
    title = _("Parte del día de %(office)s: %(day)s") % words
    if params["number"] > 1:
        title = _("Corrección del parte del día de %(office)s: %(day)s") % words
    lines = [title, ""]
    for one in params["classes"]:
        lines.append(f"• {class_words(one)}")
        lines += [f"    – {found['student']}: {found['text']}" for found in one["incidents"]]
    if params["remarks"]:
        lines += ["", params["remarks"]]
    link = f"{settings.LINK_ROOT}{reverse('profesores:day_report', args=[params['report']])}"
    return {"subject": title, "body": "\n".join([*lines, "", link])}


def class_words(one: Mapping[str, Any]) -> str:
    """«10A1: faltan 2, llegan tarde 1. Revisión de uniformes»."""
    numbers = []
    if one["absent"] is not None:
        numbers.append(_("faltan %(number)d") % {"number": one["absent"]})
    if one["late"] is not None:
        numbers.append(_("llegan tarde %(number)d") % {"number": one["late"]})
    said = ". ".join(part for part in (", ".join(numbers), one["remarks"]) if part)
    return f"{one['group']}: {said}" if said else f"{one['group']}"


def _hour(written: str) -> str:
    return time_format(time.fromisoformat(written), "TIME_FORMAT")


def _link(message: Message, page: Any) -> str:
    return f"{settings.LINK_ROOT}{page}?dia={message.params['day']}"


CONTEXTS: Final[dict[str, Callable[[Message], dict[str, Any]]]] = {
    JOURNAL: journal_context,
    JOURNAL_REMINDER: reminder_context,
    JOURNAL_MISSING: missing_context,
    JOURNAL_RETURNED: returned_context,
    DAY_REPORT: day_report_context,
}
