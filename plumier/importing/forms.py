"""Files that are no roster: a row of titles, and under it one thing in each row."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from plumier.importing.cells import read_yes_or_no, text_of, whole_number
from plumier.importing.cells_of_files import Cell, Row, is_formula
from plumier.importing.columns import title_words
from plumier.importing.dates import read_date
from plumier.importing.problems import STRIDE, Findings, RosterError
from plumier.importing.tables import Source, Table

_LOOKED_THROUGH = 60


@dataclass(frozen=True, slots=True)
class Form:
    """The columns of a kind of file: titles in the words of `title_words`; of each of `needed` one must be there."""

    titles: Mapping[str, tuple[str, ...]]
    needed: tuple[tuple[str, ...], ...]

    def read(self, row: Row) -> dict[str, tuple[int, str]]:
        """Read a row as titles: the place and the title of each column that it has."""
        fields = {title: name for name, titles in self.titles.items() for title in titles}
        found: dict[str, tuple[int, str]] = {}
        for place, cell in enumerate(row):
            title = text_of(cell)
            name = fields.get(title_words(title)) if title else None
            if name is not None:
                found.setdefault(name, (place, title))
        return found

    def is_met(self, columns: Mapping[str, object]) -> bool:
        """Say whether the columns are all that is needed."""
        return all(any(name in columns for name in names) for names in self.needed)


@dataclass(frozen=True, slots=True)
class FormTable:
    """A sheet in which a form's titles were found: where, and what stands in the other columns of that row."""

    table: Table
    row: int
    columns: dict[str, tuple[int, str]]
    others: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row under the titles."""

    number: int
    row: Row
    table: FormTable
    findings: Findings

    def has(self, name: str) -> bool:
        """Say whether the file has a column."""
        return name in self.table.columns

    def cell(self, name: str) -> Cell:
        """Give a cell as the file has it, empty where there is none."""
        place = self.table.columns[name][0] if name in self.table.columns else len(self.row)
        return self.row[place] if place < len(self.row) else ""

    def text(self, name: str, longest: int = 300) -> str:
        """Give a cell as text; one that does not fit, or a formula, is an error."""
        cell = self.cell(name)
        text = text_of(cell)
        if is_formula(cell):
            self.error(name, _("La celda tiene una fórmula: péguela como valor."))
        elif len(text) > longest:
            self.error(name, _("Es demasiado largo: caben %(longest)d letras.") % {"longest": longest})
        return text

    def number_text(self, name: str) -> str:
        """Give a cell that holds a number as text."""
        return whole_number(self.text(name))

    def date(self, name: str) -> dt.date | None:
        """Give a day; what is none is an error, an empty cell None."""
        text = self.text(name)
        day = read_date(self.cell(name)) if text else None
        if text and day is None:
            self.error(name, _("No se entiende la fecha: escríbala como 03/09/2026."))
        return day

    def yes(self, name: str) -> bool | None:
        """Give a yes or no; None without such a column. What cannot be read is an error."""
        if not self.has(name):
            return None
        answer = read_yes_or_no(self.text(name))
        if answer is None:
            self.error(name, _("No se entiende si es sí o no."))
        return answer

    def error(self, name: str, message: str, value: str = "") -> None:
        """Tell an error of a cell."""
        title = self.table.columns[name][1] if name in self.table.columns else ""
        self.findings.error(message, row=self.number, column=title, value=value or text_of(self.cell(name)))

    def warn(self, name: str, message: str) -> None:
        """Tell a warning about a cell."""
        title = self.table.columns[name][1] if name in self.table.columns else ""
        self.findings.warn(message, row=self.number, column=title, value=text_of(self.cell(name)))


def find_form(source: Source, form: Form) -> list[FormTable]:
    """Find the sheets that are filled in to a form; none where there is none."""
    found: list[FormTable] = []
    for table in source.tables:
        for number, row in enumerate(islice(table.rows, _LOOKED_THROUGH), start=1):
            columns = form.read(row)
            if form.is_met(columns):
                known = {place for place, _title in columns.values()}
                others = {p: t for p, c in enumerate(row) if p not in known and (t := text_of(c))}
                found.append(FormTable(table, number, columns, others))
                break
    if source.alternatives and found:
        return [max(found, key=lambda one: len(one.columns))]
    return found


def read_form(source: Source, form: Form, findings: Findings) -> Iterator[FormRow]:
    """Give the rows of a form. Raises `RosterError` where the file is none, or empty."""
    tables = find_form(source, form)
    if not tables:
        needed = ", ".join(" / ".join(form.titles[name][0] for name in names) for names in form.needed)
        raise RosterError(_("Al archivo le faltan columnas: %(columns)s.") % {"columns": needed})
    if len(tables) > 1:
        findings.sheets = [table.table.name for table in tables]
    seen = 0
    for index, table in enumerate(tables):
        for number, row in enumerate(table.table.rows, start=1):
            if number > table.row and any(text_of(cell) or is_formula(cell) for cell in row):
                seen += 1
                yield FormRow(index * STRIDE + number, row, table, findings)
    if not seen:
        raise RosterError(_("El archivo no tiene ninguna fila con datos."))
