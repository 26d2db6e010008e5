"""A workbook read back, as whoever opens it sees it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from notica.models import DataRequest
from notica.student_data.asking import ask_for
from notica.student_data.choosing import Reader, Selection, operator, reader_of
from notica.student_data.making import make_workbook
from plumier.clock import database_now, day_in
from plumier.models import School, Student, User

EVERYONE = Selection(everyone=True)


def read(path: Path) -> list[dict[str, Any]]:
    """Each row by its titles, without what is empty."""
    rows = list(load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    return [{title: cell for title, cell in zip(rows[0], row, strict=True) if cell} for row in rows[1:]]


def rows_for(reader: Reader, path: Path, selection: Selection = EVERYONE) -> list[dict[str, Any]]:
    make_workbook(path, selection, reader, lambda chunk: None)
    return read(path)


def rows_of(school: School, path: Path, by: User | None = None) -> list[dict[str, Any]]:
    """The whole school as somebody reads it, or as the machine's operator does."""
    today = day_in(school, database_now())
    return rows_for(reader_of(by, school, today) if by else operator(school), path)


def ask(school: School, by: User, students: Sequence[Student] = ()) -> DataRequest:
    """Ask for these students, or for everyone."""
    ids = frozenset(student.pk for student in students)
    chosen = Selection(students=ids) if students else EVERYONE
    return ask_for(chosen, school, by=by, now=database_now())
