"""Who is in a roster, what is said of each, and at what cost."""

import gc
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from notica.exports.product import Made
from notica.tokapp_roster import reading
from notica.tokapp_roster.choosing import EVERYBODY, Form, People, Wanted
from notica.tokapp_roster.making import make_roster
from plumier.clock import database_today
from plumier.models import Enrolment, Group, Guardianship, Person, School, SchoolPolicy, Staff, Student
from plumier.roster_columns import RosterColumn
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_group, make_school, make_staff, make_student
from tests.notica.tokapp_roster.rosters import exporter, rows, who, write

FAMILIES, STUDENTS, STAFF = [People.FAMILIES], [People.STUDENTS], [People.STAFF]
FILE = "roster.xlsx"
PEPE, MARTA = "+34600000001", "+34600000002"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE


def father(**more: object) -> Parent:
    contacts = {"phone_1": "landline:+34968000001", "phone_2": PEPE, "email": "pepe@example.org"}
    return Parent("Pepe Gil", "father", contacts, **more)  # type: ignore[arg-type]


def mother(**more: object) -> Parent:
    return Parent("Marta Ros", "mother", {"phone_1": MARTA}, **more)  # type: ignore[arg-type]


def test_row_says_who_somebody_is_and_of_whom(group: Group, school: School, file: Path) -> None:
    contacts = {
        "phone_1": "+34600000009",
        "email_official": "luis@alu.example",
        "email_alt": "otro@example.org",
    }
    luis = make_student(group, "Luis Gil Ros", [father()], contacts=contacts)
    Person.objects.filter(given_name="Pepe").update(language="vi")
    about = {"Expediente": luis.expediente, "Grupo": "1º ESO A"}
    assert rows(school, file) == [
        {
            **about,
            "Nombre": "Luis",
            "Apellidos": "Gil Ros",
            "Teléfono": "+34600000009",
            "Rol": "alumno",
            "E-mail": "luis@alu.example",
            "Idioma": "es",
        },
        {
            **about,
            "Nombre": "Pepe",
            "Apellidos": "Gil",
            "Teléfono": PEPE,
            "Rol": "padre",
            "E-mail": "pepe@example.org",
            "Idioma": "vi",
        },
    ]


def test_school_chooses_columns_titles_and_separator(group: Group, school: School, file: Path) -> None:
    luis = make_student(group, "Luis Gil Ros", [father()])
    Student.objects.update(nre="123")
    Person.objects.filter(given_name="Pepe").update(document="12345678Z")
    columns = [["telefono", "Móvil"], ["telefono_2", ""], ["alumno", ""], ["nombre_completo", ""]]
    columns += [["nre", ""], ["documento", ""], ["etapa", ""], ["expediente", "=Nº"]]
    SchoolPolicy.objects.update(tokapp_columns=columns, tokapp_separator=",")
    write(school, file, FAMILIES)
    assert file.read_text(encoding="utf-8-sig").splitlines() == [
        "Móvil,Teléfono 2,Alumno,Apellidos y nombre,NRE,DNI o NIE,Enseñanza,'=Nº",
        f'{PEPE},,"Gil Ros, Luis","Gil, Pepe",123,12345678Z,ESO,{luis.expediente}',
    ]


def test_every_column_is_known(group: Group, school: School, file: Path) -> None:
    make_student(group, "Luis Gil", [father()])
    SchoolPolicy.objects.update(tokapp_columns=[[code, ""] for code in RosterColumn.values])
    (row,) = rows(school, file, FAMILIES)
    assert list(row) == [str(code.label) for code in RosterColumn]


def test_workbook_holds_text_alone(group: Group, school: School, file: Path) -> None:
    make_student(group, "=Luis Gil", [father()])
    write(school, file, FAMILIES, Form.XLSX)
    page = load_workbook(file).active
    assert page is not None
    assert [cell.value for cell in page[1]][4] == "Teléfono"
    assert (page["E2"].value, page["E2"].data_type, page["B2"].value) == (PEPE, "s", "Pepe")


def test_nobody_of_the_family_of_a_protected_student_is_there(
    group: Group, school: School, file: Path
) -> None:
    make_student(group, "Luis Gil", [father()], contacts={"phone_1": "+34600000009"}, protected=True)
    assert who(school, file) == [("Luis", "alumno", "+34600000009")]


def test_barred_parent_is_not_there_for_that_child(group: Group, school: School, file: Path) -> None:
    today = database_today()
    barred = (today, None)
    make_student(group, "Ana Gil", [father(barred=barred), mother()])
    assert who(school, file, FAMILIES) == [("Marta", "madre", MARTA)]
    pepe = Person.objects.get(given_name="Pepe")
    make_student(group, "Luis Gil", [Parent("Pepe Gil", "father", person=pepe)])
    assert who(school, file, FAMILIES) == [("Marta", "madre", MARTA), ("Pepe", "padre", PEPE)]
    Guardianship.objects.filter(barred_from__isnull=False).update(
        barred_from=today - timedelta(days=9), barred_until=today - timedelta(days=1)
    )
    assert len(who(school, file, FAMILIES)) == 3


def test_phone_that_is_also_a_barred_parent_s_is_no_phone(group: Group, school: School, file: Path) -> None:
    shared = Parent("Marta Ros", "mother", {"phone_1": PEPE, "phone_2": MARTA, "email": "pepe@example.org"})
    make_student(
        group, "Ana Gil", [father(barred=(database_today(), None)), shared], contacts={"phone_1": PEPE}
    )
    assert [(row["Nombre"], row["Teléfono"], row["E-mail"]) for row in rows(school, file)] == [
        ("Marta", MARTA, "")
    ]


def test_who_does_not_receive_messages_is_not_there(group: Group, school: School, file: Path) -> None:
    make_student(group, "Ana Gil", [father(ticked=False), mother()])
    assert who(school, file, FAMILIES) == [("Marta", "madre", MARTA)]
    SchoolPolicy.objects.update(registration_required=True)
    assert who(school, file, FAMILIES) == []


def test_mother_of_two_has_a_row_for_each(group: Group, school: School, file: Path) -> None:
    one = mother()
    ana, luis = make_student(group, "Ana Gil", [one]), make_student(group, "Luis Gil", [one])
    assert [row["Expediente"] for row in rows(school, file, FAMILIES)] == [ana.expediente, luis.expediente]


def test_who_has_no_mobile_is_counted_and_left_out(group: Group, school: School, file: Path) -> None:
    landline = Parent("Rosa Paz", contacts={"phone_1": "landline:+34968000001"})
    make_student(group, "Ana Gil", [father(), landline])
    assert write(school, file, [People.STUDENTS, People.FAMILIES]) == Made(people=1, omitted=2)
    assert who(school, file) == [("Pepe", "padre", PEPE)]


def test_who_is_not_enrolled_today_is_not_there(group: Group, school: School, file: Path) -> None:
    make_student(group, "Ana Gil", [mother()])
    Enrolment.objects.update(left_on=date(2026, 1, 1))
    make_student(group, "Luis Gil", [father()], status="withdrawn")
    assert who(school, file, FAMILIES) == []


def test_staff_at_work_are_there_and_nobody_else_s(group: Group, school: School, file: Path) -> None:
    for name, slot in (("Ana Ruiz", "phone_1"), ("Eva Sanz", "phone_2"), ("Leo Vidal", "phone_1")):
        person = make_staff(school, name).people.get()
        person.contacts.create(school=school, slot=slot, kind="mobile", value=f"+3460000000{len(name)}")
    Staff.objects.filter(person__given_name="Leo").update(left_on=date(2026, 1, 1))
    make_staff(make_school("30000002"), "Otra Persona")
    assert [(row["Nombre"], row["Rol"], row["Grupo"]) for row in rows(school, file, STAFF)] == [
        ("Ana", "profesor", ""),
        ("Eva", "profesor", ""),
    ]


def test_only_this_school_is_there(group: Group, school: School, file: Path) -> None:
    make_families(make_group(make_school("30000002")), 3)
    assert who(school, file) == []


def test_people_whom_a_court_keeps_from_the_exporter_are_not_there(
    group: Group, school: School, file: Path
) -> None:
    ana = make_student(group, "Ana Gil", [mother()], contacts={"phone_1": "+34600000009"})
    kept = frozenset({ana.person_id, ana.guardians.get().pk})
    made = make_roster(file, Wanted(EVERYBODY, Form.CSV), exporter(school, kept), lambda chunk: None)
    assert made.people == 0


def test_rows_stand_by_group_and_name(group: Group, school: School, file: Path) -> None:
    phones = iter(range(10, 20))
    for name, where in (
        ("Zoe Álvarez", group),
        ("Ana Vidal", group),
        ("Bea Ruiz", make_group(school, "1º ESO 0")),
    ):
        make_student(where, name, contacts={"phone_1": f"+346000000{next(phones)}"})
    assert [row["Nombre"] for row in rows(school, file, STUDENTS)] == ["Bea", "Zoe", "Ana"]


def test_chunks_cost_the_same_and_lose_nobody(
    group: Group, school: School, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 10)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            write(school, file, FAMILIES)
        return len(asked)

    make_families(group, 10)
    one = cost()
    make_families(group, 20)
    three = cost()
    assert len(rows(school, file, FAMILIES)) == 30
    make_families(group, 20)
    assert cost() - three == three - one


def test_memory_does_not_grow_with_the_school(
    group: Group, school: School, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 50)

    def peak() -> int:
        gc.collect()
        tracemalloc.start()
        write(school, file, FAMILIES)
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    make_families(group, 100)
    peak()
    small = peak()
    make_families(group, 900)
    assert peak() < small * 2
