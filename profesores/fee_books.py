"""The workbooks of fees and of their movements, with amounts that can be added up (requirement E8)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumier.workbooks import Sheet, Value, write_large_workbook
from profesores.fees_page import group_names
from secretaria.fees.choices import Movement
from secretaria.models import Fee, FeeMovement

MOST: Final = 5_000  # rows of a workbook that is made while somebody waits
_AT_ONCE: Final = 1_000
_MOVEMENT_WIDTHS: Final = (12, 14, 14, 34, 14, 18, 26, 14, 8, 12, 18, 18, 30)
_FEE_WIDTHS: Final = (18, 14, 34, 14, 26, 12, 12, 14, 14, 14, 8, 16)


def fees_book(rows: QuerySet[Fee], today: date) -> bytes:
    """These fees as a workbook, in the language in force."""
    titles = [
        *(_("Referencia"), _("Expediente"), _("Alumno"), _("Grupo"), _("Concepto"), _("Emitida el")),
        *(_("Vence el"), _("Importe"), _("Pagado"), _("Por pagar"), _("Moneda"), _("Estado")),
    ]
    return _book(Sheet(_("Tasas"), titles, _FEE_WIDTHS, frozen=1), _fee_values(rows, today))


def movements_book(rows: QuerySet[FeeMovement], today: date) -> bytes:
    """These movements; what was taken back or annulled is written as it counts, below nothing."""
    titles = [
        *(_("Día"), _("Movimiento"), _("Expediente"), _("Alumno"), _("Grupo"), _("Referencia")),
        *(_("Concepto"), _("Importe"), _("Moneda"), _("Pagada el"), _("Forma de pago")),
        *(_("Referencia del pago"), _("Motivo")),
    ]
    return _book(
        Sheet(_("Movimientos de tasas"), titles, _MOVEMENT_WIDTHS, frozen=2), _movement_values(rows, today)
    )


def _book(sheet: Sheet, values: Iterator[list[Value]]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tasas.xlsx"
        write_large_workbook(path, sheet, values)
        return path.read_bytes()


def _fee_values(rows: QuerySet[Fee], today: date) -> Iterator[list[Value]]:
    for chunk in _in_chunks(rows):
        groups = group_names((one.student_id for one in chunk), today)
        for one in chunk:
            yield [
                one.reference,
                one.student.expediente,
                one.student.person.full_name,
                groups.get(one.student_id, ""),
                one.concept.name,
                one.issued_on,
                one.due_on,
                one.amount,
                one.paid,
                one.owed,
                one.currency,
                str(one.state.label),
            ]


def _movement_values(rows: QuerySet[FeeMovement], today: date) -> Iterator[list[Value]]:
    for chunk in _in_chunks(rows):
        groups = group_names((one.fee.student_id for one in chunk), today)
        for one in chunk:
            fee = one.fee
            yield [
                one.day,
                str(one.get_kind_display()),
                fee.student.expediente,
                fee.student.person.full_name,
                groups.get(fee.student_id, ""),
                fee.reference,
                fee.concept.name,
                _signed(one),
                fee.currency,
                one.paid_on,
                str(one.get_way_display()),
                one.bank_reference,
                one.reason,
            ]


def _in_chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for one in rows.iterator(chunk_size=_AT_ONCE):
        chunk.append(one)
        if len(chunk) == _AT_ONCE:
            yield chunk
            chunk = []
    yield chunk


def _signed(one: FeeMovement) -> Decimal:
    amount: Decimal = one.amount
    return -amount if one.kind in (Movement.REVERSED, Movement.ANNULLED) else amount
