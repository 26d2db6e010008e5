"""Behaviour records in the copy of what a school holds about somebody (requirement E4)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from convivencia.models import BehaviourRecord
from convivencia.records.notifying import what_was_told
from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person


def behaviour_sections(_person: Person, children: list[Child]) -> Iterator[Section]:
    """Of each child; never what happened, in words that may name other pupils, and none that was annulled."""
    students = [child.pk for child in children]
    yield _records(students)
    yield _notices(students)


def _records(students: list[int]) -> Section:
    columns = [
        ("student", _("Alumno")),
        ("day", _("Día")),
        ("kind", _("Tipo")),
        ("measure", _("Medida")),
    ]
    found = BehaviourRecord.objects.filter(enrolment__student__in=students, annulled_at__isnull=True)
    rows: list[Row] = [
        (
            one.enrolment.student.person.full_name,
            one.day,
            one.get_kind_display(),
            one.get_measure_display(),
        )
        for one in found.select_related("enrolment__student__person").order_by("day", "pk")
    ]
    return Section("behaviour_records", _("Registros de convivencia"), columns, rows)


def _notices(students: list[int]) -> Section:
    columns = [
        ("student", _("Alumno")),
        ("at", _("Cuándo")),
        ("text", _("Lo que se le comunicó")),
    ]
    found = what_was_told().filter(record__enrolment__student__in=students)
    rows: list[Row] = [
        (one.record.enrolment.student.person.full_name, one.at, one.message.body)
        for one in found.select_related("record__enrolment__student__person", "message").order_by("at", "pk")
    ]
    return Section("behaviour_notices", _("Lo comunicado de convivencia"), columns, rows)
