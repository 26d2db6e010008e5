"""A whole roster out of a file, checked row by row and as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from plumier.importing.cells import text_of
from plumier.importing.cells_of_files import Row, is_formula
from plumier.importing.columns import GUARDIANS, Datum, Holder
from plumier.importing.headers import Layout, find_layouts
from plumier.importing.problems import STRIDE, Findings, RosterError
from plumier.importing.reading import open_source
from plumier.importing.row_cells import RowCells
from plumier.importing.rows import StudentRow, read_student
from plumier.importing.tables import Source, Table
from plumier.models import StageKind
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
    """What a file says, or a part of it that concerns nobody of another part."""

    students: tuple[StudentRow, ...]
    findings: Findings


def read_roster(content: bytes, region: str) -> Roster:
    """Read a whole roster at once. Raises `RosterError` where the file is none.

    What is wrong with its rows is in the findings.
    """
    findings = Findings()
    with open_source(content) as source:
        students = tuple(read_rows(source, region, findings))
    return Roster(students, findings.in_file_order())


def read_rows(source: Source, region: str, findings: Findings) -> Iterator[StudentRow]:
    """Read the students of a file row by row, of all its sheets that are rosters.

    Raises `RosterError` where the file is none. A row with an error is told to the findings and not given.
    """
    layouts = find_layouts(source, region)
    if len(layouts) > 1:
        findings.sheets = [table.name for table, _layout in layouts]
    reading = _Reading(region, findings)
    for index, (table, layout) in enumerate(layouts):
        yield from reading.read(table, layout, index * STRIDE)
    if not reading.seen:
        raise RosterError(_("El listado no tiene ninguna fila de alumnado."))


@dataclass(slots=True)
class _Reading:
    """What has been seen of a file: an expediente may be there once, and a class is told of once."""

    region: str
    findings: Findings
    seen: int = 0
    first_rows: dict[str, int] = field(default_factory=dict)
    unknown_stages: set[str] = field(default_factory=set)

    def read(self, table: Table, layout: Layout, offset: int) -> Iterator[StudentRow]:
        """Read one sheet; `offset` is what its rows' numbers begin after."""
        rows, layout = layout.row, replace(layout, row=offset + layout.row)
        layout.report(self.findings)
        _tell_missing_columns(layout, self.findings)
        governed = {holder: layout.slots_of(holder) for holder in Holder}
        holders = frozenset(holder for holder in GUARDIANS if layout.has(holder, *_NAMES))
        for number, row, texts in _rows_of_students(table, rows):
            self.seen += 1
            filled = {
                column: texts[place]
                for column, place in layout.places.items()
                if any(texts[place : place + 1])
            }
            cells = RowCells(layout, row, filled, offset + number, self.region, self.findings)
            repeated = _tell_repeated(cells, self.first_rows)
            student = read_student(cells, governed, holders)
            if student and not repeated:
                self._tell_unknown_stage(student)
                yield student

    def _tell_unknown_stage(self, student: StudentRow) -> None:
        if student.group.stage == StageKind.OTHER and student.group.key not in self.unknown_stages:
            self.unknown_stages.add(student.group.key)
            message = _("No se reconoce la enseñanza de este grupo: se guarda como «Otra enseñanza».")
            self.findings.warn(message, row=student.row, value=student.group.name)


def _rows_of_students(table: Table, header: int) -> Iterator[tuple[int, Row, list[str]]]:
    """Give the rows below the header but for blank ones, totals, footers and the header of a second page."""
    titles: list[str] = []
    for number, row in enumerate(table.rows, start=1):
        if number < header or not any(row):
            continue
        texts = [text_of(cell) for cell in row]
        if number == header:
            titles = texts
            continue
        filled = list(filter(None, texts))
        footer = len(filled) <= _MOST_CELLS_OF_A_FOOTER and plain_words(
            filled[0] if filled else ""
        ).startswith(_NO_STUDENT)
        if (filled or any(map(is_formula, row))) and not footer and texts != titles:
            yield number, row, texts


def _tell_repeated(cells: RowCells, first_rows: dict[str, int]) -> bool:
    expediente = cells.text(Holder.STUDENT, Datum.EXPEDIENTE)
    first = first_rows.setdefault(expediente, cells.number)
    if not expediente or first == cells.number:
        return False
    message = _("El expediente está también en la fila %(row)s.") % {"row": cells.findings.place(first)}
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
