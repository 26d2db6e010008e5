"""Importing into the register: what is new, what changes, what ends, and what never does."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from plumier.importing import writing
from plumier.importing.actions import ImportReport, import_roster
from plumier.models import (
    AcademicYear,
    Contact,
    Enrolment,
    Group,
    Guardianship,
    Person,
    School,
    Staff,
    Stage,
    Student,
)
from tests.factories.register import make_school
from tests.factories.rosters import Cell, roster

NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)
PACO: dict[str, Cell] = {
    "Padre": "Gil Mora, Paco", "DNI padre": "12345678Z", "Teléfono padre": "600123456", "Mensaje padre": "Sí",
}  # fmt: skip
EVA: dict[str, Cell] = {"Madre": "Ruiz Sanz, Eva", "Teléfono madre": "611222333", "Mensaje madre": "Sí"}
ANA: dict[str, Cell] = {"Expediente": 1, "Alumno/a": "Gil Ruiz, Ana", "NRE": 77, "Teléfono": "622333444"}
LUIS: dict[str, Cell] = {"Expediente": 2, "Alumno/a": "Gil Ruiz, Luis", "Grupo": "3º ESO B"}


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def bring(school: School, *students: dict[str, Cell], dry_run: bool = False) -> ImportReport:
    return import_roster(school=school, content=roster(*students), dry_run=dry_run, now=NOW)


def numbers(report: ImportReport) -> dict[str, list[int]]:
    """New, changed, same, gone."""
    found = report.as_json()
    return {what: list(found[what].values()) for what in ("students", "guardians", "groups")}  # type: ignore[attr-defined]


def ties(expediente: str = "1") -> list[tuple[str, str, int, bool]]:
    found = Guardianship.objects.filter(student__expediente=expediente).order_by("order")
    return list(found.values_list("guardian__given_name", "relation", "order", "receives_messages"))


def contacts(given_name: str) -> list[tuple[str, str, str]]:
    found = Contact.objects.filter(person__given_name=given_name).order_by("slot")
    return list(found.values_list("slot", "value", "typed"))


def test_import_roster_makes_a_family_out_of_rows(school: School) -> None:
    report = bring(school, ANA | PACO | EVA, LUIS | PACO | EVA)
    assert numbers(report) == {"students": [2, 0, 0, 0], "guardians": [2, 0, 0, 0], "groups": [2, 0, 0, 0]}
    assert report.errors == ()
    ana = Student.objects.get(expediente="1")
    assert (str(ana.person), ana.nre, ana.protected, ana.school) == ("Gil Ruiz, Ana", "77", False, school)
    enrolment = Enrolment.objects.get(student=ana)
    assert (enrolment.group.name, enrolment.status, enrolment.year) == (
        "1º ESO A",
        "active",
        school.years.get(),
    )
    assert ties("1") == ties("2") == [("Paco", "father", 1, True), ("Eva", "mother", 2, True)]
    assert contacts("Ana") == [("phone_1", "+34622333444", "622333444")]
    assert contacts("Paco") == [("phone_1", "+34600123456", "600123456")]
    assert Person.objects.get(given_name="Paco").document == "12345678Z"


def test_the_same_file_twice_changes_nothing(school: School) -> None:
    rows: list[dict[str, Cell]] = [
        ANA | PACO | EVA,
        LUIS | PACO | EVA | {"Teléfono padre": "968123456 / 600123456 (madre)", "E-mail": "luis@"},
        {"Expediente": 3, "Padre": None, "Teléfono padre": "655666777", "Mensaje padre": "Sí"},
        {"Expediente": 4, "Padre": "Gil, Otro", "Teléfono padre": "no sé", "Estado matrícula": "Baja"},
    ]
    bring(school, *rows)
    before = {
        model: list(model.objects.order_by("pk").values())
        for model in (Person, Student, Contact, Guardianship)
    }
    report = bring(school, *rows)
    assert numbers(report) == {"students": [0, 0, 4, 0], "guardians": [0, 0, 4, 0], "groups": [0, 0, 2, 0]}
    assert {model: list(model.objects.order_by("pk").values()) for model in before} == before


def test_a_dry_run_tells_the_same_and_writes_nothing(school: School) -> None:
    tried = bring(school, ANA | PACO, dry_run=True)
    assert (Student.objects.count(), Group.objects.count(), Person.objects.count()) == (0, 0, 0)
    assert bring(school, ANA | PACO) == tried


def test_an_error_in_one_row_applies_nothing(school: School) -> None:
    report = bring(school, ANA, LUIS | {"Grupo": None})
    assert [(problem.row, problem.column) for problem in report.errors] == [(3, "Grupo")]
    assert numbers(report) == {"students": [0] * 4, "guardians": [0] * 4, "groups": [0] * 4}
    assert Student.objects.count() == 0


def test_a_broken_write_applies_nothing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(writing, "copy_rows", broken)
    with pytest.raises(RuntimeError):
        bring(school, ANA)
    assert (Student.objects.count(), Person.objects.count(), Group.objects.count()) == (0, 0, 0)


def test_what_differs_changes_and_the_rest_stays(school: School) -> None:
    bring(school, ANA | PACO | EVA, LUIS | PACO | EVA)
    keys = set(Person.objects.values_list("pk", flat=True))
    moved = LUIS | {"Grupo": "3º ESO C", "Datos protegidos": "Sí"}
    report = bring(school, ANA | PACO | EVA, moved | PACO | EVA | {"Mensaje padre": "No"})
    assert numbers(report) == {"students": [0, 1, 1, 0], "guardians": [0, 1, 1, 0], "groups": [1, 0, 1, 1]}
    assert set(Person.objects.values_list("pk", flat=True)) == keys
    luis = Student.objects.get(expediente="2")
    assert (luis.protected, luis.enrolments.get().group.name) == (True, "3º ESO C")
    assert [tie[3] for tie in ties("1")] == [True, True]
    assert [tie[3] for tie in ties("2")] == [False, True]


def test_a_guardian_stays_the_same_person_when_her_phone_changes(school: School) -> None:
    bring(school, ANA | EVA, LUIS | EVA)
    eva = Person.objects.get(given_name="Eva")
    changed = EVA | {"Teléfono madre": "644555666"}
    assert numbers(bring(school, ANA | changed, LUIS | changed))["guardians"] == [0, 1, 0, 0]
    assert [tie.guardian for tie in Guardianship.objects.all()] == [eva, eva]
    assert contacts("Eva") == [("phone_1", "+34644555666", "644555666")]


def test_a_phone_that_changes_in_one_brothers_row_only_is_another_persons_from_then_on(
    school: School,
) -> None:
    bring(school, ANA | EVA, LUIS | EVA)
    rows = (ANA | EVA, LUIS | EVA | {"Teléfono madre": "644555666"})
    assert numbers(bring(school, *rows))["guardians"] == [1, 1, 0, 0]
    assert numbers(bring(school, *rows))["guardians"] == [0, 0, 2, 0]


def test_names_addresses_and_states_follow_the_file(school: School) -> None:
    bring(school, ANA | {"Estado matrícula": "Matriculado", "Móvil": "655666777"})
    report = bring(
        school,
        ANA
        | {"Alumno/a": "Gil Ruiz, Ana María", "Estado matrícula": "Baja", "Teléfono": "mal", "Móvil": None},
    )
    assert numbers(report)["students"] == [0, 1, 0, 0]
    student = Student.objects.get()
    assert (student.person.given_name, student.person.sort_key) == ("Ana María", "gil ruiz ana maria")
    assert student.enrolments.get().status == "withdrawn"
    assert contacts("Ana María") == [("phone_1", "", "mal")]


def test_what_the_file_has_no_column_for_is_left_alone(school: School) -> None:
    bring(
        school, ANA | PACO | {"Datos protegidos": "Sí", "Estado matrícula": "Baja", "E-mail": "ana@x.example"}
    )
    content = roster({"Expediente": 1, "Alumno/a": "Gil Ruiz, Ana"})
    assert b"xl/" in content
    report = import_roster(
        school=school, content="Expediente;Alumno/a;Grupo\n1;Gil Ruiz, Ana;1º ESO A".encode(), now=NOW
    )
    assert numbers(report) == {"students": [0, 0, 1, 0], "guardians": [0, 0, 0, 0], "groups": [0, 0, 1, 0]}
    student = Student.objects.get()
    assert (student.protected, student.nre, student.enrolments.get().status) == (True, "77", "withdrawn")
    assert contacts("Ana") == [
        ("email_official", "ana@x.example", "ana@x.example"),
        ("phone_1", "+34622333444", "622333444"),
    ]
    assert ties() == [("Paco", "father", 1, True)]
    assert [p.message for p in report.warnings if p.row == 2] == [
        "Sigue de baja: el archivo no tiene columna de estado de matrícula."
    ]


def test_without_a_column_of_ticks_the_new_are_ticked_and_the_known_stay(school: School) -> None:
    bring(school, ANA | PACO | {"Mensaje padre": "No"})
    untold = {title: cell for title, cell in PACO.items() if title != "Mensaje padre"}
    bring(school, ANA | untold, LUIS | untold)
    assert (ties("1"), ties("2")) == ([("Paco", "father", 1, False)], [("Paco", "father", 1, True)])


def test_who_is_not_in_the_file_is_named_and_left_enrolled(school: School) -> None:
    bring(school, ANA | PACO, LUIS | EVA)
    report = bring(school, ANA | PACO | {"Madre": None, "Mensaje madre": None})
    assert numbers(report) == {"students": [0, 0, 1, 1], "guardians": [0, 0, 1, 0], "groups": [0, 0, 1, 1]}
    assert [problem.message for problem in report.warnings] == [
        "1 matriculados no están en el archivo y se quedan como están: expedientes 2"
    ]
    assert Enrolment.objects.get(student__expediente="2").status == "active"
    assert ties("2") == [("Eva", "mother", 2, True)]


def test_a_withdrawn_student_who_is_not_in_the_file_is_no_longer_missed(school: School) -> None:
    bring(school, ANA, LUIS | {"Estado matrícula": "Baja"})
    assert numbers(bring(school, ANA))["students"] == [0, 0, 1, 0]


def test_a_guardian_taken_out_of_the_row_stops_being_one(school: School) -> None:
    bring(school, ANA | PACO | EVA)
    report = bring(school, ANA | PACO | {"Madre": None})
    assert numbers(report)["guardians"] == [0, 0, 1, 1]
    assert ties() == [("Paco", "father", 1, True)]
    assert Person.objects.filter(given_name="Eva").exists()


def test_a_guardian_of_two_who_loses_one_has_changed(school: School) -> None:
    bring(school, ANA | PACO, LUIS | PACO)
    report = bring(school, ANA | PACO, LUIS)
    assert numbers(report)["guardians"] == [0, 1, 0, 0]
    assert (len(ties("1")), len(ties("2"))) == (1, 0)


def test_father_and_mother_can_change_places(school: School) -> None:
    eva: dict[str, Cell] = EVA | {"DNI madre": "X1234567L"}
    bring(school, ANA | PACO | eva)
    swapped: dict[str, Cell] = {
        "Padre": "Ruiz Sanz, Eva", "DNI padre": "X1234567L", "Teléfono padre": "611222333", "Mensaje padre": "Sí",
        "Madre": "Gil Mora, Paco", "DNI madre": "12345678Z", "Teléfono madre": "600123456", "Mensaje madre": "No",
    }  # fmt: skip
    report = bring(school, ANA | swapped)
    assert numbers(report)["guardians"] == [0, 2, 0, 0]
    assert ties() == [("Eva", "father", 1, True), ("Paco", "mother", 2, False)]


def test_tutors_take_the_first_places_or_those_after_the_parents(school: School) -> None:
    tutors: dict[str, Cell] = {
        "Tutor 1": "Soto, Luis",
        "Teléfono tutor 1": "644111222",
        "Tutor 2": "Vega, Rosa",
    }
    bring(school, ANA | tutors)
    assert [tie[:3] for tie in ties()] == [("Luis", "other", 1), ("Rosa", "other", 2)]
    bring(school, ANA | tutors | PACO | EVA)
    assert [tie[1:3] for tie in ties()] == [("father", 1), ("mother", 2), ("other", 3), ("other", 4)]


def test_parents_of_a_file_with_parents_leave_a_tutor_of_another_file_alone(school: School) -> None:
    bring(school, ANA | {"Tutor 1": "Soto, Luis"})
    bring(school, ANA | PACO)
    assert [tie[:3] for tie in ties()] == [("Paco", "father", 1), ("Luis", "other", 10)]


def test_two_schools_share_nobody(school: School) -> None:
    bring(school, ANA | PACO)
    other = make_school("30000002")
    assert numbers(bring(other, ANA | PACO))["students"] == [1, 0, 0, 0]
    assert (Student.objects.count(), Person.objects.filter(given_name="Paco").count()) == (2, 2)
    assert numbers(bring(school, ANA | PACO))["students"] == [0, 0, 1, 0]


def test_a_new_year_enrols_again_and_keeps_the_old_class(school: School) -> None:
    bring(school, ANA | PACO)
    school.years.update(is_current=False)
    AcademicYear.objects.create(school=school, name="2027/2028")
    report = bring(school, ANA | PACO | {"Grupo": "2º ESO A"})
    assert numbers(report) == {"students": [0, 1, 0, 0], "guardians": [0, 0, 1, 0], "groups": [1, 0, 0, 0]}
    assert sorted(Enrolment.objects.values_list("year__name", "group__name")) == [
        ("2026/2027", "1º ESO A"), ("2027/2028", "2º ESO A"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (datetime(2026, 7, 31, 21, tzinfo=UTC), "2025/2026"),
        (datetime(2026, 7, 31, 23, tzinfo=UTC), "2026/2027"),
    ],
)
def test_a_school_without_a_year_gets_that_of_the_day_in_its_zone(db: None, now: datetime, name: str) -> None:
    school = School.objects.create(code="1", name="IES Uno")
    content = roster(ANA, {"Expediente": 2, "Grupo": "4 años"})
    for dry_run in (True, False):
        report = import_roster(school=school, content=content, dry_run=dry_run, now=now)
        assert numbers(report)["students"] == [2, 0, 0, 0]
        assert AcademicYear.objects.count() == (0 if dry_run else 1)
    assert AcademicYear.objects.get().name == name
    assert sorted(Stage.objects.values_list("kind", "absence_mode")) == [
        ("eso", "session"),
        ("infantil", "date"),
    ]


def test_a_class_is_the_same_however_it_is_typed(school: School) -> None:
    bring(school, ANA | {"Grupo": "1º ESO A"})
    assert numbers(bring(school, ANA | {"Grupo": "1ESOA"}))["groups"] == [0, 0, 1, 0]
    assert [group.name for group in Group.objects.all()] == ["1º ESO A"]


def test_a_teacher_is_not_taken_for_the_mother_of_her_name(school: School) -> None:
    teacher = Person.objects.create(
        school=school, given_name="Eva", surname="Ruiz Sanz", document="X1234567L"
    )
    Contact.objects.create(
        school=school, person=teacher, slot="phone_1", kind="mobile", value="+34611222333", typed="611222333"
    )
    Staff.objects.create(school=school, person=teacher)
    assert numbers(bring(school, ANA | EVA | {"DNI madre": "X1234567L"}))["guardians"] == [1, 0, 0, 0]
    assert Guardianship.objects.get().guardian != teacher


def test_brothers_rows_that_disagree_are_told_and_the_first_is_right(school: School) -> None:
    other = PACO | {"Teléfono padre": "644555666", "Teléfono 2 padre": "655666777"}
    report = bring(school, ANA | PACO | {"Teléfono 2 padre": "968123456"}, LUIS | other)
    assert contacts("Paco") == [
        ("phone_1", "+34600123456", "600123456"),
        ("phone_2", "+34968123456", "968123456"),
    ]
    assert [(p.row, p.column, p.value) for p in report.warnings] == [
        (3, "Teléfono", "644555666"), (3, "Teléfono 2", "655666777"),
    ]  # fmt: skip


def test_brothers_rows_complete_each_other(school: School) -> None:
    bring(
        school,
        ANA | PACO | {"E-mail padre": "mal"},
        LUIS | PACO | {"Teléfono padre": "968123456", "E-mail padre": "p@x.example"},
    )
    assert contacts("Paco") == [
        ("email", "p@x.example", "p@x.example"),
        ("phone_1", "+34600123456", "600123456"),
        ("phone_2", "+34968123456", "968123456"),
    ]


def test_an_import_costs_the_same_queries_for_any_number_of_rows(school: School) -> None:
    def rows(number: int, phone: int) -> list[dict[str, Cell]]:
        return [
            ANA
            | {"Expediente": n, "Padre": f"Gil, Paco {n}", "Teléfono padre": phone + n, "Mensaje padre": "Sí"}
            for n in range(number)
        ]

    costs = []
    for number, one in ((3, school), (60, make_school("30000002"))):
        for phone in (600100100, 600100100, 655200200):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                bring(one, *rows(number, phone))
            costs.append(len(queries))
    assert costs[:3] == costs[3:]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_wait_for_each_other() -> None:
    school = make_school()
    together = Barrier(2)
    found: list[ImportReport] = []

    def run() -> None:
        together.wait()
        found.append(bring(school, ANA | PACO, LUIS | PACO))
        connections.close_all()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers(report)["students"] for report in found) == [[0, 0, 2, 0], [2, 0, 0, 0]]
    assert Student.objects.count() == 2
