"""What an import may never do to a bar, and how brothers' rows are put together."""

from datetime import UTC, date, datetime

import pytest

from plumier.importing.actions import ImportReport, import_roster
from plumier.models import Guardianship, Person, School
from tests.factories.register import make_school
from tests.factories.rosters import Cell, roster

NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)
TODAY = date(2026, 9, 10)
PACO: dict[str, Cell] = {"Padre": "Gil Mora, Paco", "Teléfono padre": "600123456", "Mensaje padre": "Sí"}
EVA: dict[str, Cell] = {"Madre": "Ruiz Sanz, Eva", "Teléfono madre": "611222333", "Mensaje madre": "Sí"}
LUIS: dict[str, Cell] = {"Padre": "Soto Lara, Luis", "Teléfono padre": "644555666", "Mensaje padre": "Sí"}
NOBODY: dict[str, Cell] = {"Padre": None, "Mensaje padre": None}
BARRED = "Excluido por el Juzgado"


@pytest.fixture
def school(db: None) -> School:
    """A school with one pupil whose father is barred from her without an end."""
    school = make_school()
    bring(school, PACO | EVA)
    Guardianship.objects.filter(relation="father").update(
        barred_from=date(2026, 1, 1), barred_reference=BARRED
    )
    return school


def bring(school: School, *students: dict[str, Cell]) -> ImportReport:
    return import_roster(school=school, content=roster(*students), now=NOW)


def ties() -> list[tuple[str, str, int, bool, str]]:
    """Who is a guardian, in the order of the register; the last is the bar's document."""
    found = Guardianship.objects.order_by("order")
    return list(
        found.values_list(
            "guardian__given_name", "relation", "order", "receives_messages", "barred_reference"
        )
    )


def told(report: ImportReport) -> list[tuple[str, str]]:
    return [(problem.value, problem.message) for problem in report.warnings if not problem.code]


def test_a_bar_outlives_an_import_of_the_same_rows(school: School) -> None:
    report = bring(school, PACO | EVA)
    assert list(report.as_json()["guardians"].values()) == [0, 0, 2, 0]  # type: ignore[attr-defined]
    assert ties() == [("Paco", "father", 1, True, BARRED), ("Eva", "mother", 2, True, "")]


def test_a_barred_guardian_is_never_ended_by_a_file_without_him(school: School) -> None:
    report = bring(school, NOBODY | EVA)
    assert report.guardians.gone == 0
    assert ties() == [("Paco", "father", 1, True, BARRED), ("Eva", "mother", 2, True, "")]


def test_a_bar_that_is_over_keeps_nobody(school: School) -> None:
    Guardianship.objects.filter(relation="father").update(barred_until=date(2026, 9, 9))
    bring(school, NOBODY | EVA)
    assert ties() == [("Eva", "mother", 2, True, "")]


def test_a_bar_that_has_not_begun_is_kept(school: School) -> None:
    Guardianship.objects.filter(relation="father").update(barred_from=date(2026, 12, 1))
    bring(school, NOBODY | EVA)
    assert ties() == [("Paco", "father", 1, True, BARRED), ("Eva", "mother", 2, True, "")]


def test_who_takes_a_barred_fathers_place_is_not_ticked_by_an_import(school: School) -> None:
    for _time in range(2):
        report = bring(school, LUIS | EVA)
        assert ties() == [
            ("Luis", "father", 1, False, ""),
            ("Eva", "mother", 2, True, ""),
            ("Paco", "father", 10, True, BARRED),
        ]
        assert told(report) == [
            (
                "Luis Soto Lara",
                "Ocupa el lugar de una persona excluida por resolución judicial: márquelo usted si debe recibir.",
            )
        ]


def test_a_tick_that_the_school_gave_him_itself_stays(school: School) -> None:
    bring(school, LUIS | EVA)
    Guardianship.objects.filter(guardian__given_name="Luis").update(receives_messages=True)
    bring(school, LUIS | EVA)
    assert ties()[0] == ("Luis", "father", 1, True, "")


def test_a_bar_follows_its_person_to_a_new_entry(school: School) -> None:
    Person.objects.filter(given_name="Paco").update(document="12345678Z")
    bring(school, PACO | {"DNI padre": "X1234567L", "Teléfono padre": "655666777"} | EVA)
    assert [(tie[0], tie[4]) for tie in ties()] == [("Paco", BARRED), ("Eva", ""), ("Paco", BARRED)]
    assert Guardianship.objects.filter(barred_from=date(2026, 1, 1), barred_until=None).count() == 2


def test_a_bar_follows_a_father_who_comes_back_as_a_tutor(school: School) -> None:
    bring(school, {"Tutor 1": "GIL MORA, PACO", "Teléfono tutor 1": "655666777", "Mensaje tutor 1": "Sí"})
    assert [(tie[0], tie[1], tie[4]) for tie in ties() if tie[0].upper() == "PACO"] == [
        ("PACO", "other", BARRED), ("Paco", "father", BARRED),
    ]  # fmt: skip


def test_a_barred_guardian_who_changes_places_stays_barred(school: School) -> None:
    moved: dict[str, Cell] = {
        "Madre": "Gil Mora, Paco", "Teléfono madre": "600123456", "Mensaje madre": "Sí",
    }  # fmt: skip
    bring(school, NOBODY | moved)
    assert ties() == [("Paco", "mother", 2, True, BARRED)]


def test_a_bar_from_one_child_is_none_from_another(school: School) -> None:
    bring(school, PACO | EVA, PACO | EVA)
    found = Guardianship.objects.filter(guardian__given_name="Paco").order_by("student__expediente")
    assert list(found.values_list("barred_reference", flat=True)) == [BARRED, ""]


def test_an_address_shared_with_a_barred_guardian_is_told(school: School) -> None:
    report = bring(school, PACO | EVA | {"Teléfono 2 madre": "600 12 34 56", "Teléfono": "600123456"})
    sentence = "comparte este dato con una persona excluida por un juez."
    assert told(report) == [
        ("600123456", f"Ana Gil 1 {sentence}"),
        ("600 12 34 56", f"Eva Ruiz Sanz {sentence}"),
    ]


def test_a_guardian_without_a_name_is_kept_and_stays_one_person(school: School) -> None:
    rows: dict[str, Cell] = {
        "Expediente": 9,
        "Madre": None,
        "Teléfono madre": "644555666",
        "Mensaje madre": "Sí",
    }
    for counts in ([1, 0, 1, 0], [0, 0, 2, 0]):
        report = bring(school, PACO | {"Madre": None, "Mensaje madre": None} | rows)
        assert list(report.as_json()["guardians"].values())[:1] == counts[:1]  # type: ignore[attr-defined]
    nameless = Guardianship.objects.get(student__expediente="9", relation="mother").guardian
    assert (nameless.given_name, nameless.surname) == ("(sin nombre)", "")


def test_a_guardian_without_a_name_gets_hers_later(school: School) -> None:
    unnamed: dict[str, Cell] = {
        "Expediente": 9,
        "Madre": None,
        "Teléfono madre": "644555666",
        "Mensaje madre": "Sí",
    }
    bring(school, unnamed)
    before = Guardianship.objects.get(student__expediente="9").guardian
    bring(school, unnamed | {"Madre": "Vega Paz, Rosa"})
    after = Guardianship.objects.get(student__expediente="9").guardian
    assert (after, after.given_name) == (before, "Rosa")


def test_a_known_name_is_not_lost_to_an_empty_cell(school: School) -> None:
    bring(school, PACO | EVA | {"Madre": None})
    assert ties()[1][0] == "Eva"


def test_a_known_document_is_not_lost_to_an_empty_cell(school: School) -> None:
    bring(school, PACO | EVA | {"DNI madre": "X1234567L"})
    bring(school, PACO | EVA | {"DNI madre": None})
    assert Person.objects.get(given_name="Eva").document == "X1234567L"
