"""The numbers of an import in words, as its page and its buttons say them (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plumier.importing.kinds import ROSTER, kind_labels

_OF_A_ROSTER: Final[dict[str, Promise]] = {
    "students": gettext_lazy("Alumnado"),
    "guardians": gettext_lazy("Padres, madres y tutores"),
    "groups": gettext_lazy("Grupos"),
}


def counts_in_words(report: Mapping[str, Any]) -> list[tuple[str, Mapping[str, int]]]:
    """Whatever an import counts, by the names that people read."""
    shown: list[tuple[str, Mapping[str, int]]] = []
    if report.get("kind", ROSTER) == ROSTER:
        shown = [(str(word), report[name]) for name, word in _OF_A_ROSTER.items() if name in report]
    return [*shown, *_others(report)]


def apply_words(report: Mapping[str, Any]) -> str:
    """What is to be done, with its numbers, for the button that does it."""
    parts = list(_parts(report))
    if not parts:
        number = sum(report.get("differences", {}).values())
        parts = [ngettext("%(number)d cambio", "%(number)d cambios", number) % {"number": number}]
    return _("Aplicar: %(what)s") % {"what": ", ".join(parts)}


def undo_words(number: int) -> str:
    """What is to be taken back, for the button that does it."""
    text = ngettext(
        "Deshacer la importación entera: %(number)d cambio",
        "Deshacer la importación entera: %(number)d cambios",
        number,
    )
    return text % {"number": number}


def _others(report: Mapping[str, Any]) -> list[tuple[str, Mapping[str, int]]]:
    labels = kind_labels()
    found = [
        (name, one) for name, one in report.items() if name not in _OF_A_ROSTER and isinstance(one, dict)
    ]
    return [(capfirst(str(labels.get(name, name))), one) for name, one in found if "same" in one]


def _parts(report: Mapping[str, Any]) -> Iterator[str]:
    students, guardians, groups = (report.get(name, {}) for name in _OF_A_ROSTER)
    for number, text in (
        (students.get("new", 0), _students_new),
        (students.get("changed", 0), _students_changed),
        (guardians.get("new", 0), _guardians_new),
        (guardians.get("changed", 0), _guardians_changed),
        (report.get("ended_ties", 0), _ties_ended),
        (groups.get("new", 0), _groups_new),
    ):
        if number:
            yield text(number) % {"number": number}
    for label, counts in _others(report):
        told = [f"{word} {counts[name]}" for name, word in _small(report).items() if counts.get(name)]
        if told:
            yield f"{label.lower()} ({', '.join(told)})"


def _small(report: Mapping[str, Any]) -> dict[str, str]:
    """Whoever of the staff is not in the file stays as she is: only what ends is told."""
    ends = {"gone": _("ya no están")} if report.get("differences", {}).get("gone") else {}
    return {"new": _("nuevos"), "changed": _("cambian"), **ends}


def _students_new(number: int) -> str:
    return ngettext("%(number)d alumno nuevo", "%(number)d alumnos nuevos", number)


def _students_changed(number: int) -> str:
    return ngettext("%(number)d alumno cambia", "%(number)d alumnos cambian", number)


def _guardians_new(number: int) -> str:
    return ngettext("%(number)d familiar nuevo", "%(number)d familiares nuevos", number)


def _guardians_changed(number: int) -> str:
    return ngettext("%(number)d familiar cambia", "%(number)d familiares cambian", number)


def _ties_ended(number: int) -> str:
    return ngettext("%(number)d tutor deja de serlo", "%(number)d tutores dejan de serlo", number)


def _groups_new(number: int) -> str:
    return ngettext("%(number)d grupo nuevo", "%(number)d grupos nuevos", number)
