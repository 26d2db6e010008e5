"""Files of staff, posts, tutors, teaching and timetables: the same report, all or nothing, twice changes nothing."""

import datetime as dt
from collections.abc import Sequence

import pytest

from plumier.importing.actions import Ask, ImportReport, import_file
from plumier.importing.problems import RosterError
from plumier.models import (
    AcademicYear,
    Contact,
    Person,
    Post,
    School,
    SessionSlot,
    Staff,
    Subgroup,
    Subject,
    TeachingAssignment,
    TimetableEntry,
)
from tests.factories.register import make_group, make_school
from tests.factories.rosters import Cell, csv_file, roster, xlsx

NOW = dt.datetime(2026, 9, 10, 12, tzinfo=dt.UTC)
STAFF: list[list[Cell]] = [
    ["IES Sureste"],
    ["Apellidos y nombre", "DNI", "E-mail oficial", "Teléfono", "Fecha de alta", "Activo", "Departamento", "Cargos"],
    ["Ros Vega, Ana", "12345678Z", "ana@staff.example", 600123456, "01/09/2020", "Sí", "Lengua", "Directora; Docente"],
    ["Soto Gil, Luis", "X1234567L", "luis@s.example", "611222333", "1-9-26", "Sí", "lengua", "Jefe de departamento"],
]  # fmt: skip


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def bring(school: School, rows: Sequence[Sequence[Cell]], kind: str = "", year: str = "") -> ImportReport:
    return import_file(school=school, content=xlsx(rows), ask=Ask(kind, year), now=NOW)


def counted(report: ImportReport) -> dict[str, list[int]]:
    """New, changed, same, gone."""
    return {name: list(counts.as_json().values()) for name, counts in report.others.items()}


def errors(report: ImportReport) -> list[tuple[int | None, str, str]]:
    return [(p.row, p.column, p.value) for p in report.errors]


def test_a_file_of_staff_makes_people_with_posts(school: School) -> None:
    report = bring(school, STAFF)
    assert (report.kind, errors(report), counted(report)) == ("staff", [], {"staff": [2, 0, 0, 0]})
    ana = Staff.objects.get(person__given_name="Ana")
    assert (ana.joined_on, ana.left_on, ana.active, str(ana.department)) == (
        dt.date(2020, 9, 1),
        None,
        True,
        "Lengua",
    )
    assert sorted(
        Post.objects.values_list("person__given_name", "role", "held_from", "department__name")
    ) == [
        ("Ana", "director", dt.date(2020, 9, 1), None),
        ("Ana", "profesor", dt.date(2020, 9, 1), None),
        ("Luis", "jefe_departamento", dt.date(2026, 9, 1), "Lengua"),
    ]
    assert set(Contact.objects.filter(person=ana.person).values_list("slot", "value")) == {
        ("phone_1", "+34600123456"),
        ("email_official", "ana@staff.example"),
    }


def test_the_same_staff_twice_changes_nothing_and_what_differs_changes(school: School) -> None:
    bring(school, STAFF)
    assert counted(bring(school, STAFF)) == {"staff": [0, 0, 2, 0]}
    left = [[*row[:5], "No", *row[6:]] if row[0] == "Soto Gil, Luis" else row for row in STAFF]
    assert counted(bring(school, left)) == {"staff": [0, 1, 1, 0]}
    assert not Staff.objects.get(person__given_name="Luis").active
    assert counted(bring(school, STAFF[:3])) == {"staff": [0, 0, 1, 1]}
    assert (Person.objects.count(), Post.objects.count()) == (2, 3)


def test_a_mistake_in_a_file_of_staff_applies_nothing(school: School) -> None:
    bad: list[list[Cell]] = [["", "12345678Z", "", "", "31/02/2026", "quizá", "", "Mago"], STAFF[2], STAFF[2]]
    report = bring(school, [STAFF[1], ["Gil, Eva", *bad[0][1:]], *bad])
    assert errors(report) == [
        (2, "Fecha de alta", "31/02/2026"),
        (2, "Activo", "quizá"),
        (2, "Cargos", "Mago"),
        (3, "Fecha de alta", "31/02/2026"),
        (3, "Apellidos y nombre", ""),
        (4, "Apellidos y nombre", "Ana Ros Vega"),
        (5, "Apellidos y nombre", "Ana Ros Vega"),
    ]
    assert (Staff.objects.count(), counted(report)) == (0, {})


def test_posts_are_held_from_until(school: School) -> None:
    bring(school, STAFF)
    rows: list[list[Cell]] = [
        ["Docente", "Cargo", "Desde", "Hasta"],
        ["Ros Vega, Ana", "Directora", "", "30/06/2027"],
        ["Soto Gil, Luis", "Orientador", dt.datetime(2026, 9, 1), None],  # type: ignore[list-item]  # noqa: DTZ001
    ]
    assert counted(bring(school, rows)) == {"posts": [1, 1, 0, 0]}
    assert Post.objects.get(role="director").held_until == dt.date(2027, 6, 30)
    assert Post.objects.get(role="orientador").held_from == dt.date(2026, 9, 1)
    assert counted(bring(school, rows)) == {"posts": [0, 0, 2, 0]}
    report = bring(school, [*rows, ["Nadie, Juan", "PTSC", "", ""], ["Ros Vega, Ana", "Mago", "", ""]])
    assert errors(report) == [(4, "Docente", "Nadie, Juan"), (5, "Cargo", "Mago")]


def test_tutors_are_given_to_groups(school: School) -> None:
    bring(school, STAFF)
    group = make_group(school)
    rows: list[list[Cell]] = [["Grupo", "Tutor/a"], ["1ESOA", "Ros Vega, Ana"]]
    assert counted(bring(school, rows)) == {"tutors": [0, 1, 0, 0]}
    group.refresh_from_db()
    assert str(group.tutor) == "Ros Vega, Ana"
    assert counted(bring(school, rows)) == {"tutors": [0, 0, 1, 0]}
    assert errors(bring(school, [*rows, ["9ESOZ", "Ros Vega, Ana"], ["1ESOA", "x"]])) == [
        (3, "Grupo", "9ESOZ"),
        (4, "Grupo", "1ESOA"),
    ]


def test_assignments_make_subjects_and_subgroups(school: School) -> None:
    bring(school, STAFF)
    make_group(school)
    rows: list[list[Cell]] = [
        ["Profesor/a", "Materia", "Código", "Grupo", "Subgrupo"],
        ["Ros Vega, Ana", "Lengua", "LCL", "1º ESO A", ""],
        ["Soto Gil, Luis", "Latín", "", "", "Latín 1"],
    ]
    assert counted(bring(school, rows)) == {"assignments": [2, 0, 0, 0]}
    assert sorted(Subject.objects.values_list("name", "code")) == [("Latín", ""), ("Lengua", "LCL")]
    assert sorted(map(str, TeachingAssignment.objects.all())) == [
        "Latín · Latín 1 · Soto Gil, Luis",
        "Lengua · 1º ESO A · Ros Vega, Ana",
    ]
    assert counted(bring(school, rows)) == {"assignments": [0, 0, 2, 0]}
    assert counted(bring(school, rows[:2])) == {"assignments": [0, 0, 1, 1]}
    assert (Subgroup.objects.count(), TeachingAssignment.objects.count()) == (1, 2)


def test_a_timetable_makes_sessions_and_what_is_taught_in_them(school: School) -> None:
    bring(school, STAFF)
    make_group(school)
    rows: list[list[Cell]] = [
        ["Docente", "Materia", "Grupo", "Día", "Sesión", "Empieza", "Termina", "Aula"],
        ["Ros Vega, Ana", "Lengua", "1º ESO A", "Lunes", 1, "8:30", "9:25", "A1"],
        ["Ros Vega, Ana", "Lengua", "1º ESO A", "Miércoles", 2, "9.25", "10h20", "A1"],
    ]
    assert counted(bring(school, rows)) == {"timetable": [2, 0, 0, 0]}
    assert sorted(SessionSlot.objects.values_list("weekday", "number", "starts", "ends")) == [
        (1, 1, dt.time(8, 30), dt.time(9, 25)),
        (3, 2, dt.time(9, 25), dt.time(10, 20)),
    ]
    assert counted(bring(school, rows)) == {"timetable": [0, 0, 2, 0]}
    moved = [[*row[:-1], "B2"] if row[4] == 2 else row for row in rows]
    assert counted(bring(school, moved)) == {"timetable": [0, 1, 1, 0]}
    assert sorted(TimetableEntry.objects.values_list("room", flat=True)) == ["A1", "B2"]
    bad: list[Cell] = ["Ros Vega, Ana", "Lengua", "1º ESO A", "Lunnes", 99, "", "", ""]
    assert errors(bring(school, [*rows, bad])) == [(4, "Día", "Lunnes"), (4, "Sesión", "99")]


def test_a_roster_is_still_known_as_one_and_a_kind_can_be_said(school: School) -> None:
    content = roster({"Tutor": "Ros, Ana", "DNI": "12345678Z"})
    assert import_file(school=school, content=content, ask=Ask(), now=NOW).kind == "roster"
    with pytest.raises(RosterError, match=r"Al archivo le faltan columnas: .*, dia, sesion\."):
        import_file(school=school, content=roster({}), ask=Ask("timetable"), now=NOW)
    with pytest.raises(RosterError, match="No hay archivos de tipo «notas»"):
        import_file(school=school, content=content, ask=Ask("notas"), now=NOW)


def test_a_file_can_be_of_another_year(school: School) -> None:
    last = AcademicYear.objects.create(school=school, name="2025/2026", is_current=False)
    import_file(school=school, content=roster({}), ask=Ask(year="2025/2026"), now=NOW)
    assert last.enrolments.count() == 1
    with pytest.raises(RosterError, match="no tiene el curso 1999"):
        import_file(school=school, content=roster({}), ask=Ask(year="1999"), now=NOW)


def test_a_formula_in_a_column_that_is_read_is_an_error(school: School) -> None:
    make_group(school)
    content = csv_file([["Grupo", "Tutor"], ["1ESOA", "=A1"]], encoding="cp1252")
    report = import_file(school=school, content=content, ask=Ask(), now=NOW)
    assert "La celda tiene una fórmula: péguela como valor." in {p.message for p in report.errors}
