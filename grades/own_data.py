"""Marks and acuses de recibo in the copy of what a school holds about somebody (requirement D3)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grades.models import Acknowledgement
from grades.reports import reports_of
from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person


def grades_sections(person: Person, children: list[Child]) -> Iterator[Section]:
    """What is open to her of each child, of this year and of those gone by, and what she has acknowledged."""
    rows: list[Row] = [
        (child.student.person.full_name, str(report.evaluation), line.subject, line.value, line.remark)
        for child in children
        for past in (False, True)
        for report in reports_of(child, past=past)
        for line in report.lines
    ]
    columns = [
        ("student", _("Alumno")),
        ("evaluation", _("Evaluación")),
        ("subject", _("Materia")),
        ("value", _("Calificación")),
        ("remark", pgettext("of staff", "Observaciones")),
    ]
    yield Section("marks", _("Calificaciones"), columns, rows)
    given = Acknowledgement.objects.filter(
        person=person, enrolment__student__in=[child.pk for child in children]
    ).select_related("evaluation", "enrolment__student__person")
    yield Section(
        "acknowledgements",
        _("Acuses de recibo que ha dado"),
        [("student", _("Alumno")), ("evaluation", _("Evaluación")), ("at", _("Cuándo"))],
        [
            (one.enrolment.student.person.full_name, str(one.evaluation), one.at)
            for one in given.order_by("at", "pk")
        ],
    )
