"""What an import would change, field by field."""

from datetime import UTC, datetime

import pytest

from plumier.importing.actions import import_roster
from plumier.importing.differences import Difference, differences_of, field_in_words, value_in_words
from plumier.models import Person, School
from tests.factories.register import make_school
from tests.factories.rosters import Cell, roster

NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)
ANA: dict[str, Cell] = {"Expediente": 1, "Alumno/a": "Gil Ruiz, Ana", "Teléfono": "622333444"}
PACO: dict[str, Cell] = {"Padre": "Gil Mora, Paco", "Teléfono padre": "600123456", "Mensaje padre": "Sí"}


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def bring(school: School, *students: dict[str, Cell]) -> list[Difference]:
    found: list[Difference] = []
    import_roster(
        school=school,
        content=roster(*students),
        on_plan=lambda plan: found.extend(differences_of(plan)),
        now=NOW,
    )
    return found


def test_differences_of_tell_new_people_by_their_class_and_child(school: School) -> None:
    assert bring(school, ANA | PACO) == [
        Difference(2, "1º ESO A", "group", "new"),
        Difference(2, "Gil Ruiz, Ana (1)", "student", "new", "group", after="1º ESO A"),
        Difference(2, "Gil Mora, Paco", "guardian", "new", "child", after="Gil Ruiz, Ana (1)"),
    ]


def test_differences_of_the_same_file_are_none(school: School) -> None:
    bring(school, ANA | PACO)
    assert bring(school, ANA | PACO) == []


def test_differences_of_tell_each_field_before_and_after(school: School) -> None:
    bring(school, ANA | PACO)
    after: dict[str, Cell] = {
        "Alumno/a": "Gil Ruiz, Anna",
        "Teléfono": None,
        "Grupo": "2º ESO B",
        "Datos protegidos": "Sí",
        "Teléfono padre": "600123456 / 655666777",
        "Mensaje padre": "No",
    }
    assert bring(school, {"Expediente": 9}, ANA | PACO | after)[2:] == [
        Difference(3, "Gil Ruiz, Anna (1)", "student", "changed", "given_name", "Ana", "Anna"),
        Difference(3, "Gil Ruiz, Anna (1)", "student", "changed", "protected", "False", "True"),
        Difference(3, "Gil Ruiz, Anna (1)", "student", "changed", "group", "1º ESO A", "2º ESO B"),
        Difference(3, "Gil Ruiz, Anna (1)", "student", "changed", "phone_1", "+34622333444", ""),
        Difference(3, "Gil Mora, Paco", "guardian", "changed", "phone_2", "", "+34655666777"),
        Difference(3, "Gil Mora, Paco", "guardian", "changed", "receives_messages", "True", "False"),
    ]


def test_differences_of_tell_who_is_gone(school: School) -> None:
    luis: dict[str, Cell] = {"Expediente": 2, "Alumno/a": "Gil Ruiz, Luis"}
    bring(school, ANA | PACO, luis)
    assert bring(school, ANA | {"Padre": None}) == [
        Difference(2, "Gil Mora, Paco", "guardian", "gone", "child", before="Gil Ruiz, Ana (1)"),
        Difference(None, "Gil Ruiz, Luis (2)", "student", "gone"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone_2", "+34600123456", ("Teléfono 2", "+34600123456")),
        ("receives_messages", "True", ("recibe mensajes", "Sí")),
        ("status", "withdrawn", ("estado de la matrícula", "Baja")),
        ("child", "Gil, Ana (1)", ("hijo o hija", "Gil, Ana (1)")),
        ("unheard", "x", ("unheard", "x")),
    ],
)
def test_a_difference_can_be_put_in_words(field: str, value: str, words: tuple[str, str]) -> None:
    assert (field_in_words(field), value_in_words(field, value)) == words


def test_differences_say_whose_record_they_are_of_and_nobody_of_who_has_none(school: School) -> None:
    assert {one.person_id for one in bring(school, ANA | PACO)} == {None}
    ana, paco = (Person.objects.get(given_name=name).pk for name in ("Ana", "Paco"))
    after: dict[str, Cell] = {"Alumno/a": "Gil Ruiz, Anna", "Grupo": "2º ESO B", "Mensaje padre": "No"}
    told = bring(school, {"Expediente": 9}, ANA | PACO | after)[2:]
    assert [(one.field, one.person_id) for one in told] == [
        ("given_name", ana),
        ("group", ana),
        ("receives_messages", paco),
    ]
