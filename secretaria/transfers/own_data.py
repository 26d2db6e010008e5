"""Transfers in the copy of what a school holds about somebody."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notica.own_data.sections import Row, Section
from plumier.family_access import Child
from plumier.models import Person
from secretaria.models import TransferStep


def transfer_sections(person: Person, children: list[Child]) -> Iterator[Section]:
    """Each step of the transfers of her children, or her own; what the offices write to each other with its files'
    names."""
    steps = TransferStep.objects.filter(Q(transfer__student__in=[child.pk for child in children]))
    found = steps.select_related("transfer__school", "transfer__destination", "school")
    rows: list[Row] = [
        (
            one.transfer.full_name,
            one.transfer.school.name,
            one.transfer.destination.name,
            one.at,
            one.get_action_display(),
            one.school.name,
            one.note,
            ", ".join(file.name for file in one.files.all()),
        )
        for one in found.prefetch_related("files").order_by("transfer", "number")
    ]
    columns = [
        ("student", _("Alumno")),
        ("origin", _("Centro de origen")),
        ("destination", _("Centro de destino")),
        ("at", _("Cuándo")),
        ("action", _("Actuación")),
        ("school", _("Centro")),
        ("note", pgettext("of staff", "Observaciones")),
        ("files", _("Ficheros")),
    ]
    yield Section("transfers", _("Traslados"), columns, rows)
