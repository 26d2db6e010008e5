"""The table of a group as a file: written for its tutor, and read back with what she typed in it."""

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from plumier.importing.cells import read_yes_or_no, text_of
from plumier.importing.cells_of_files import Cell, Row
from plumier.importing.problems import RosterError
from plumier.importing.reading import open_source
from plumier.models import Relation, Slot, Student
from plumier.names import plain_words, read_name, same_name
from plumier.proposals.grid import Grid, key_of
from plumier.proposals.reading import (
    DOCUMENT,
    NAME,
    NOTE,
    REGISTERED,
    RELATION,
    SLOTS,
    Known,
    Typed,
    shown_name,
)

EXPEDIENTE: Final = "expediente"
PUPIL: Final = "pupil"
MOST_ROWS: Final = 500
TITLES_WITHIN: Final = 20  # rows from the top
_TITLES: Final[dict[str, tuple[str, ...]]] = {
    EXPEDIENTE: ("expediente", "ma hoc sinh", "student number", "ma hs"),
    PUPIL: ("alumno a", "alumno", "hoc sinh", "student"),
    RELATION: ("parentesco", "quan he", "relation", "relationship"),
    NAME: ("nombre", "padre madre o tutor", "ho ten", "ho va ten", "name", "ho ten phu huynh"),
    Slot.PHONE_1: ("telefono", "telefono 1", "dien thoai", "sdt", "phone", "so dien thoai"),
    Slot.PHONE_2: ("telefono 2", "movil", "dien thoai 2", "sdt 2", "phone 2"),
    Slot.EMAIL: ("e mail", "email", "correo", "correo electronico", "thu dien tu"),
    REGISTERED: ("registrado", "dang ki", "dang ky", "registered", "da dang ki"),
    DOCUMENT: ("dni o nie", "dni", "documento", "cccd", "document"),
    NOTE: ("nota", "ghi chu", "note"),
}
_MEANING: Final = {words: name for name, titles in _TITLES.items() for words in titles}
_RELATIONS: Final[dict[str, Relation]] = {
    word: relation
    for relation, words in {
        Relation.FATHER: ("padre", "father", "bo", "cha", "ba", "papa"),
        Relation.MOTHER: ("madre", "mother", "me", "mama"),
        Relation.OTHER: (
            "tutor legal",
            "tutor",
            "tutora",
            "guardian",
            "legal guardian",
            "nguoi giam ho",
            "otro",
        ),
    }.items()
    for word in words
}


@dataclass(slots=True)
class SheetRows:
    """What a file has for the table: by row what was typed, and what could not be put anywhere."""

    typed: dict[str, Typed] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def write_sheet(grid: Grid) -> bytes:
    """The table as a workbook. Every cell is text: nothing that somebody typed is ever a formula."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_("Contactos"))
    titles = [
        _("Expediente"), _("Alumno/a"), _("Parentesco"), _("Nombre"),
        *(str(slot.label) for slot in SLOTS), _("Registrado"),
    ]  # fmt: skip
    page.append([_text(page, title) for title in titles])
    for student in grid.students:
        for known in grid.known.get(student.pk, ()):
            page.append([_text(page, text) for text in _line(student, known)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _line(student: Student, known: Known) -> Iterable[str]:
    yield from (student.expediente, str(student.person), str(Relation(known.relation).label))
    yield shown_name(known.name)
    yield from (known.shown(slot) for slot in SLOTS)
    yield known.registered_on.isoformat() if known.registered_on else ""


def _text(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def read_sheet(content: bytes, grid: Grid) -> SheetRows:
    """What a file changes in the table. An empty cell leaves what is there: only a row of the table empties it.

    Raises RosterError for what is no such file.
    """
    header, rows = _table(content)
    found = SheetRows()
    pupils = {student.expediente: student for student in grid.students}
    for number, row in rows[: MOST_ROWS + 1]:
        cells = {name: row[place] for name, place in header.items() if place < len(row)}
        texts = {name: text_of(cell) for name, cell in cells.items()}
        if not any(texts.values()):
            continue
        student = pupils.get(texts.get(EXPEDIENTE, "").removesuffix(".0"))
        if student is None:
            found.unknown.append(
                _("Fila %(row)d: «%(who)s» no es de este grupo.")
                % {"row": number, "who": texts.get(EXPEDIENTE) or texts.get(PUPIL) or "—"}
            )
            continue
        _put(found, _typed(texts, cells, student, grid), grid)
    if len(rows) > MOST_ROWS:
        raise RosterError(_("Son demasiadas filas: como mucho %(most)d.") % {"most": MOST_ROWS})
    return found


def _table(content: bytes) -> tuple[dict[str, int], list[tuple[int, Row]]]:
    with open_source(content) as source:
        for table in source.tables:
            rows = list(enumerate(islice(table.rows, MOST_ROWS + TITLES_WITHIN), start=1))
            for place, (_number, row) in enumerate(rows[:TITLES_WITHIN]):
                header = _header(row)
                if EXPEDIENTE in header and {*SLOTS, NAME, REGISTERED} & header.keys():
                    return header, rows[place + 1 :]
    raise RosterError(_("El archivo no tiene las columnas de la tabla: descárguela y rellénela."))


def _header(row: Row) -> dict[str, int]:
    """Where each column of the table stands, if the row is its titles."""
    header: dict[str, int] = {}
    for place, cell in enumerate(row):
        if name := _MEANING.get(plain_words(text_of(cell))):
            header.setdefault(name, place)
    return header


def _typed(texts: Mapping[str, str], cells: Mapping[str, Cell], student: Student, grid: Grid) -> Typed:
    relation = _RELATIONS.get(plain_words(texts.get(RELATION, "")), "")
    guardian = _guardian(grid.known.get(student.pk, []), relation, texts.get(NAME, ""))
    registered, registered_on = _registered(cells.get(REGISTERED, ""), texts.get(REGISTERED, ""))
    return Typed(
        key=key_of(guardian) if guardian else "",
        student_id=student.pk,
        guardian_id=guardian.guardian_id if guardian else None,
        name=texts.get(NAME) or (shown_name(guardian.name) if guardian else ""),
        relation=guardian.relation if guardian else relation,
        addresses={slot: texts[slot] for slot in SLOTS if texts.get(slot)},
        registered=registered,
        registered_on=registered_on,
        document=texts.get(DOCUMENT, ""),
        note=texts.get(NOTE, ""),
    )


def _guardian(known: list[Known], relation: str, name: str) -> Known | None:
    """Whose row it is: of that kinship and, where there is a name, hers; with no kinship told, of that name."""
    named = [one for one in known if name and same_name(one.name, read_name(name))]
    related = [one for one in known if one.relation == relation]
    if named:
        return next((one for one in named if one in related), named[0])
    return related[0] if len(related) == 1 and (relation != Relation.OTHER or not name) else None


def _registered(cell: Cell, text: str) -> tuple[bool | None, dt.date | None]:
    if isinstance(cell, dt.datetime):
        return True, cell.date()
    if isinstance(cell, dt.date):
        return True, cell
    try:
        return True, dt.date.fromisoformat(text)
    except ValueError:
        said = read_yes_or_no(text) if text else None
        return said, None


def _put(found: SheetRows, typed: Typed, grid: Grid) -> None:
    """A row of somebody who is there is laid over the table's where it is not the register's; a new one is added."""
    if typed.guardian_id is None:
        new = sum(one.guardian_id is None for one in found.typed.values())
        found.typed[f"n{new}"] = replace(typed, key=f"n{new}")
        return
    known = next(one for one in grid.known[typed.student_id] if one.guardian_id == typed.guardian_id)
    row = grid.shown_of(known)
    given = {slot: text for slot, text in typed.addresses.items() if text != row.known.shown(slot)}
    found.typed[typed.key] = replace(
        typed,
        name=row.typed.name if typed.name == shown_name(row.known.name) else typed.name,
        addresses={**row.typed.addresses, **given},
        registered=row.typed.registered if typed.registered is None else typed.registered,
        registered_on=row.typed.registered_on if typed.registered is None else typed.registered_on,
    )
