"""Titles in the copy of what a school holds about somebody (requirement E6)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person
from secretaria.models import BatchState, Diploma


def diploma_sections(person: Person, children: list[Child]) -> Iterator[Section]:
    """Of each student about whom she reads: her title, when it came and who collected it."""
    students = [child.pk for child in children]
    columns = [
        ("student", _("Alumno")),
        ("title", _("Título o enseñanza")),
        ("year", _("Curso")),
        ("sent", _("Propuesta enviada")),
        ("received", pgettext("diploma", "Recibido")),
        ("collected", _("Recogido")),
        ("collected_to", _("Lo recogió")),
    ]
    found = Diploma.objects.filter(student__in=students).exclude(batch__state=BatchState.DRAFT)
    rows: list[Row] = [
        (
            one.student.person.full_name,
            one.batch.title,
            one.batch.year,
            one.batch.sent_on,
            one.received_at,
            one.collected_at,
            one.collected_to or (one.student.person.full_name if one.collected_at else ""),
        )
        for one in found.select_related("batch", "student__person").order_by("batch_id", "pk")
    ]
    yield Section("diplomas", _("Títulos"), columns, rows)
