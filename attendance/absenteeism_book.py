"""The list of Absentismo as a workbook, with what each share was counted from (requirement E3)."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from attendance.absenteeism import Figures, Period
from plumier.models import Enrolment
from plumier.workbooks import write_workbook

_WIDTHS: Final = (14, 36, 14, 10, 10, 12, 10, 8)


def absenteeism_book(found: Sequence[Figures], period: Period) -> bytes:
    """In the language in force; these students in their order."""
    rows = Enrolment.objects.filter(pk__in=[one.enrolment_id for one in found])
    known = {row.pk: row for row in rows.select_related("student__person", "group")}
    titles = [
        *(_("Expediente"), _("Alumno"), _("Grupo"), _("Sesiones"), _("Total de faltas")),
        *(_("Justificadas"), _("Retrasos"), "%"),
    ]
    lines = [_line(known[one.enrolment_id], one, period) for one in found if one.enrolment_id in known]
    return write_workbook(_("Absentismo"), [titles, *lines], _WIDTHS)


def _line(enrolment: Enrolment, one: Figures, period: Period) -> list[str]:
    return [
        enrolment.student.expediente,
        enrolment.student.person.full_name,
        enrolment.group.name,
        *(str(number) for number in (one.sessions, one.missed, one.justified, one.late)),
        f"{one.percent(period):.1f}",
    ]
