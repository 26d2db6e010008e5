"""The guardians of one row, and the cells of addresses of everybody in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from plumier.contacts import Email, Phone, read_email, read_phones
from plumier.importing.cells import plain_number, read_yes_or_no, text_of
from plumier.importing.columns import GUARDIANS, Datum, Holder
from plumier.importing.dates import read_date
from plumier.importing.documents import Document, read_document
from plumier.importing.headers import PHONES
from plumier.importing.row_cells import RowCells
from plumier.importing.whose import Address, AddressCell, Owner
from plumier.models import Slot
from plumier.names import Name

_LONGEST_DOCUMENT = 20
_ADDRESSES = (Datum.PHONE_1, Datum.PHONE_2, Datum.EMAIL, Datum.EMAIL_OFFICIAL, Datum.EMAIL_ALT)
_TELLING = (Datum.FULL_NAME, Datum.SURNAMES, Datum.SURNAME_1, Datum.GIVEN_NAME, Datum.DOCUMENT, *_ADDRESSES)
_TELLING_OF = {holder: frozenset((holder, datum) for datum in _TELLING) for holder in GUARDIANS}


@dataclass(frozen=True, slots=True)
class GuardianRow:
    """A guardian as one row tells of her. `receives` is None where the sheet has no such column.

    `registered` is the day of «đăng kí», True for a yes without a day, False for a no, None where nothing is said.
    `days` are the first and last day of receiving, by their names in the register, as far as there are columns;
    `governed` are the slots that the sheet has columns for.
    """

    row: int
    holder: Holder
    name: Name
    document: Document
    receives: bool | None
    registered: date | bool | None = None
    days: Mapping[str, date | None] = field(default_factory=dict)
    governed: frozenset[Slot] = frozenset()
    addresses: Mapping[Slot, Address] = field(default_factory=dict)


def read_owners(cells: RowCells) -> list[Owner]:
    """Read the guardians that the row has, with their cells of addresses still to be given out."""
    return [
        Owner(holder, cells.name(holder), read_address_cells(cells, holder))
        for holder in GUARDIANS
        if not _TELLING_OF[holder].isdisjoint(cells.texts)
    ]


def read_guardian(cells: RowCells, owner: Owner, governed: frozenset[Slot]) -> GuardianRow:
    """Read the rest of a guardian whose addresses have been given out."""
    if not owner.name:
        cells.warn(_("No tiene nombre: se guarda sin él."), owner.holder, cells.name_datum(owner.holder))
    return GuardianRow(
        row=cells.number,
        holder=owner.holder,
        name=owner.name,
        document=read_document_cell(cells, owner.holder),
        receives=_read_receives(cells, owner.holder),
        registered=_read_registered(cells, owner.holder),
        days=_read_days(cells, owner.holder),
        governed=governed,
        addresses=owner.addresses,
    )


def read_document_cell(cells: RowCells, holder: Holder) -> Document:
    """Read a DNI; one that is not valid is kept as typed, with a warning."""
    text = cells.bounded(holder, Datum.DOCUMENT, _LONGEST_DOCUMENT)
    document = read_document(text, cells.region)
    if text and not document.key:
        message = _(
            "No es un DNI ni un NIE válido: se guarda como está escrito y no sirve para reconocer a nadie."
        )
        cells.warn(message, holder, Datum.DOCUMENT)
    return document


def read_address_cells(cells: RowCells, holder: Holder) -> list[AddressCell]:
    """Read the phones and e-mail addresses that somebody has; which slot each is for, the layout tells."""
    read: list[AddressCell] = []
    for datum in _ADDRESSES:
        typed = cells.text(holder, datum)
        slot = cells.layout.slot_of(holder, datum) if typed else None
        if slot is None:
            continue
        found: tuple[Phone | Email, ...]
        if slot in PHONES:
            phones = read_phones(_typed(cells, holder, datum), cells.region)
            found, unreadable = phones.phones, phones.unreadable
        else:
            emails = read_email(_typed(cells, holder, datum))
            found, unreadable = emails.emails, emails.unreadable
        title = cells.layout.title(holder, datum)
        read.append(AddressCell(slot, title, typed, found, unreadable))
    return read


def _typed(cells: RowCells, holder: Holder, datum: Datum) -> str | float | None:
    cell = cells.cell(holder, datum)
    if isinstance(cell, str):
        return plain_number(cell)
    return cell if isinstance(cell, float) else text_of(cell)


def _read_receives(cells: RowCells, holder: Holder) -> bool | None:
    """Read «Mensaje padre»: ticked, not ticked, or None without such a column.

    What cannot be read is not ticked.
    """
    if not cells.layout.has(holder, Datum.MESSAGES):
        return None
    receives = read_yes_or_no(cells.text(holder, Datum.MESSAGES))
    if receives is None:
        cells.warn(_("No se entiende si es sí o no: se deja sin marcar."), holder, Datum.MESSAGES)
    return bool(receives)


def _read_registered(cells: RowCells, holder: Holder) -> date | bool | None:
    """Read whether somebody has registered: a day, a yes or a no; one column may be of the whole row."""
    if not cells.layout.has(holder, Datum.REGISTERED):
        holder = Holder.STUDENT
    text = cells.text(holder, Datum.REGISTERED)
    if not text:
        return None
    day = read_date(cells.cell(holder, Datum.REGISTERED))
    answer = day or read_yes_or_no(text)
    if answer is None:
        cells.error(_("No se entiende si es sí, no o una fecha."), holder, Datum.REGISTERED)
    return answer


def _read_days(cells: RowCells, holder: Holder) -> dict[str, date | None]:
    days = {
        datum.value: cells.date(holder, datum)
        for datum in (Datum.RECEIVES_FROM, Datum.RECEIVES_UNTIL)
        if cells.layout.has(holder, datum)
    }
    first, last = days.get(Datum.RECEIVES_FROM), days.get(Datum.RECEIVES_UNTIL)
    if first and last and last < first:
        cells.error(_("La fecha final es anterior a la inicial."), holder, Datum.RECEIVES_UNTIL)
    return days
