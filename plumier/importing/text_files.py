"""Text files of separated values, read row by row."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from django.utils.translation import gettext as _

from plumier.importing.cells_of_files import Row, unwrap_constant
from plumier.importing.decoding import IN_WORDS, decide_encoding
from plumier.importing.problems import RosterError
from plumier.importing.tables import MOST_ROWS, Source, Table, no_table, too_large

DELIMITERS = {";": ";", ",": ",", "\t": "tab", "|": "|"}
_LINES_LOOKED_AT = 60
_LONGEST_LINE = 100_000
_SEP_LINE = re.compile(r"sep=.?\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextRows(Iterable[Row]):
    """The rows of a text file split at one separator; every look at them reads the file anew."""

    file: BinaryIO
    encoding: str
    delimiter: str
    quoted: bool

    def __iter__(self) -> Iterator[Row]:
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding=self.encoding, newline="")
        try:
            first = text.readline(_LONGEST_LINE)
            lines = text if _SEP_LINE.fullmatch(first) else itertools.chain([first], text)
            quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
            reader = csv.reader(lines, delimiter=self.delimiter, quoting=quoting)
            for number, row in enumerate(reader, start=1):
                if number > MOST_ROWS:
                    raise too_large()
                yield [unwrap_constant(cell) if cell[:2] == '="' else cell for cell in row]
        except (csv.Error, UnicodeError) as error:
            raise no_table() from error
        finally:
            text.detach()


def open_text(file: BinaryIO) -> Source:
    """Open a text file, split in each way that it can be. Raises `RosterError` for what is no text."""
    encoding = decide_encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        head = [text.readline(_LONGEST_LINE) for _number in range(_LINES_LOOKED_AT)]
    finally:
        text.detach()
    if not any(line.strip() for line in head):
        raise RosterError(_("El archivo está vacío."))
    tables = tuple(
        Table("", TextRows(file, encoding, delimiter, _quotes(head, delimiter)), words)
        for delimiter, words in DELIMITERS.items()
    )
    return Source(tables, alternatives=True, description=f"CSV, {IN_WORDS[encoding]}")


def _quotes(head: list[str], delimiter: str) -> bool:
    """Say whether values are quoted. Those between bars hardly ever are: a stray quote there is a letter."""
    return delimiter != "|" or any(line.startswith('"') and f'"{delimiter}' in line for line in head)
