"""Workbooks that the product writes: row by row, and nothing that somebody typed is ever a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST: Final = 32_767  # characters of a cell


def write_workbook(title: str, rows: Iterable[Sequence[str]], widths: Sequence[int] = ()) -> bytes:
    """A workbook of one sheet; every cell is text. `widths` of its columns are in characters."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    for row in rows:
        page.append([_text(page, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(page: WriteOnlyWorksheet, value: str) -> Any:
    """A cell as text, whatever it begins with; what no workbook can hold is left out."""
    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST])
    cell.data_type = "s"
    return cell
