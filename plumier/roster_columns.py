"""Which columns a roster for TokApp has, in which order and under which titles: written a line a column. Pure.

A line is `code` or `code: title`. The codes stay the same whatever the language; `DEFAULT` serves who writes none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.names import clean_text
from plumier.refusals import Refused

LONGEST_TITLE: Final = 60


class RosterColumn(models.TextChoices):
    """What a column says of somebody; the label is its title where the school gives none."""

    EXPEDIENTE = "expediente", gettext_lazy("Expediente")
    NRE = "nre", "NRE"
    DOCUMENT = "documento", gettext_lazy("DNI o NIE")
    GIVEN_NAME = "nombre", gettext_lazy("Nombre")
    SURNAME = "apellidos", gettext_lazy("Apellidos")
    FULL_NAME = "nombre_completo", gettext_lazy("Apellidos y nombre")
    STAGE = "etapa", gettext_lazy("Enseñanza")
    GROUP = "grupo", gettext_lazy("Grupo")
    PHONE = "telefono", gettext_lazy("Teléfono")
    PHONE_2 = "telefono_2", gettext_lazy("Teléfono 2")
    ROLE = "rol", gettext_lazy("Rol")
    STUDENT = "alumno", gettext_lazy("Alumno")
    EMAIL = "email", gettext_lazy("E-mail")
    LANGUAGE = "idioma", gettext_lazy("Idioma")


DEFAULT: Final = (
    *(RosterColumn.EXPEDIENTE, RosterColumn.GIVEN_NAME, RosterColumn.SURNAME, RosterColumn.GROUP),
    *(RosterColumn.PHONE, RosterColumn.ROLE, RosterColumn.EMAIL, RosterColumn.LANGUAGE),
)


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """A column of one school's roster."""

    code: RosterColumn
    title: str


def chosen_columns(kept: Iterable[Iterable[str]]) -> list[ChosenColumn]:
    """Those that a school keeps as pairs (code, title); the usual ones, in the language in force, if it keeps none."""
    chosen = [(RosterColumn(code), title) for code, title in kept] or [(code, "") for code in DEFAULT]
    return [ChosenColumn(code, title or str(code.label)) for code, title in chosen]


def as_lines(kept: Iterable[Iterable[str]]) -> str:
    """As people write them."""
    chosen = [(code, title) for code, title in kept] or [(str(code), "") for code in DEFAULT]
    return "\n".join(f"{code}: {title}" if title else code for code, title in chosen)


def read_lines(typed: str) -> list[list[str]]:
    """The pairs (code, title) of what was written; none for nothing. Raises Refused, which names the line."""
    found: list[list[str]] = []
    for number, line in enumerate(typed.splitlines(), 1):
        code, _colon, title = (clean_text(part) for part in line.partition(":"))
        if code:
            _check(number, code.lower(), title, {known for known, _title in found})
            found.append([code.lower(), title])
    if found and not _has_phone(found):
        raise Refused(_("Falta una columna de teléfono: escriba «telefono» o «telefono_2»."))
    return found


def kept_problem(kept: Any) -> str:
    """What is wrong with kept columns, as a sentence; empty if nothing is."""
    if not isinstance(kept, list):
        return _("Las columnas son una lista de pares [código, título].")
    for pair in kept:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            return _("Las columnas son una lista de pares [código, título].")
    try:
        read_lines(as_lines(kept) if kept else "")
    except Refused as refusal:
        return str(refusal)
    return ""


def _has_phone(pairs: list[list[str]]) -> bool:
    return any(code in (RosterColumn.PHONE, RosterColumn.PHONE_2) for code, _title in pairs)


def _check(number: int, code: str, title: str, known: set[str]) -> None:
    about = {"line": number, "code": code}
    if code not in RosterColumn.values:
        codes = ", ".join(RosterColumn.values)
        raise Refused(
            _("Línea %(line)d: no hay ninguna columna «%(code)s». Son: %(codes)s.")
            % {**about, "codes": codes}
        )
    if code in known:
        raise Refused(_("Línea %(line)d: «%(code)s» está dos veces.") % about)
    if len(title) > LONGEST_TITLE:
        raise Refused(
            _("Línea %(line)d: el título pasa de %(most)d caracteres.") % {**about, "most": LONGEST_TITLE}
        )
