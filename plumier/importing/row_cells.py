"""The cells of one row by what they hold, and findings that name the cell."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from plumier.importing.cells_of_files import Cell, Row, is_formula
from plumier.importing.columns import Column, Datum, Holder
from plumier.importing.dates import read_date
from plumier.importing.headers import Layout
from plumier.importing.problems import Findings
from plumier.names import Name, as_written, clean_text, read_name

LONGEST_GIVEN_NAME = 100
LONGEST_SURNAME = 150
_SURNAMES = (Datum.SURNAMES, Datum.SURNAME_1, Datum.SURNAME_2)


@dataclass(frozen=True, slots=True)
class RowCells:
    """One row under a header. `texts` are its cells that are not empty, as a person reads them.

    `number` is Excel's own; `region` is the country of the school's phones.
    """

    layout: Layout
    row: Row
    texts: Mapping[Column, str]
    number: int
    region: str
    findings: Findings

    def cell(self, holder: Holder, datum: Datum) -> Cell:
        """Give the cell as the file has it, empty where the sheet has no such column."""
        place = self.layout.places.get((holder, datum))
        return "" if place is None or place >= len(self.row) else self.row[place]

    def tell_formulas(self) -> None:
        """Tell an error of every cell that is read and holds a formula: its value may be of another day."""
        for column, place in self.layout.places.items():
            if place < len(self.row) and is_formula(self.row[place]):
                self.error(_("La celda tiene una fórmula: péguela como valor."), *column)

    def text(self, holder: Holder, datum: Datum) -> str:
        """Give the cell as text."""
        return self.texts.get((holder, datum), "")

    def error(self, message: str, holder: Holder, datum: Datum) -> None:
        """Tell an error of a cell."""
        title = self.layout.title(holder, datum)
        self.findings.error(message, row=self.number, column=title, value=self.text(holder, datum))

    def warn(self, message: str, holder: Holder, datum: Datum) -> None:
        """Tell a warning about a cell."""
        title = self.layout.title(holder, datum)
        self.findings.warn(message, row=self.number, column=title, value=self.text(holder, datum))

    def date(self, holder: Holder, datum: Datum) -> dt.date | None:
        """Give the cell as a day; what is none is an error, an empty cell None."""
        if not self.text(holder, datum):
            return None
        day = read_date(self.cell(holder, datum))
        if day is None:
            self.error(_("No se entiende la fecha: escríbala como 03/09/2026."), holder, datum)
        return day

    def bounded(self, holder: Holder, datum: Datum, longest: int) -> str:
        """Give the cell as text that fits the register; a longer one is an error."""
        text = self.text(holder, datum)
        if len(text) > longest:
            self.error(_too_long(longest), holder, datum)
        return text

    def name(self, holder: Holder) -> Name:
        """Give a name from «Apellidos, Nombre» or from its parts.

        Parts that do not fit the register are an error.
        """
        if self.layout.has(holder, *_SURNAMES):
            surnames = clean_text(" ".join(self.text(holder, datum) for datum in _SURNAMES))
            name = Name(self.text(holder, Datum.GIVEN_NAME), surnames)
        else:
            name = Name("")
        name = name or read_name(self.text(holder, Datum.FULL_NAME) or self.text(holder, Datum.GIVEN_NAME))
        name = as_written(name, self.region)
        for part, longest in ((name.given, LONGEST_GIVEN_NAME), (name.family, LONGEST_SURNAME)):
            if len(part) > longest:
                self.error(_too_long(longest), holder, self.name_datum(holder))
        return name

    def name_datum(self, holder: Holder) -> Datum:
        """Say which column to point at when a name is wrong."""
        data = (Datum.FULL_NAME, Datum.GIVEN_NAME, *_SURNAMES)
        return next((datum for datum in data if self.layout.has(holder, datum)), Datum.FULL_NAME)


def _too_long(longest: int) -> str:
    return _("Es demasiado largo: caben %(longest)d letras.") % {"longest": longest}
