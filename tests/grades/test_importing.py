"""Marks out of files, a row for each mark or a column for each subject."""

from datetime import UTC, datetime

import pytest

from grades.models import Evaluation, Mark
from plumier.importing.actions import Ask, ImportReport, import_file
from plumier.models import RegisterEdit, School, Subject
from tests.factories.register import make_group, make_school, make_student
from tests.factories.rosters import Cell, xlsx

NOW = datetime(2026, 12, 10, 12, tzinfo=UTC)


@pytest.fixture
def school(db: None) -> School:
    school = make_school()
    group = make_group(school)
    for number, name in ((1, "Ana Gil"), (2, "Luis Gil")):
        student = make_student(group, name)
        student.expediente = str(number)
        student.save()
    Subject.objects.create(school=school, name="Lengua", code="LCL")
    Subject.objects.create(school=school, name="Matemáticas")
    return school


def bring(school: School, *rows: list[Cell]) -> ImportReport:
    return import_file(school=school, content=xlsx(rows), ask=Ask(), now=NOW)


def marks() -> list[tuple[str, str, str, str, str]]:
    names = ("evaluation__name", "enrolment__student__expediente", "subject__name", "value", "remark")
    return sorted(Mark.objects.values_list(*names))


LONG: tuple[list[Cell], ...] = (
    ["Expediente", "Evaluación", "Materia", "Nota", "Observaciones"],
    [1, "1ª", "Lengua", 7, "Bien"],
    [2, "1ª", "LCL", "IN", None],
)


def test_marks_are_read_from_a_row_for_each(school: School) -> None:
    report = bring(school, *LONG)
    assert (report.kind, report.errors) == ("marks", ())
    assert marks() == [("1ª", "1", "Lengua", "7", "Bien"), ("1ª", "2", "Lengua", "IN", "")]


def test_marks_are_read_from_a_column_for_each_subject(school: School) -> None:
    report = bring(
        school,
        ["Expediente", "Alumno/a", "Grupo", "Evaluación", "Lengua", "Matemáticas", "Ajedrez"],
        [1, "Gil, Ana", "1º ESO A", "1ª", 7, 8.5, 10],
        [2, "Gil, Luis", "1º ESO A", "1ª", None, 4, None],
    )
    assert [(p.column, p.message) for p in report.warnings] == [
        ("Ajedrez", "No es una materia del centro: no se importa.")
    ]
    assert marks() == [
        ("1ª", "1", "Lengua", "7", ""),
        ("1ª", "1", "Matemáticas", "8.5", ""),
        ("1ª", "2", "Matemáticas", "4", ""),
    ]


def test_the_same_marks_twice_change_nothing_and_another_value_changes(school: School) -> None:
    bring(school, *LONG)
    assert bring(school, *LONG).others["marks"].as_json() == {"new": 0, "changed": 0, "same": 2, "gone": 0}
    better = [1, "1ª", "Lengua", 9, "Bien"]
    assert bring(school, LONG[0], better, LONG[2]).others["marks"].changed == 1
    assert marks()[0] == ("1ª", "1", "Lengua", "9", "Bien")
    kept = RegisterEdit.objects.filter(table_name="grades_mark", kind="U").get()
    assert (kept.before["value"], kept.after["value"]) == ("7", "9")


def test_a_mistake_applies_nothing(school: School) -> None:
    report = bring(
        school,
        *LONG,
        [9, "1ª", "Lengua", 5, None],
        [1, "1ª", "Ajedrez", 5, None],
        [1, "1ª", "Lengua", 5, None],
        [1, None, "Lengua", 5, None],
    )
    assert [(p.row, p.column, p.value) for p in report.errors] == [
        (4, "Expediente", "9"),
        (5, "Materia", "Ajedrez"),
        (6, "Expediente", "1"),
        (7, "Evaluación", ""),
    ]
    assert (Mark.objects.count(), Evaluation.objects.count()) == (0, 0)


def test_mark_that_an_import_changes_is_dated_anew(school: School) -> None:
    """As one that is written by hand: a family that has acknowledged it is asked again."""
    bring(school, *LONG)
    then = datetime(2026, 1, 1, tzinfo=UTC)
    Mark.objects.update(changed_at=then)
    bring(school, LONG[0], [1, "1ª", "Lengua", 8, "Bien"], [2, "1ª", "Lengua", "IN", None])
    changed = dict(Mark.objects.values_list("enrolment__student__expediente", "changed_at"))
    assert {expediente: at == then for expediente, at in changed.items()} == {"1": False, "2": True}
