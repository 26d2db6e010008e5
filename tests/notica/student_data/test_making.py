"""What the workbook says, to whom, and at what cost."""

import gc
import tracemalloc
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from openpyxl import load_workbook

from channels_app.accounts import accounts_for
from channels_app.models import Activation
from notica.student_data import reading
from notica.student_data.choosing import Selection, operator, reader_of
from notica.student_data.columns import columns
from notica.student_data.making import make_workbook
from notica.student_data.reading import pupils
from plumier.clock import database_today
from plumier.models import Enrolment, Group, Guardianship, Person, School, Student, User
from tests.factories.crowds import make_families
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_school,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.notica.student_data.workbook import EVERYONE, rows_of

BOOK = "libro.xlsx"
FATHER = {"phone_1": "+34600000001", "phone_2": "landline:+34968000001", "email": "pepe@example.org"}


@pytest.fixture
def luis(group: Group) -> Student:
    father = Parent("Pepe Gil", "father", FATHER)
    mother = Parent("Marta Ros", "mother", {"email": "marta@example.org"}, ticked=False)
    student = make_student(
        group, "Luis Gil Ros", [father, mother], contacts={"email_official": "luis@alu.example"}
    )
    Student.objects.filter(pk=student.pk).update(nre="1234567", expediente="3001", protected=True)
    Person.objects.filter(pk=student.person_id).update(document="12345678Z")
    Person.objects.filter(given_name="Pepe").update(document="87654321X")
    return student


def test_row_says_who_the_student_is_and_what_each_channel_knows(
    luis: Student, school: School, director: User, tmp_path: Path
) -> None:
    link("telegram", "+34600000001", "77", "blocked")
    Activation.objects.update(checked_at="2026-10-05T08:30:59Z")
    Enrolment.objects.update(left_on=date(2027, 1, 7))
    father = "Padre: Teléfono"
    assert rows_of(school, tmp_path / BOOK, director) == [
        {
            "Expediente": "3001",
            "NRE": "1234567",
            "Apellidos": "Gil Ros",
            "Nombre": "Luis",
            "DNI o NIE": "12345678Z",
            "Grupo": "1º ESO A",
            "Enseñanza": "ESO",
            "Matrícula": "Matriculado",
            "Fecha de baja": datetime.fromisoformat("2027-01-07"),
            "Datos protegidos": "Sí",
            "Alumno: E-mail oficial": "luis@alu.example",
            "Alumno: E-mail oficial · Correo": "sirve",
            "Padre: nombre": "Gil, Pepe",
            "Padre: parentesco": "padre",
            "Padre: DNI o NIE": "87654321X",
            father: "+34600000001",
            f"{father} · Telegram": "bloqueado",
            f"{father} · Telegram · comprobado": datetime.fromisoformat("2026-10-05 10:30"),
            f"{father} · TokApp": "sin comprobar",
            f"{father} 2": "+34968000001",
            f"{father} 2 · Telegram": "fijo: no sirve",
            f"{father} 2 · TokApp": "fijo: no sirve",
            "Padre: E-mail": "pepe@example.org",
            "Padre: E-mail · Correo": "sirve",
            "Mensaje padre": "Sí",
            "Madre: nombre": "Ros, Marta",
            "Madre: parentesco": "madre",
            "Madre: E-mail": "marta@example.org",
            "Madre: E-mail · Correo": "sirve",
            "Mensaje madre": "No",
        }
    ]


def test_sheet_is_frozen_filtered_and_its_dates_are_dates(
    luis: Student, school: School, tmp_path: Path
) -> None:
    rows_of(school, tmp_path / BOOK)
    page = load_workbook(tmp_path / BOOK).active
    assert page is not None
    titles = [cell.value for cell in page[1]]
    last = page.cell(1, len(titles)).column_letter
    assert (page.title, page.freeze_panes, page.auto_filter.ref) == ("Alumnado", "E2", f"A1:{last}2")
    assert page.column_dimensions["C"].width == 26
    phone = page.cell(2, titles.index("Padre: Teléfono") + 1)
    assert (phone.data_type, phone.quotePrefix) == ("s", True)
    assert len(set(titles)) == len(titles)


def test_file_is_its_owner_s_alone_and_nothing_is_left_beside_it(
    luis: Student, school: School, tmp_path: Path
) -> None:
    rows_of(school, tmp_path / BOOK)
    assert (tmp_path / BOOK).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(f"{BOOK}*")] == [BOOK]


def test_what_looks_like_a_formula_is_text(group: Group, school: School, tmp_path: Path) -> None:
    typed = ['=HYPERLINK("x.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "#N/A", "1234", "2026-01-01"]
    for text in typed:
        make_student(
            group, f"Ana {text}", [Parent(f"Eva {text}", contacts={"phone_1": f"unreadable:{text}"})]
        )
    rows_of(school, tmp_path / BOOK)
    cells = [cell for row in load_workbook(tmp_path / BOOK).active.iter_rows() for cell in row]  # type: ignore[union-attr]
    kinds = {cell.data_type for cell in cells if cell.value is not None}
    assert kinds == {"s"}
    assert {cell.value for cell in cells} >= set(typed)


def test_who_else_answers_for_her_stands_in_the_place_left_free(
    group: Group, school: School, tmp_path: Path
) -> None:
    make_student(group, "A Sola", [Parent("Marta Ros", "mother")])
    make_student(group, "B Dos", [Parent("Eva Paz", "mother"), Parent("Ana Paz", "mother")])
    make_student(group, "C Tutor", [Parent("Rosa Gil", "other"), Parent("Juan Gil", "father")])
    make_student(group, "D Nadie")
    names = ("Padre: nombre", "Madre: nombre")
    rows = {row["Nombre"]: tuple(row.get(name) for name in names) for row in rows_of(school, tmp_path / BOOK)}
    assert rows == {
        "A": (None, "Ros, Marta"),
        "B": ("Paz, Ana", "Paz, Eva"),
        "C": ("Gil, Juan", "Gil, Rosa"),
        "D": (None, None),
    }


def test_order_of_a_court_is_told_to_who_leads_alone(
    group: Group, school: School, director: User, tmp_path: Path
) -> None:
    barred = (date(2026, 9, 1), date(2027, 9, 1))
    make_student(group, "Luis Gil", [Parent("Pepe Gil", "father", barred=barred)])
    until = "Padre: excluido hasta"
    assert rows_of(school, tmp_path / BOOK, director)[0][until] == datetime.fromisoformat("2027-09-01")
    (row,) = rows_of(school, tmp_path / BOOK, make_teacher(group))
    assert (row["Padre: nombre"], until in row) == ("Gil, Pepe", False)


def test_teacher_gets_the_students_she_attends_and_no_others(
    group: Group, school: School, tmp_path: Path
) -> None:
    make_student(group, "Luis Gil")
    make_student(make_group(school, "2º ESO B"), "Ana Paz")
    make_student(make_group(make_school("30000002")), "Eva Ros")
    assert [row["Nombre"] for row in rows_of(school, tmp_path / BOOK, make_teacher(group))] == ["Luis"]


def test_whom_a_court_keeps_from_her_does_not_appear(
    group: Group, school: School, director: User, tmp_path: Path
) -> None:
    """Neither her child nor the other parent, who is also another student's guardian."""
    mother = Parent("Marta Ros", contacts={"phone_1": "+34600111222"})
    child = make_student(group, "Luis Gil", [mother])
    make_student(group, "Primo Ros", [mother])
    Guardianship.objects.create(
        school=school,
        student=child,
        guardian=director.people.get(),
        relation="father",
        order=2,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 12/2026",
    )
    (row,) = rows_of(school, tmp_path / BOOK, director)
    assert (row["Nombre"], "Madre: nombre" in row) == ("Primo", False)
    assert "Marta" not in str(row)


def test_rows_stand_by_group_and_name_whole_school_and_leavers(school: School, tmp_path: Path) -> None:
    later, first = make_group(school, "2º ESO B"), make_group(school, "1º ESO A")
    make_student(later, "Ana Paz")
    make_student(first, "Zoe Zas")
    make_student(first, "Luis Álvarez", status="withdrawn")
    rows = rows_of(school, tmp_path / BOOK)
    assert [(row["Grupo"], row["Nombre"], row["Matrícula"]) for row in rows] == [
        ("1º ESO A", "Luis", "Baja"),
        ("1º ESO A", "Zoe", "Matriculado"),
        ("2º ESO B", "Ana", "Matriculado"),
    ]


@pytest.mark.parametrize("language", ["es", "vi", "en"])
def test_no_two_columns_have_one_title(language: str) -> None:
    with override(language):
        titles = [column.title for column in columns(ZoneInfo("Europe/Madrid"), leads=True)]
    assert len(set(titles)) == len(titles)


def test_every_chunk_costs_the_same_queries(
    group: Group, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_families(group, 6)
    accounts_for(school.code)

    def queries(size: int) -> tuple[list[int], int]:
        monkeypatch.setattr(reading, "CHUNK", size)
        with CaptureQueriesContext(connection) as asked:
            sizes = [len(chunk) for chunk in pupils(EVERYONE, operator(school))]
        return sizes, len(asked)

    assert [queries(size) for size in (6, 3, 1)] == [([6], 2 + 8), ([3, 3], 2 + 16), ([1] * 6, 2 + 48)]


def test_memory_does_not_grow_with_the_school(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = {number: make_group(school, f"Grupo {number}") for number in (200, 800)}
    for number, one in groups.items():
        make_families(one, number)
    monkeypatch.setattr(reading, "CHUNK", 50)

    def without_rubbish(chunk: object) -> None:
        gc.collect()

    def peak(students: int) -> int:
        chosen = Selection(groups=frozenset({groups[students].pk}))
        tracemalloc.start()
        made = make_workbook(tmp_path / BOOK, chosen, operator(school), without_rubbish)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert made == students
        return most

    peak(200)
    small, large = peak(200), peak(800)
    assert large < small * 1.2, (small, large)


def test_who_does_not_lead_gets_no_address_of_whom_a_court_keeps_away(school: School) -> None:
    group = make_group(school)
    father = Parent("Pedro Gil", "father", contacts={"phone_1": "+34600999888"})
    make_student(group, "Luis Gil", [father])
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 12/2026")
    told = []
    for user in (make_tutor(group), make_director(school)):
        (pupil,) = next(iter(pupils(EVERYONE, reader_of(user, school, database_today()))))
        told.append([str(contact) for contact in pupil.first.contacts.values()] if pupil.first else None)
    assert told == [[], ["+34600999888"]]


def test_order_that_is_over_hides_nothing(school: School) -> None:
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Pedro Gil", "father", contacts={"phone_1": "+34600999888"})])
    Guardianship.objects.update(
        barred_from="2020-01-01", barred_until="2020-12-31", barred_reference="Auto 1"
    )
    (pupil,) = next(iter(pupils(EVERYONE, reader_of(make_tutor(group), school, database_today()))))
    assert pupil.first is not None
    assert (pupil.first.kept_away, list(pupil.first.contacts)) == (False, ["phone_1"])
