"""What is told as suspicious, and what is not."""

from datetime import UTC, datetime

import pytest

from plumier.importing.actions import import_roster
from plumier.importing.problems import MOST_OF_A_KIND
from plumier.models import School, Student
from tests.factories.register import make_school
from tests.factories.rosters import Cell, roster

NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)
PACO: dict[str, Cell] = {"Padre": "Gil Mora, Paco", "Teléfono padre": "600123456"}
EVA: dict[str, Cell] = {"Madre": "Ruiz Sanz, Eva", "Teléfono madre": "611222333"}


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def told(school: School, *students: dict[str, Cell]) -> list[tuple[str, int | None, str]]:
    named = [
        {"Alumno/a": f"Gil Ruiz, {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n]}"} | row for n, row in enumerate(students)
    ]
    report = import_roster(school=school, content=roster(*named), now=NOW)
    assert report.errors == ()
    return [(p.code, p.row, p.value) for p in report.warnings if p.code]


def test_an_ordinary_family_is_not_suspicious(school: School) -> None:
    landline: dict[str, Cell] = {"Teléfono 2 padre": "968123456", "Teléfono 2 madre": "968123456"}
    assert told(school, PACO | EVA | landline, PACO | EVA | landline) == []


def test_a_phone_of_two_families_is_told_once(school: School) -> None:
    other: dict[str, Cell] = {"Padre": "Soto Vega, Luis", "Teléfono padre": "600123456"}
    assert told(school, PACO, other, {}) == [("two_families", 2, "600123456")]
    assert Student.objects.count() == 3


def test_one_parent_spelled_in_two_ways_is_no_two_families(school: School) -> None:
    assert told(school, PACO, PACO | {"Padre": "Gil Mora, Pacco"}) == []


def test_a_phone_of_many_families_may_be_the_schools(school: School) -> None:
    names = ("Soto, Luis", "Vega, Rosa", "Cano, Pedro", "Lara, Marta", "Díaz, Ángel")
    rows: list[dict[str, Cell]] = [{"Madre": name, "Teléfono madre": "968111222"} for name in names]
    codes = sorted(code for code, _row, _value in told(school, *rows))
    assert codes == ["many_families", *["only_landlines"] * 5]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (PACO | {"Madre": "Gil Mora, Paco", "Teléfono madre": "611222333"}, "parents_alike"),
        (PACO | EVA | {"Teléfono madre": "600 123 456"}, "parents_alike"),
        ({"Padre": "Gil, Paco", "Teléfono padre": "968123456"}, "only_landlines"),
        (PACO | {"Teléfono": "600123456"}, "students_phone"),
    ],
)
def test_a_family_that_wants_a_look_is_told(school: School, row: dict[str, Cell], code: str) -> None:
    assert [found for found, _row, _value in told(school, row)] == [code]


def test_an_email_of_more_than_four_people_is_told(school: School) -> None:
    def row(name: str) -> dict[str, Cell]:
        return {"Madre": name, "E-mail madre": "ampa@x.example"}

    names = ["Soto, Luis", "Vega, Rosa", "Cano, Pedro", "Lara, Marta"]
    assert told(school, *map(row, names)) == []
    assert told(school, *map(row, [*names, "Díaz, Ángel"])) == [("email_of_many", 2, "ampa@x.example")]


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ({}, {}, ["same_student"]),
        ({}, {"Grupo": "2º ESO B"}, []),
        ({"Fecha de nacimiento": "03/09/2012"}, {"Fecha de nacimiento": "3-9-12", "Grupo": "2º B"}, ["same_student"]),
        ({"Fecha de nacimiento": "03/09/2012"}, {"Fecha de nacimiento": "04/09/2012"}, []),
    ],
)  # fmt: skip
def test_two_students_of_one_name_are_told_by_birth_or_class(
    school: School, one: dict[str, Cell], other: dict[str, Cell], codes: list[str]
) -> None:
    found = told(school, one | {"Alumno/a": "Gil, Ana"}, other | {"Alumno/a": "GIL, ANA"})
    assert [code for code, _row, _value in found] == codes


def test_a_report_names_some_of_a_kind_and_counts_the_rest(school: School) -> None:
    rows: list[dict[str, Cell]] = [
        {"Alumno/a": f"Gil, Ana {n}", "Padre": f"Gil, Paco {n}", "Teléfono padre": f"9681234{n:02}"}
        for n in range(MOST_OF_A_KIND + 5)
    ]
    report = import_roster(school=school, content=roster(*rows), now=NOW)
    landlines = [problem for problem in report.warnings if problem.code == "only_landlines"]
    assert len(landlines) == MOST_OF_A_KIND + 1
    assert (landlines[0].row, landlines[0].message) == (None, "… y 5 más de este tipo, que no se enumeran.")
