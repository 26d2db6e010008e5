"""Past absences out of a file: nobody is told, what is marked already stays."""

from datetime import UTC, datetime

import pytest

from attendance.choices import Mark
from attendance.models import Absence, AbsenceNotice
from plumier.importing.actions import Ask, ImportReport, import_file
from tests.attendance.classes import NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.rosters import Cell, xlsx

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TITLES: list[Cell] = ["Expediente", "Fecha", "Sesión", "Materia", "Falta", "Justificada", "Motivo"]


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> SchoolClass:
    database_clock.freeze(NINE)
    return SchoolClass()


def bring(of: SchoolClass, *rows: list[Cell]) -> ImportReport:
    return import_file(school=of.school, content=xlsx([TITLES, *rows]), ask=Ask(), now=NOW)


def kept() -> list[tuple[str, int, str, bool, str]]:
    rows = Absence.objects.order_by("day", "session")
    return [(f"{one.day:%d/%m}", one.session, one.kind, one.is_justified, one.justification) for one in rows]


def test_rows_are_brought_and_nobody_is_told(of: SchoolClass) -> None:
    report = bring(
        of,
        [of.ana.expediente, "26/11/2026", 1, "Matemáticas", "Falta", "sí", "Médico"],
        [of.ana.expediente, "27/11/2026", "2ª", "", "retraso", "no", ""],
        [of.ana.expediente, "25/11/2026", "", "", "F", "", ""],
    )
    assert (report.kind, report.errors) == ("absences", ())
    assert kept() == [
        ("25/11", 0, "absent", False, ""),
        ("26/11", 1, "absent", True, "Médico"),
        ("27/11", 2, "late", False, ""),
    ]
    assert AbsenceNotice.objects.count() == 0


def test_same_file_twice_changes_nothing_and_what_is_marked_stays(of: SchoolClass) -> None:
    of.mark((of.ana, Mark.LATE))
    row: list[Cell] = [of.ana.expediente, "27/11/2026", 2, "Matemáticas", "falta", "", ""]
    for _ in range(2):
        bring(of, row)
    assert kept() == [("27/11", 2, "late", False, "")]


def test_what_is_wrong_is_said_by_row_and_column_and_nothing_is_half_applied(of: SchoolClass) -> None:
    report = bring(
        of,
        [of.ana.expediente, "26/11/2026", 1, "", "falta", "", ""],
        ["9999", "26/11/2026", 1, "", "falta", "", ""],
        [of.ana.expediente, "28/11/2026", 1, "", "falta", "", ""],
        [of.ana.expediente, "25/11/2026", 99, "Ajedrez", "fiesta", "", ""],
        [of.ana.expediente, "26/11/2026", 1, "", "falta", "", ""],
    )
    assert [(one.row, one.column, one.message) for one in report.errors] == [
        (3, "Expediente", "Este expediente no está matriculado en el curso."),
        (4, "Fecha", "Ese día aún no ha llegado."),
        (5, "Falta", "No se entiende: escriba «falta» o «retraso»."),
        (5, "Sesión", "La sesión es un número del 1 al 20."),
        (5, "Materia", "El centro no tiene esta materia."),
        (6, "Expediente", "Esta falta está dos veces en el archivo."),
    ]
    assert kept() == []
