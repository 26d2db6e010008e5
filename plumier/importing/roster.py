"""A whole roster out of a file, checked row by row and as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from plumier.importing.cells import text_of
from plumier.importing.columns import GUARDIANS, Datum, Holder
from plumier.importing.headers import Layout, find_layout
from plumier.importing.problems import Findings, RosterError
from plumier.importing.reading import Row, Table, read_tables
from plumier.importing.row_cells import RowCells
from plumier.importing.rows import StudentRow, read_student
from plumier.models import Slot, StageKind
from plumier.names import plain_words

_NO_STUDENT = (
    "total",
    "subtotal",
    "suma",
    "numero de alumn",
    "no de alumn",
    "n de alumn",
    "pagina",
    "fecha de",
    "impreso",
)
_MOST_CELLS_OF_A_FOOTER = 3
_NAMES = (Datum.FULL_NAME, Datum.GIVEN_NAME, Datum.SURNAMES, Datum.SURNAME_1)


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file says.

    `governed` are the slots of each holder, `holders` the guardians, that it has columns for.
    """

    students: tuple[StudentRow, ...]
    findings: Findings
    governed: dict[Holder, frozenset[Slot]] = field(default_factory=dict)
    holders: frozenset[Holder] = frozenset()


def read_roster(content: bytes, region: str) -> Roster:
    """Read a roster. Raises `RosterError` where the file is none.

    What is wrong with its rows is in the findings.
    """
    table, layout = find_layout(read_tables(content))
    findings = Findings()
    layout.report(findings)
    _tell_missing_columns(layout, findings)
    students: list[StudentRow] = []
    first_rows: dict[str, int] = {}
    number = 0
    for number, row, texts in _rows_of_students(table, layout):
        filled = {
            column: texts[place] for column, place in layout.places.items() if any(texts[place : place + 1])
        }
        cells = RowCells(layout, row, filled, number, region, findings)
        repeated = _tell_repeated(cells, first_rows)
        student = read_student(cells)
        if student and not repeated:
            students.append(student)
    if not number:
        raise RosterError(_("El listado no tiene ninguna fila de alumnado."))
    _tell_unknown_stages(students, findings)
    return Roster(
        students=tuple(students),
        findings=findings.in_file_order(),
        governed={holder: layout.slots_of(holder) for holder in Holder},
        holders=frozenset(holder for holder in GUARDIANS if layout.has(holder, *_NAMES)),
    )


def _rows_of_students(table: Table, layout: Layout) -> Iterable[tuple[int, Row, list[str]]]:
    """Give the rows below the header but for blank ones, totals, footers and the header of a second page."""
    titles = [text_of(cell) for cell in table.rows[layout.row - 1]]
    for number, row in enumerate(table.rows[layout.row :], start=layout.row + 1):
        texts = [text_of(cell) for cell in row]
        filled = list(filter(None, texts))
        footer = len(filled) <= _MOST_CELLS_OF_A_FOOTER and plain_words(
            filled[0] if filled else ""
        ).startswith(_NO_STUDENT)
        if filled and not footer and texts != titles:
            yield number, row, texts


def _tell_repeated(cells: RowCells, first_rows: dict[str, int]) -> bool:
    expediente = cells.text(Holder.STUDENT, Datum.EXPEDIENTE)
    first = first_rows.setdefault(expediente, cells.number)
    if not expediente or first == cells.number:
        return False
    message = _("El expediente está también en la fila %(row)d.") % {"row": first}
    cells.error(message, Holder.STUDENT, Datum.EXPEDIENTE)
    return True


def _tell_missing_columns(layout: Layout, findings: Findings) -> None:
    for holder in GUARDIANS:
        if layout.has(holder, *_NAMES) and not layout.has(holder, Datum.MESSAGES):
            message = _(
                "Falta la columna de mensajes de «%(person)s»: quien ya está sigue como estaba"
                " y quien es nuevo queda marcado para recibirlos."
            )
            findings.warn(message % {"person": layout.title(holder, *_NAMES)}, row=layout.row)
    if not layout.has(Holder.STUDENT, Datum.PROTECTED):
        findings.warn(
            _("Falta la columna Datos protegidos: nadie deja de tenerlos y nadie nuevo los tiene."),
            row=layout.row,
        )


def _tell_unknown_stages(students: Iterable[StudentRow], findings: Findings) -> None:
    told: set[str] = set()
    for student in students:
        if student.group.stage == StageKind.OTHER and student.group.key not in told:
            told.add(student.group.key)
            message = _("No se reconoce la enseñanza de este grupo: se guarda como «Otra enseñanza».")
            findings.warn(message, row=student.row, value=student.group.name)
