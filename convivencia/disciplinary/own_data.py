"""Expedientes in the copy of what a school holds about somebody (requirement E5): which, when, and how they ended."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from convivencia.models import DisciplinaryCase
from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person


def disciplinary_sections(person: Person, children: list[Child]) -> Iterator[Section]:
    """Of each child; facts and steps name others, and are given by the school with the expediente itself."""
    columns = [
        ("student", _("Alumno")),
        ("number", _("Expediente disciplinario")),
        ("happened", _("Fecha de los hechos")),
        ("opened", _("Abierto el")),
        ("state", _("Estado")),
        ("closed", _("Cerrado el")),
        ("ending", _("Resolución")),
    ]
    found = DisciplinaryCase.objects.filter(student__in=[child.pk for child in children])
    rows: list[Row] = [
        (
            one.student.person.full_name,
            one.number_words,
            one.happened_on,
            one.opened_on,
            _("Abierto") if one.is_open else _("Cerrado"),
            one.closed_on,
            one.get_ending_display(),
        )
        for one in found.select_related("student__person", "year").order_by("opened_on", "pk")
    ]
    yield Section("disciplinary_cases", _("Expedientes disciplinarios"), columns, rows)
