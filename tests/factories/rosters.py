"""Rosters as schools send them, for tests: rows of text into a workbook or a text file."""

import csv
import io
from collections.abc import Mapping, Sequence

import openpyxl

Cell = str | float | bool | None
HEADER = ("Expediente", "Alumno/a", "Grupo", "Datos protegidos")


def xlsx(rows: Sequence[Sequence[Cell]], *, sheet: str = "Alumnado") -> bytes:
    """A workbook of one sheet."""
    workbook = openpyxl.Workbook()
    page = workbook.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def csv_file(rows: Sequence[Sequence[Cell]], *, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A text file of separated values."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def roster(*students: Mapping[str, Cell], titles: Sequence[str] = ()) -> bytes:
    """A workbook with a row for each student, whose cells are given by their titles.

    What every roster needs is filled in where a student does not say it, each with an expediente of her own.
    """
    columns = list(dict.fromkeys([*HEADER, *titles, *(title for student in students for title in student)]))
    rows = []
    for number, student in enumerate(students, start=1):
        cells = {"Expediente": str(number), "Alumno/a": f"Gil {number}, Ana", "Grupo": "1º ESO A", **student}
        rows.append([cells.get(title) for title in columns])
    return xlsx([columns, *rows])
