"""Finding the row of titles in a sheet that may have a letterhead above it."""

from dataclasses import dataclass, field, replace
from itertools import islice

from django.utils.translation import gettext as _

from plumier.importing.cells import text_of
from plumier.importing.cells_of_files import Row
from plumier.importing.columns import Column, Datum, Holder, read_title
from plumier.importing.groups import read_stage
from plumier.importing.problems import Findings, RosterError
from plumier.importing.tables import Source, Table
from plumier.models import Slot, StageKind

PHONES = (Slot.PHONE_1, Slot.PHONE_2)
_SLOTS = {datum: Slot(datum.value) for datum in Datum if datum.value in Slot.values}
_LOOKED_THROUGH = 60
_FEWEST_TO_BE_A_HEADER = 3

_NAMES = (Datum.FULL_NAME, Datum.SURNAMES, Datum.SURNAME_1, Datum.GIVEN_NAME)
_GROUPS = (Datum.GROUP, Datum.COURSE)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column of a sheet stands, and how the sheet titles it.

    `row` is its number; `group` is the class that a sheet without such a column is named after.
    """

    row: int = 0
    places: dict[Column, int] = field(default_factory=dict)
    titles: dict[Column, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    repeated: tuple[tuple[str, str], ...] = ()
    group: str = ""

    def has(self, holder: Holder, *data: Datum) -> bool:
        """Say whether the sheet has any of these columns."""
        return any((holder, datum) in self.places for datum in data)

    def title(self, holder: Holder, *data: Datum) -> str:
        """Give the title of the first of these columns that the sheet has, or nothing."""
        return next((self.titles[c] for datum in data if (c := (holder, datum)) in self.titles), "")

    def slot_of(self, holder: Holder, datum: Datum) -> Slot | None:
        """Give the register's slot for a column of addresses.

        A student's plain «E-mail» is the official one if there is no column for that, else the alternative
        one.
        """
        if not self.has(holder, datum):
            return None
        if holder == Holder.STUDENT and datum == Datum.EMAIL:
            free = (d for d in (Datum.EMAIL_OFFICIAL, Datum.EMAIL_ALT) if not self.has(holder, d))
            return next((Slot(d.value) for d in free), None)
        return _SLOTS.get(datum)

    def slots_of(self, holder: Holder) -> frozenset[Slot]:
        """Give the slots that the sheet fills or empties.

        Both phones go together, for a cell may hold two.
        """
        slots = {slot for datum in _SLOTS if (slot := self.slot_of(holder, datum))}
        return frozenset(slots | set(PHONES)) if slots & set(PHONES) else frozenset(slots)

    def is_complete(self) -> bool:
        """Say whether a student, her expediente and her group can be read from it."""
        return not self.missing()

    def missing(self) -> list[str]:
        """Name the columns without which a sheet is no roster."""
        wanted = (
            (_("Expediente"), (Datum.EXPEDIENTE,)),
            (_("Alumno/a (o Apellidos y Nombre)"), _NAMES),
            (_("Grupo (o Curso)"), _GROUPS),
        )
        missing = [title for title, data in wanted if not self.has(Holder.STUDENT, *data)]
        return missing[:-1] if self.group and not self.has(Holder.STUDENT, *_GROUPS) else missing

    def report(self, findings: Findings) -> None:
        """Tell which columns are left alone, and refuse the same column twice."""
        if self.has(Holder.STUDENT, Datum.EMAIL) and self.slot_of(Holder.STUDENT, Datum.EMAIL) is None:
            message = _("Ya hay columnas de E-mail oficial y E-mail alt: no se importa.")
            findings.warn(message, row=self.row, column=self.title(Holder.STUDENT, Datum.EMAIL))
        for title in self.unknown:
            findings.warn(_("Columna desconocida: no se importa."), row=self.row, column=title)
        for title, first in self.repeated:
            findings.error(
                _("La columna está dos veces: «%(first)s» y «%(second)s» son el mismo dato.")
                % {"first": first, "second": title},
                row=self.row,
                column=title,
            )


def read_layout(row: Row, number: int) -> Layout:
    """Read one row as titles."""
    places: dict[Column, int] = {}
    titles: dict[Column, str] = {}
    unknown: list[str] = []
    repeated: list[tuple[str, str]] = []
    for place, cell in enumerate(row):
        title = text_of(cell)
        column = read_title(title)
        if column is None and title:
            unknown.append(title)
        elif column in places:
            repeated.append((title, titles[column]))
        elif column is not None:
            places[column], titles[column] = place, title
    return Layout(number, places, titles, tuple(unknown), tuple(repeated))


def find_layouts(source: Source, region: str) -> list[tuple[Table, Layout]]:
    """Find every sheet that is a roster, or the one way of splitting a text that makes it one.

    Raises `RosterError` where there is none; it names the missing columns if something like a header was seen.
    """
    found: list[tuple[Table, Layout]] = []
    best = Layout()
    for table in source.tables:
        layout = _find_layout(table, region)
        if layout.is_complete():
            found.append((table, layout))
        elif len(layout.places) > len(best.places):
            best = layout
    if source.alternatives and found:
        return [max(found, key=lambda pair: len(pair[1].places))]
    if found:
        return found
    if len(best.places) >= _FEWEST_TO_BE_A_HEADER:
        raise RosterError(
            _("Al listado le faltan columnas en la fila %(row)d: %(columns)s.")
            % {"row": best.row, "columns": ", ".join(best.missing())}
        )
    raise RosterError(
        _("El archivo no es un listado de alumnado: faltan los títulos Expediente, Alumno/a y Grupo.")
    )


def is_roster(source: Source, region: str) -> bool:
    """Say whether any table of a file is a roster."""
    return any(_find_layout(table, region).is_complete() for table in source.tables)


def _find_layout(table: Table, region: str) -> Layout:
    """Find the first complete row of titles of a sheet, else the one most like it."""
    group = table.name if read_stage(table.name, region) != StageKind.OTHER else ""
    best = Layout()
    for number, row in enumerate(islice(table.rows, _LOOKED_THROUGH), start=1):
        layout = replace(read_layout(row, number), group=group)
        if layout.is_complete():
            return layout
        if len(layout.places) > len(best.places):
            best = layout
    return best
