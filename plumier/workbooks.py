"""Workbooks that the product writes: row by row, and nothing that somebody typed is ever a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_workbook(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet; every cell is text."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    for row in rows:
        page.append([_text(page, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(page: WriteOnlyWorksheet, value: str) -> Any:
    cell = WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    return cell
