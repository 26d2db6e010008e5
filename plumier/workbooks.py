"""Workbooks that the product writes: row by row, and nothing that somebody typed is ever a formula."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import ALL_TEMP_FILES, WorksheetWriter

from plumier.privately import open_privately

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST: Final = 32_767  # characters of a cell
# What a spreadsheet would read as the beginning of a formula if the cell were typed again.
_LIKE_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_DAY, _MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
_AMOUNT: Final = "#,##0.00"
Value = str | date | Decimal | None  # a moment is a date too; without a zone, as it is to be read


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is looked at on a screen: its titles and `frozen` columns stay in sight, and it can be filtered.

    `widths` are in characters.
    """

    title: str
    titles: Sequence[str]
    widths: Sequence[int]
    frozen: int = 0


def write_workbook(title: str, rows: Iterable[Sequence[str]], widths: Sequence[int] = ()) -> bytes:
    """A workbook of one sheet; every cell is text. `widths` of its columns are in characters."""
    book, page = _begin(title, widths)
    for row in rows:
        page.append([_text(page, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def write_large_workbook(path: Path, sheet: Sheet, rows: Iterable[Sequence[Value]]) -> int:
    """Write a workbook of any length to a file that only its owner reads; how many rows.

    The memory it takes does not grow with its rows, and until it is done it has a second file beside it.
    """
    rest = path.with_name(f"{path.name}.part")
    with open_privately(path) as file, open_privately(rest):
        book, page = _begin(sheet.title, sheet.widths)
        page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}2"
        try:
            _write_beside(page, rest)
            page.append([_heading(page, title) for title in sheet.titles])
            number = 0
            for row in rows:
                page.append([_cell(page, value) for value in row])
                number += 1
            page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.titles))}{number + 1}"
            book.save(file)
        finally:
            rest.unlink(missing_ok=True)
    return number


def _begin(title: str, widths: Sequence[int]) -> tuple[Workbook, Any]:
    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    return book, page


def _write_beside(page: Any, rest: Path) -> None:
    """Let the rows go to a file that we know, and not to the folder that everybody's temporary files lie in."""
    ALL_TEMP_FILES.append(str(rest))  # the library takes it off its list when the workbook is saved
    page._writer = WorksheetWriter(page, str(rest))
    page._writer.write_top()


def _heading(page: WriteOnlyWorksheet, title: str) -> Any:
    cell = _text(page, title)
    cell.font = Font(bold=True)
    return cell


def _cell(page: WriteOnlyWorksheet, value: Value) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text(page, value)
    cell: Any = WriteOnlyCell(page)
    cell.value = value
    if isinstance(value, Decimal):
        cell.number_format = _AMOUNT
    else:
        cell.number_format = _MOMENT if isinstance(value, datetime) else _DAY
    return cell


def _text(page: WriteOnlyWorksheet, value: str) -> Any:
    """A cell as text, whatever it begins with; what no workbook can hold is left out."""
    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST])
    cell.data_type = "s"
    if value.startswith(_LIKE_A_FORMULA):
        cell.quotePrefix = True  # it stays text when somebody edits it
    return cell
