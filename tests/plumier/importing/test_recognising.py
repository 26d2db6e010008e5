"""Whom an import recognises: the DNI, the name with a shared address, or the guardian whom the child already has."""

from datetime import UTC, datetime

import pytest

from plumier.importing.actions import import_roster
from plumier.models import Guardianship, Person, School
from tests.factories.register import make_school
from tests.factories.rosters import Cell, roster

NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)
PACO: dict[str, Cell] = {
    "Padre": "Gil Mora, Paco", "DNI padre": "12345678Z", "Teléfono padre": "600123456", "Mensaje padre": "Sí",
}  # fmt: skip
NO_DOCUMENT: dict[str, Cell] = {"DNI padre": None}
OTHER_PHONE: dict[str, Cell] = {"Teléfono padre": "644555666"}


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def father_of(school: School, *students: dict[str, Cell], expediente: str = "1") -> Person:
    """The father of a student after an import."""
    import_roster(school=school, content=roster(*students), now=NOW)
    return Guardianship.objects.get(student__expediente=expediente, relation="father").guardian


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (PACO, PACO | OTHER_PHONE),
        (PACO, PACO | OTHER_PHONE | {"Padre": "Gil Mora, Francisco Paco"}),
        (PACO | NO_DOCUMENT, PACO | {"Padre": "GIL MORA, PACO"}),
        (PACO, PACO | NO_DOCUMENT),
        (PACO | NO_DOCUMENT, PACO | NO_DOCUMENT | OTHER_PHONE),
        (PACO | NO_DOCUMENT, PACO | OTHER_PHONE),
        (PACO | NO_DOCUMENT, PACO | NO_DOCUMENT | {"Padre": "Gil Moro, Paco"}),
    ],
)
def test_the_father_of_a_child_stays_the_same_person(
    school: School, first: dict[str, Cell], then: dict[str, Cell]
) -> None:
    assert father_of(school, first) == father_of(school, then)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (PACO, PACO | {"DNI padre": "X1234567L"}),
        (PACO, PACO | {"Padre": "Soto Lara, Luis"}),
        (PACO | NO_DOCUMENT, PACO | NO_DOCUMENT | {"Padre": "Soto Lara, Luis"}),
        (PACO | NO_DOCUMENT, PACO | NO_DOCUMENT | OTHER_PHONE | {"Padre": "Gil Moro, Paco"}),
    ],
)
def test_another_father_is_another_person(
    school: School, first: dict[str, Cell], then: dict[str, Cell]
) -> None:
    before = father_of(school, first)
    assert father_of(school, then) != before
    before.refresh_from_db()
    assert before.surname == "Gil Mora"


@pytest.mark.parametrize(
    ("younger", "same"),
    [
        (PACO | OTHER_PHONE, True),
        (PACO | NO_DOCUMENT, True),
        (PACO | NO_DOCUMENT | OTHER_PHONE, False),
        (PACO | {"DNI padre": "X1234567L"}, False),
    ],
)
def test_a_brother_who_comes_later_shares_the_father_by_the_same_rule(
    school: School, younger: dict[str, Cell], same: bool
) -> None:
    father = father_of(school, PACO)
    assert (father_of(school, {"Expediente": 2} | younger, expediente="2") == father) is same


def test_a_father_who_left_and_comes_back_is_the_same_person(school: School) -> None:
    father = father_of(school, PACO)
    import_roster(school=school, content=roster({"Padre": None}), now=NOW)
    assert Guardianship.objects.count() == 0
    assert father_of(school, PACO) == father


def test_of_two_with_one_name_and_phone_each_child_keeps_her_own(school: School) -> None:
    rows = [PACO, PACO | {"Expediente": 2, "DNI padre": "X1234567L"}]
    fathers = [father_of(school, *rows), father_of(school, *rows, expediente="2")]
    without = [row | NO_DOCUMENT for row in rows]
    assert father_of(school, *[without[1]], expediente="2") == fathers[1]
    assert father_of(school, *[without[0]]) == fathers[0]
