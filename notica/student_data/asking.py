"""Asking for a workbook of students (`notica.exports`)."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from notica.exports.asking import ask
from notica.models import DataRequest
from notica.models.exports import STUDENT_DATA
from notica.student_data.choosing import Selection, reader_of, students_of
from plumier.access import groups_visible_to, person_in
from plumier.clock import day_in
from plumier.models import School, User
from plumier.refusals import Refused


def ask_for(selection: Selection, school: School, *, by: User, now: datetime) -> DataRequest:
    """Ask for the workbook.

    Raises Refused where somebody chosen is not hers to see, and where there is nobody.
    """
    today = day_in(school, now)
    if not by.is_superuser and person_in(by, school, today) is None:
        raise Refused(_("No trabaja en este centro: no puede pedir los datos de su alumnado."))
    _check(selection, school, by, today)
    return ask(STUDENT_DATA, school, selection.as_json(), by=by, now=now)


def _check(selection: Selection, school: School, by: User, today: date) -> None:
    reader = reader_of(by, school, today)
    groups = groups_visible_to(by, today).filter(school=school, pk__in=selection.groups)
    named = reader.students.filter(pk__in=selection.students)
    if groups.distinct().count() < len(selection.groups) or named.count() < len(selection.students):
        raise Refused(_("Alguien de la selección no existe o no es de su alumnado."))
    if not students_of(selection, reader).exists():
        raise Refused(_("No hay ningún alumno en la selección."))
