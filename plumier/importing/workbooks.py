"""Workbooks (.xlsx): which sheets there are, and what their cells refer to (ECMA-376)."""

import contextlib
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from plumier.importing.cells_of_files import Row
from plumier.importing.problems import RosterError
from plumier.importing.recognising_files import ZIP_ERRORS, check_archive, check_workbook
from plumier.importing.sheets import Book, feed, first_day, read_sheet, safe_parser, unescape
from plumier.importing.strings import Strings
from plumier.importing.tables import Source, Table, damaged

_DATE_FORMATS = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))
_NO_LETTERS_OF_A_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_LETTERS_OF_A_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_VISIBLE = ("", "visible")


@dataclass(frozen=True, slots=True)
class SheetRows(Iterable[Row]):
    """The rows of a sheet; every look at them reads its part of the zip anew."""

    archive: zipfile.ZipFile
    part: str
    book: Book

    def __iter__(self) -> Iterator[Row]:
        with _wary(), self.archive.open(self.part) as stream:
            yield from read_sheet(stream, self.book)


def open_workbook(file: BinaryIO) -> Source:
    """Open a workbook with its visible sheets. Raises `RosterError` where it is none, damaged or too large."""
    with contextlib.ExitStack() as on_failure, _wary():
        archive = zipfile.ZipFile(file)
        check_archive(archive)
        check_workbook(archive)
        names, of_1904 = _read_sheet_names(archive)
        parts = _read_relations(archive)
        strings = Strings()
        on_failure.callback(strings.close)
        book = Book(strings, _read_date_styles(archive), first_day(of_1904=of_1904))
        _read_strings(archive, strings)
        known = set(archive.namelist())
        tables = tuple(
            Table(name, SheetRows(archive, parts[key], book))
            for name, key in names
            if parts.get(key) in known
        )
        if not tables:
            raise damaged()
        on_failure.pop_all()
    return Source(tables, description="Excel (.xlsx)", close=strings.close)


@contextlib.contextmanager
def _wary() -> Iterator[None]:
    """Turn whatever a broken zip does into one refusal."""
    try:
        yield
    except RosterError:
        raise
    except (*ZIP_ERRORS, expat.ExpatError, zlib.error, KeyError, OverflowError) as error:
        raise damaged() from error


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the elements of a small part in order, without their prefixes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = safe_parser()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    with archive.open(part) as stream:
        for _piece in feed(parser, stream):
            yield from found
            found.clear()


def _read_sheet_names(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str]], bool]:
    names: list[tuple[str, str]] = []
    of_1904 = False
    for element, attributes in _elements(archive, "xl/workbook.xml"):
        if element == "workbookPr":
            of_1904 = attributes.get("date1904", "") in ("1", "true")
        elif element == "sheet" and attributes.get("state", "") in _VISIBLE:
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            names.append((unescape(attributes.get("name", "")), key))
    return names, of_1904


def _read_relations(archive: zipfile.ZipFile) -> dict[str, str]:
    parts: dict[str, str] = {}
    for element, attributes in _elements(archive, "xl/_rels/workbook.xml.rels"):
        if element == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[attributes.get("Id", "")] = path
    return parts


def _read_date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Give the numbers of the styles that show a number as a date."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    formats: dict[str, bool] = {}
    dates: set[str] = set()
    number, inside = 0, False
    for element, attributes in _elements(archive, "xl/styles.xml"):
        if element == "numFmt":
            code = _NO_LETTERS_OF_A_FORMAT.sub("", attributes.get("formatCode", ""))
            formats[attributes.get("numFmtId", "")] = bool(_LETTERS_OF_A_DATE.search(code))
        elif element in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = element == "cellXfs"
        elif element == "xf" and inside:
            key = attributes.get("numFmtId", "0")
            if formats.get(key, key in _DATE_FORMATS):
                dates.add(str(number))
            number += 1
    return frozenset(dates)


def _read_strings(archive: zipfile.ZipFile, strings: Strings) -> None:
    """Read the shared texts; those with letters of several kinds are put together, phonetic ones left out."""
    if "xl/sharedStrings.xml" in archive.namelist():
        with archive.open("xl/sharedStrings.xml") as stream:
            for _piece in feed(_StringsReader(strings).parser, stream):
                pass
    strings.finish()


@dataclass(slots=True)
class _StringsReader:
    """The handlers of the XML parser for shared texts."""

    strings: Strings
    parser: expat.XMLParserType = field(default_factory=safe_parser)
    text: list[str] = field(default_factory=list)
    collecting: bool = False
    phonetic: bool = False

    def __post_init__(self) -> None:
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._read

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self.text = []
        elif name == "rPh":
            self.phonetic = True
        elif name == "t":
            self.collecting = not self.phonetic

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self.strings.add(unescape("".join(self.text)))
        elif name == "rPh":
            self.phonetic = False
        elif name == "t":
            self.collecting = False

    def _read(self, data: str) -> None:
        if self.collecting:
            self.text.append(data)
