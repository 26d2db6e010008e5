"""Absences and answers in the copy of what a school holds about somebody (requirement E1)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from attendance.models import Absence, AbsenceAnswer
from attendance.rolls import state_of
from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person


def attendance_sections(person: Person, children: list[Child]) -> Iterator[Section]:
    """Of each child; why it is excused is between whoever said so and the tutor, so only her own answers say why."""
    students = [child.pk for child in children]
    yield _absences(students)
    yield _answers(person, students)


def _absences(students: list[int]) -> Section:
    columns = [
        ("student", _("Alumno")),
        ("day", _("Día")),
        ("session", _("Sesión")),
        ("subject", _("Materia")),
        ("mark", _("Falta")),
    ]
    found = Absence.objects.filter(enrolment__student__in=students, cleared_at__isnull=True)
    rows: list[Row] = [
        (
            one.enrolment.student.person.full_name,
            one.day,
            str(one.session) if one.session else _("Todo el día"),
            str(one.subject) if one.subject else "",
            str(state_of(one).mark.label),
        )
        for one in found.select_related("enrolment__student__person", "subject").order_by(
            "day", "session", "pk"
        )
    ]
    return Section("absences", _("Total de faltas"), columns, rows)


def _answers(person: Person, students: list[int]) -> Section:
    columns = [
        ("student", _("Alumno")),
        ("day", _("Día")),
        ("answer", _("Respuesta")),
        ("reason", _("Motivo")),
        ("file", _("Fichero")),
        ("at", _("Cuándo")),
        ("accepted", _("Aceptado")),
    ]
    found = AbsenceAnswer.objects.filter(person=person, notice__student__in=students)
    rows: list[Row] = [
        (
            one.notice.student.person.full_name,
            one.notice.day,
            one.get_kind_display(),
            one.reason,
            one.file_name,
            one.at,
            one.accepted,
        )
        for one in found.select_related("notice__student__person").order_by("at", "pk")
    ]
    return Section("absence_answers", _("Lo que ha contestado a avisos de faltas"), columns, rows)
