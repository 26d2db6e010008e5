"""One sheet of a workbook, read row by row out of its XML: nothing but the row at hand is kept.

Formulas are told apart from values, and numbers that a style shows as dates become dates (ECMA-376 §18.3, §18.8).
"""

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext as _

from plumier.importing.cells_of_files import Cell, Formula, Row
from plumier.importing.problems import RosterError
from plumier.importing.strings import Strings
from plumier.importing.tables import MOST_COLUMNS, MOST_ROWS, damaged, too_large

_CHUNK = 1 << 16
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,12})\$?([0-9]{1,12})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FIRST_DAY, _FIRST_DAY_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001  # no zone in Excel
_LEAP_DAY_THAT_NEVER_WAS = 60
_MOST_TEXT = 40_000  # a cell of Excel has 32,767 letters at most


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of a workbook refer to: texts by number, which styles are dates, and the first day."""

    strings: Strings
    date_styles: frozenset[str] = frozenset()
    first_day: dt.datetime = _FIRST_DAY

    @property
    def starts_in_1904(self) -> bool:
        """Say whether days are counted as old Macs did."""
        return self.first_day == _FIRST_DAY_1904


def first_day(*, of_1904: bool) -> dt.datetime:
    """Give the day from which a workbook counts."""
    return _FIRST_DAY_1904 if of_1904 else _FIRST_DAY


def safe_parser() -> expat.XMLParserType:
    """Make a parser that refuses a DTD, and with it every entity that could grow without end."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_declaration: object) -> None:
        raise RosterError(_("El libro trae definiciones XML que un Excel no lleva: no se abre."))

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    """Parse a part piece by piece, giving way after each. Raises `RosterError` where it is damaged."""
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise damaged() from error


def read_sheet(stream: IO[bytes], book: Book) -> Iterator[Row]:
    """Give the rows of a sheet; those that the file leaves out are empty."""
    reader = _SheetReader(book)
    given = 0
    for _piece in feed(reader.parser, stream):
        for number, row in reader.rows:
            for _blank in range(given + 1, number):
                yield []
            yield row
            given = number
        reader.rows.clear()


@dataclass(slots=True)
class _SheetReader:
    """The handlers of the XML parser, and the cell and the row that they are at."""

    book: Book
    parser: expat.XMLParserType = field(default_factory=safe_parser)
    rows: list[tuple[int, Row]] = field(default_factory=list)
    number: int = 0
    row: Row = field(default_factory=list)
    column: int = 0
    kind: str = ""
    style: str = ""
    formula: bool = False
    collecting: bool = False
    phonetic: bool = False
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._read

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self.collecting = not self.phonetic
        elif name == "c":
            self._start_cell(attributes)
        elif name == "row":
            typed = attributes.get("r", "")
            self.number = int(typed[:12]) if typed.isdecimal() else self.number + 1
            self.row, self.column = [], 0
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.phonetic = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.formula, self.text = False, []
        place = _REFERENCE.fullmatch(attributes.get("r", "").strip())
        self.column = _column_number(place.group(1)) if place else self.column + 1
        if place and int(place.group(2)) != self.number:
            self.number = max(self.number, int(place.group(2)))

    def _read(self, data: str) -> None:
        if self.collecting:
            self.text.append(data)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self.collecting = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self.row:
                self.rows.append((self.number, self.row))
        elif name == "rPh":
            self.phonetic = False

    def _end_cell(self) -> None:
        text = "".join(self.text)
        if not text and not self.formula:
            return
        if self.column > MOST_COLUMNS or self.number > MOST_ROWS:
            raise too_large()
        value = self._value(text)
        self.row.extend([""] * (self.column - 1 - len(self.row)))
        cell = Formula(value) if self.formula else value
        if len(self.row) >= self.column:
            self.row[self.column - 1] = cell
        else:
            self.row.append(cell)

    def _value(self, text: str) -> Cell:
        if self.kind == "s":
            return self.book.strings[int(text)] if text.isdecimal() else ""
        if self.kind in ("str", "inlineStr"):
            return unescape(text[:_MOST_TEXT])
        if self.kind == "b":
            return text.strip() == "1"
        if self.kind in ("e", "d"):
            return text[:_MOST_TEXT]
        try:
            number = float(text)
        except ValueError:
            return text[:_MOST_TEXT]
        return _as_date(number, self.book) if self.style in self.book.date_styles else number


def unescape(text: str) -> str:
    """Give the letters for `_x000D_` and its like."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def _as_date(days: float, book: Book) -> Cell:
    """Give the day, or the day and time, that a number of days stands for; the number where it is none."""
    if not math.isfinite(days) or days < 0:
        return days
    moment = dt.timedelta(seconds=round(days * 86_400))
    if days < 1:
        return (book.first_day + moment).time()
    if days < _LEAP_DAY_THAT_NEVER_WAS and not book.starts_in_1904:
        moment += dt.timedelta(days=1)
    try:
        found = book.first_day + moment
    except OverflowError:
        return days
    return found if found.time() != dt.time() else found.date()


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
