"""Files of comma separated values that the product writes: row by row, as spreadsheets open them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from plumier.privately import open_privately

_ENCODING: Final = "utf-8-sig"  # without the mark at its head Excel takes accents for something else
_LIKE_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_PHONE: Final = re.compile(r"\+[0-9]{7,15}")


def write_large_csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[str]], separator: str) -> int:
    """Write a file of any length that only its owner reads; how many rows beside the titles.

    What a spreadsheet would take for a formula gets an apostrophe before it. A telephone in E.164 is none, and who
    imports the file needs it as it is.
    """
    number = 0
    with (
        open_privately(path) as file,
        io.TextIOWrapper(file, encoding=_ENCODING, newline="") as text,
    ):
        writer = csv.writer(text, delimiter=separator)
        for cells in _lines(titles, rows):
            writer.writerow(map(plain_cell, cells))
            number += 1
    return number - 1


def plain_cell(value: str) -> str:
    """A cell that is text in every spreadsheet."""
    if value.startswith(_LIKE_A_FORMULA) and not _PHONE.fullmatch(value):
        return f"'{value}"
    return value


def _lines(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield titles
    yield from rows
