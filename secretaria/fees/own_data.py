"""Fees in the copy of what a school holds about somebody (requirement E8)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person
from plumier.money import money
from secretaria.models import Fee


def fee_sections(_person: Person, children: list[Child]) -> Iterator[Section]:
    """Of each child, and of herself as a student; who noted what in the office is the office's."""
    columns = [
        ("student", _("Alumno")),
        ("reference", _("Referencia")),
        ("concept", _("Concepto")),
        ("issued_on", _("Emitida el")),
        ("due_on", _("Vence el")),
        ("amount", _("Importe")),
        ("paid", _("Pagado")),
        ("state", _("Estado")),
    ]
    found = Fee.objects.filter(student__in=[child.pk for child in children])
    rows: list[Row] = [
        (
            one.student.person.full_name,
            one.reference,
            one.concept.name,
            one.issued_on,
            one.due_on,
            money(one.amount, one.currency),
            money(one.paid, one.currency),
            str(one.state.label),
        )
        for one in found.select_related("student__person", "concept").order_by("issued_on", "pk")
    ]
    yield Section("fees", _("Tasas"), columns, rows)
