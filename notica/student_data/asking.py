"""Asking for a workbook of students; a job makes it (`jobs`)."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notica.models import DataRequest
from notica.models.student_data import WAITING
from notica.student_data.choosing import Selection, reader_of, students_of
from plumier.access import groups_visible_to, person_in, schools_worked_in
from plumier.clock import day_in
from plumier.models import School, User
from plumier.refusals import Refused
from plumier.wakeups import wake_later

JOB: Final = "notica.student_data.jobs.work"


@transaction.atomic
def ask_for(selection: Selection, school: School, *, by: User, now: datetime) -> DataRequest:
    """Ask for the workbook; the same one that is still being made is not asked for twice.

    Raises Refused where somebody chosen is not hers to see, and where there is nobody.
    """
    today = day_in(school, now)
    if not by.is_superuser and person_in(by, school, today) is None:
        raise Refused(_("No trabaja en este centro: no puede pedir los datos de su alumnado."))
    _check(selection, school, by, today)
    User.objects.select_for_update().get(pk=by.pk)  # a double click asks once
    kept = selection.as_json()
    known = DataRequest.objects.filter(by=by, school=school, selection=kept, state__in=WAITING).first()
    if known is not None:
        return known
    request = DataRequest.objects.create(
        school=school, by=by, selection=kept, language=get_language() or "es", asked_at=now
    )
    wake_later(JOB, request.pk)
    return request


def requests_of(user: User, today: date) -> QuerySet[DataRequest]:
    """Those that this user asked for, in the schools where she works: nobody else's."""
    return DataRequest.objects.filter(by=user, school__in=schools_worked_in(user, today))


def _check(selection: Selection, school: School, by: User, today: date) -> None:
    reader = reader_of(by, school, today)
    groups = groups_visible_to(by, today).filter(school=school, pk__in=selection.groups)
    named = reader.students.filter(pk__in=selection.students)
    if groups.distinct().count() < len(selection.groups) or named.count() < len(selection.students):
        raise Refused(_("Alguien de la selección no existe o no es de su alumnado."))
    if not students_of(selection, reader).exists():
        raise Refused(_("No hay ningún alumno en la selección."))
