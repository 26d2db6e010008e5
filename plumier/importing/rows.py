"""One row of a roster: a student, her class, her addresses and her guardians."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from plumier.importing.cells import has_lost_digits, read_enrolled, read_yes_or_no, whole_number
from plumier.importing.columns import Datum, Holder
from plumier.importing.dates import read_date
from plumier.importing.documents import Document
from plumier.importing.groups import GroupName, read_group
from plumier.importing.guardians import (
    GuardianRow,
    read_address_cells,
    read_document_cell,
    read_guardian,
    read_owners,
)
from plumier.importing.row_cells import RowCells
from plumier.importing.whose import Address, Owner, give_out
from plumier.models import Slot
from plumier.names import Name

_LONGEST_EXPEDIENTE = 30
_LONGEST_NRE = 20
_STUDENT = Holder.STUDENT


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A student as one row tells of her. None is what the sheet has no column for: it is left as it is.

    `governed` are the slots, `holders` the guardians, that her sheet has columns for; `tells_left` says whether
    it has one for the day on which she left. The day of birth only serves to tell two students of one name apart.
    """

    row: int
    expediente: str
    name: Name
    group: GroupName
    nre: str | None = None
    document: Document | None = None
    enrolled: bool | None = None
    protected: bool | None = None
    left: date | None = None
    tells_left: bool = False
    birth: date | None = None
    governed: frozenset[Slot] = frozenset()
    holders: frozenset[Holder] = frozenset()
    addresses: Mapping[Slot, Address] = field(default_factory=dict)
    guardians: tuple[GuardianRow, ...] = ()


def read_student(
    cells: RowCells, governed: Mapping[Holder, frozenset[Slot]], holders: frozenset[Holder]
) -> StudentRow | None:
    """Read one row. What is wrong is told to the findings; a row with an error gives None."""
    errors = cells.findings.count_errors()
    cells.tell_formulas()
    name = _read_name(cells)
    owners = [Owner(_STUDENT, name, read_address_cells(cells, _STUDENT)), *read_owners(cells)]
    give_out(owners, cells.findings, cells.number)
    student = StudentRow(
        row=cells.number,
        expediente=_read_expediente(cells),
        name=name,
        group=_read_group(cells),
        nre=whole_number(cells.bounded(_STUDENT, Datum.NRE, _LONGEST_NRE))
        if cells.layout.has(_STUDENT, Datum.NRE)
        else None,
        document=read_document_cell(cells, _STUDENT) if cells.layout.has(_STUDENT, Datum.DOCUMENT) else None,
        enrolled=_read_status(cells),
        protected=_read_protected(cells),
        left=cells.date(_STUDENT, Datum.LEFT),
        tells_left=cells.layout.has(_STUDENT, Datum.LEFT),
        birth=read_date(cells.cell(_STUDENT, Datum.BIRTH)),
        governed=governed[_STUDENT],
        holders=holders,
        addresses=owners[0].addresses,
        guardians=tuple(read_guardian(cells, owner, governed[owner.holder]) for owner in owners[1:]),
    )
    return student if cells.findings.count_errors() == errors else None


def _read_expediente(cells: RowCells) -> str:
    expediente = cells.bounded(_STUDENT, Datum.EXPEDIENTE, _LONGEST_EXPEDIENTE)
    if not expediente:
        cells.error(_("Falta el expediente."), _STUDENT, Datum.EXPEDIENTE)
    if has_lost_digits(expediente):
        cells.error(_("El número ha perdido cifras: póngalo como texto."), _STUDENT, Datum.EXPEDIENTE)
    return whole_number(expediente)


def _read_name(cells: RowCells) -> Name:
    name = cells.name(_STUDENT)
    if not name.given:
        cells.error(_("Falta el nombre."), _STUDENT, cells.name_datum(_STUDENT))
    return name


def _read_group(cells: RowCells) -> GroupName:
    """Read the class, or take it from the sheet's name.

    With a column of groups an empty cell is an error, though the course be known.
    """
    datum = Datum.GROUP if cells.layout.has(_STUDENT, Datum.GROUP) else Datum.COURSE
    group = cells.text(_STUDENT, Datum.GROUP)
    if not cells.layout.has(_STUDENT, Datum.GROUP, Datum.COURSE):
        group = cells.layout.group
    elif not cells.text(_STUDENT, datum):
        cells.error(_("Falta el grupo."), _STUDENT, datum)
    return read_group(cells.text(_STUDENT, Datum.COURSE), group, cells.region)


def _read_status(cells: RowCells) -> bool | None:
    if not cells.layout.has(_STUDENT, Datum.STATUS):
        return None
    enrolled = read_enrolled(cells.text(_STUDENT, Datum.STATUS))
    if enrolled is None:
        cells.warn(_("Estado de matrícula desconocido: se toma como matriculado."), _STUDENT, Datum.STATUS)
    return enrolled is not False


def _read_protected(cells: RowCells) -> bool | None:
    """Read «Datos protegidos», which is never guessed: what cannot be read is an error."""
    if not cells.layout.has(_STUDENT, Datum.PROTECTED):
        return None
    protected = read_yes_or_no(cells.text(_STUDENT, Datum.PROTECTED))
    if protected is None:
        cells.error(_("No se entiende si es sí o no."), _STUDENT, Datum.PROTECTED)
    return protected
