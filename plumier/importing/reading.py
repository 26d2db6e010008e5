"""Tables out of workbooks and text files, with their size bounded before anything is unpacked.

Row numbers are Excel's own: the first row of a table is row 1, blank rows count.
"""

import codecs
import csv
import datetime as dt
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import python_calamine
from django.utils.translation import gettext as _

from plumier.importing.problems import RosterError

Cell = str | float | bool | dt.date | dt.time | dt.timedelta
Row = list[Cell]

MEGABYTE = 1_000_000
MOST_BYTES = 50 * MEGABYTE
MOST_BYTES_UNPACKED = 400 * MEGABYTE
MOST_ROWS = 100_000
MOST_CELLS = 5_000_000

_CHUNK = 1 << 20
_OVERLAP = 512
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (";", ",", "\t")
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"'][^<>]*(?<!/)>")
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    NotImplementedError,
    EOFError,
    ValueError,
    RuntimeError,
)
_SEP_LINE = re.compile(r"sep=.?\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or one way of splitting a text file."""

    name: str
    rows: list[Row]


def read_file(path: Path) -> bytes:
    """Read a file that is not larger than `MOST_BYTES`.

    Raise `RosterError` if there is none or it is larger.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise RosterError(_("No se puede leer el archivo %(file)s.") % {"file": path.name}) from error
    return content


def read_tables(content: bytes) -> Iterator[Table]:
    """Give the visible sheets of an xlsx workbook, or a text file split in each way that it can be.

    Raises `RosterError` for anything else, for what is too large, and for a workbook that does not open.
    """
    if len(content) > MOST_BYTES:
        raise RosterError(_("El archivo pasa de %(limit)d MB.") % {"limit": MOST_BYTES // MEGABYTE})
    if content.startswith(_ZIP):
        yield from _read_workbook(content)
    elif content.startswith(_OLE):
        raise RosterError(
            _("El archivo es un Excel antiguo o con contraseña: guárdelo como .xlsx sin contraseña.")
        )
    else:
        yield from _read_text(content)


def _read_workbook(content: bytes) -> Iterator[Table]:
    _check_workbook(content)
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible:
                    rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                    yield Table(sheet.name, rows)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _damaged() from error


def _check_workbook(content: bytes) -> None:
    """Refuse what would not fit in memory: the reader lays out every cell up to the last one that is used."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise RosterError(_("El archivo no es un libro de Excel (.xlsx) ni un CSV."))
            if sum(member.file_size for member in members) > MOST_BYTES_UNPACKED:
                raise _too_large()
            rows, columns = 0, 0
            for member in members:
                if member.filename.startswith("xl/") and member.filename.endswith(".xml"):
                    rows, columns = _grow(rows, columns, archive, member)
    except _ZIP_ERRORS as error:
        raise _damaged() from error
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        raise _too_large()


def _grow(rows: int, columns: int, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            cells = _CELL.findall(tail + chunk)
            rows = max(rows, *(int(row[:10]) for row in {row for _column, row in cells}), 0)
            columns = max(columns, *map(_column_number, {column for column, _row in cells}), 0)
            tail = chunk[-_OVERLAP:]
    return rows, columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:10]:
        number = number * 26 + letter - ord("A") + 1
    return number


def _read_text(content: bytes) -> Iterator[Table]:
    text = _SEP_LINE.sub("", _decode(content), count=1)
    for delimiter in _DELIMITERS:
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            rows: list[Row] = [list[Cell](row) for row in itertools.islice(reader, MOST_ROWS + 1)]
        except csv.Error as error:
            raise _no_table() from error
        if len(rows) > MOST_ROWS:
            raise _too_large()
        yield Table("", rows)


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RosterError(
            _("El archivo no es un Excel (.xlsx) ni un CSV en UTF-8: guárdelo de nuevo en uno de los dos.")
        ) from error
    if "\0" in text:
        raise _no_table()
    return text


def _damaged() -> RosterError:
    return RosterError(_("El libro de Excel está dañado y no se puede abrir."))


def _no_table() -> RosterError:
    return RosterError(_("El archivo no es una tabla: se espera un libro de Excel (.xlsx) o un CSV."))


def _too_large() -> RosterError:
    return RosterError(
        _("El libro es demasiado grande: deje solo las filas del alumnado, como mucho %(limit)d.")
        % {"limit": MOST_ROWS}
    )
