"""Reading whole rosters: rows, guardians and what is told of them."""

from collections.abc import Sequence

import pytest

from plumier.importing.columns import Holder
from plumier.importing.documents import Document
from plumier.importing.problems import Problem, RosterError
from plumier.importing.roster import Roster, read_roster
from plumier.importing.rows import StudentRow
from plumier.importing.whose import Address
from plumier.models import Slot, StageKind
from plumier.names import Name
from tests.factories.rosters import Cell, csv_file, roster, xlsx


def read(*students: dict[str, Cell], titles: Sequence[str] = ()) -> Roster:
    return read_roster(roster(*students, titles=titles), "ES")


def only(*students: dict[str, Cell]) -> StudentRow:
    (student,) = read(*students).students
    return student


def told(problems: Sequence[Problem]) -> list[tuple[int | None, str, str, str]]:
    return [(p.row, p.column, p.value, p.message) for p in problems]


def test_read_roster_reads_a_whole_row() -> None:
    student = only(
        {
            "Expediente": 4100,
            "NRE": 1234567,
            "Alumno/a": "Gil Ruiz, Jose\u0301",
            "Curso": "1º ESO",
            "Grupo": "A",
            "Tfno": 968123456,
            "Móvil": "600 12 34 56",
            "E-mail oficial": "1234567@alu.example",
            "E-mail alt": "jose@x.example",
            "Estado matrícula": "Matriculado",
            "Datos protegidos": "No",
            "Nombre padre": "Gil Mora, Paco",
            "DNI padre": "12.345.678-Z",
            "Teléfono padre": "611222333",
            "E-mail padre": "paco@x.example",
            "Mensaje padre": "X",
        }
    )
    assert (student.row, student.expediente, student.nre) == (2, "4100", "1234567")
    assert student.name == Name("José", "Gil Ruiz")
    assert (student.group.stage, student.group.name) == (StageKind.ESO, "1º ESO A")
    assert (student.enrolled, student.protected) == (True, False)
    assert student.addresses == {
        Slot.PHONE_1: Address("landline", "+34968123456", "968123456"),
        Slot.PHONE_2: Address("mobile", "+34600123456", "600 12 34 56"),
        Slot.EMAIL_OFFICIAL: Address("email", "1234567@alu.example", "1234567@alu.example"),
        Slot.EMAIL_ALT: Address("email", "jose@x.example", "jose@x.example"),
    }
    (father,) = student.guardians
    assert (father.row, father.holder, father.name) == (2, Holder.FATHER, Name("Paco", "Gil Mora"))
    assert (father.document, father.receives) == (Document("12345678Z", "12345678Z"), True)
    assert father.addresses == {
        Slot.PHONE_1: Address("mobile", "+34611222333", "611222333"),
        Slot.EMAIL: Address("email", "paco@x.example", "paco@x.example"),
    }


@pytest.mark.parametrize(
    "names",
    [
        {"Alumno/a": "Gil Ruiz, Ana"},
        {"Alumno/a": None, "Apellidos": "Gil Ruiz", "Nombre": "Ana"},
        {"Alumno/a": "sin usar", "Primer apellido": "Gil", "Segundo apellido": "Ruiz", "Nombre": "Ana"},
    ],
)
def test_read_roster_reads_a_name_from_its_parts(names: dict[str, Cell]) -> None:
    assert only(names).name == Name("Ana", "Gil Ruiz")


def test_read_roster_reads_csv_with_a_mark_at_its_start_and_a_letterhead() -> None:
    rows: list[list[Cell]] = [
        ["Centro"],
        [],
        ["Expediente", "Alumno/a", "Grupo"],
        [],
        ["1", "Gil, Ana", "1ESOA"],
        ["Total: 1"],
    ]
    for delimiter in ";,\t":
        (student,) = read_roster(csv_file(rows, delimiter=delimiter, encoding="utf-8-sig"), "ES").students
        assert (student.row, student.name, student.group.name) == (5, Name("Ana", "Gil"), "1ESOA")


def test_read_roster_passes_over_blank_rows_totals_footers_and_a_second_header() -> None:
    header: list[Cell] = ["Expediente", "Alumno/a", "Grupo", "Datos protegidos"]
    rows: list[list[Cell]] = [
        header,
        [1, "Gil, Ana", "1º ESO A"],
        [None, "  "],
        header,
        [2, "Total Ruiz, Eva", "1º ESO A"],
        ["Total alumnos:", 2],
        [None, "TOTAL", 2],
        ["Página 1 de 1"],
    ]
    read = read_roster(xlsx(rows), "ES")
    assert [(student.row, student.expediente) for student in read.students] == [(2, "1"), (5, "2")]
    assert read.findings.errors == []


def test_read_roster_names_each_error_by_row_and_column() -> None:
    found = read(
        {"Expediente": None},
        {"Alumno/a": None},
        {"Alumno/a": "Gil,"},
        {"Grupo": " "},
        {"Expediente": 2},
        {"Datos protegidos": "quizá"},
        {"Expediente": "9" * 31},
        {"Alumno/a": f"Gil, {'A' * 101}"},
    )
    assert told(found.findings.errors) == [
        (2, "Expediente", "", "Falta el expediente."),
        (3, "Alumno/a", "", "Falta el nombre."),
        (4, "Alumno/a", "Gil,", "Falta el nombre."),
        (5, "Grupo", "", "Falta el grupo."),
        (6, "Expediente", "2", "El expediente está también en la fila 3."),
        (7, "Datos protegidos", "quizá", "No se entiende si es sí o no."),
        (8, "Expediente", "9" * 31, "Es demasiado largo: caben 30 letras."),
        (9, "Alumno/a", f"Gil, {'A' * 101}", "Es demasiado largo: caben 100 letras."),
    ]
    assert [student.row for student in found.students] == []


def test_read_roster_tells_several_errors_of_one_row() -> None:
    found = read({"Expediente": None, "Alumno/a": None, "Grupo": None, "Localidad": "Mula"})
    assert [problem.message for problem in found.findings.errors] == [
        "Falta el nombre.", "Falta el expediente.", "Falta el grupo."
    ]  # fmt: skip


def test_read_roster_takes_an_unreadable_phone_or_mail_for_a_warning() -> None:
    found = read({"Teléfono": "60012345", "E-mail": "ana@"})
    assert told(found.findings.warnings) == [
        (2, "Teléfono", "60012345", "No se entiende como teléfono: se guarda como está escrito y no se usa."),
        (2, "E-mail", "ana@", "No se entiende como correo: se guarda como está escrito y no se usa."),
    ]
    assert found.students[0].addresses[Slot.PHONE_1] == Address("unreadable", "", "60012345")


@pytest.mark.parametrize(
    ("typed", "enrolled", "warnings"),
    [("Baja", False, 0), ("Trasladado", False, 0), ("", True, 0), ("Pendiente", True, 1)],
)
def test_read_roster_takes_an_unknown_state_for_enrolled_and_says_so(
    typed: str, enrolled: bool, warnings: int
) -> None:
    found = read({"Estado matrícula": typed})
    assert [student.enrolled for student in found.students] == [enrolled]
    assert len(found.findings.warnings) == warnings


@pytest.mark.parametrize(
    ("typed", "receives", "warnings"),
    [("Sí", True, 0), ("", False, 0), ("No", False, 0), ("quizá", False, 1)],
)
def test_read_roster_never_ticks_a_guardian_by_guessing(typed: str, receives: bool, warnings: int) -> None:
    found = read({"Padre": "Gil, Paco", "Mensaje padre": typed})
    assert [guardian.receives for guardian in found.students[0].guardians] == [receives]
    assert len(found.findings.warnings) == warnings


def test_read_roster_warns_once_of_a_missing_column_of_ticks() -> None:
    found = read({"Padre": "Gil, Paco"}, {"Padre": "Ros, Luis"})
    assert [guardian.receives for student in found.students for guardian in student.guardians] == [None, None]
    assert told(found.findings.warnings) == [
        (
            1,
            "",
            "",
            (
                "Falta la columna de mensajes de «Padre»: quien ya está sigue como estaba"
                " y quien es nuevo queda marcado para recibirlos."
            ),
        )
    ]


def test_read_roster_warns_of_a_missing_column_of_protected_data() -> None:
    rows: list[list[Cell]] = [["Expediente", "Alumno/a", "Grupo"], [1, "Gil, Ana", "1º ESO A"]]
    found = read_roster(xlsx(rows), "ES")
    assert [student.protected for student in found.students] == [None]
    assert [problem.message for problem in found.findings.warnings] == [
        "Falta la columna Datos protegidos: nadie deja de tenerlos y nadie nuevo los tiene."
    ]


def test_read_roster_warns_of_each_class_of_unknown_stage_once() -> None:
    found = read({"Grupo": "SMR1A"}, {"Grupo": "SMR1A"}, {"Grupo": "1º ESO A"})
    assert [(problem.row, problem.value) for problem in found.findings.warnings] == [(2, "SMR1A")]


def test_read_roster_keeps_a_guardian_without_a_name_and_passes_over_one_without_anything() -> None:
    found = read({"Padre": None, "Teléfono padre": 600123456, "Mensaje padre": "Sí", "Mensaje madre": "Sí"})
    (guardian,) = found.students[0].guardians
    assert (guardian.holder, guardian.name) == (Holder.FATHER, Name(""))
    assert [(p.column, p.message) for p in found.findings.warnings] == [
        ("Padre", "No tiene nombre: se guarda sin él.")
    ]


def test_read_roster_keeps_a_wrong_document_as_typed_and_says_so() -> None:
    found = read({"Padre": "Gil, Paco", "DNI padre": "12345678A", "Mensaje padre": "Sí"})
    assert found.students[0].guardians[0].document == Document("12345678A")
    assert [(p.column, p.value) for p in found.findings.warnings] == [("DNI padre", "12345678A")]


def test_read_roster_reads_tutors_like_parents() -> None:
    found = read({"Tutor 1": "Gil, Paco", "Teléfono tutor 1": 600123456, "Nombre tutor 2": "Ros, Eva"})
    assert [(g.holder, g.name) for g in found.students[0].guardians] == [
        (Holder.TUTOR_1, Name("Paco", "Gil")),
        (Holder.TUTOR_2, Name("Eva", "Ros")),
    ]
    assert found.students[0].holders == {Holder.TUTOR_1, Holder.TUTOR_2}


def test_read_roster_tells_which_slots_the_file_governs() -> None:
    found = read({"Teléfono": None, "Padre": "Gil, Paco"}, titles=["E-mail padre"])
    (ana,) = found.students
    assert ana.governed == {Slot.PHONE_1, Slot.PHONE_2}
    assert [(g.holder, g.governed) for g in ana.guardians] == [(Holder.FATHER, {Slot.EMAIL})]


def test_read_roster_refuses_a_header_with_nobody_below() -> None:
    with pytest.raises(RosterError, match="ninguna fila de alumnado"):
        read_roster(xlsx([["Expediente", "Alumno/a", "Grupo"], [], ["Total: 0"]]), "ES")


def test_findings_come_as_somebody_walks_down_the_sheet() -> None:
    found = read({"Teléfono": "1"}, {"Grupo": "SMR1A"}, {"Teléfono": "2"})
    assert [problem.row for problem in found.findings.warnings] == [2, 3, 4]


def test_read_roster_reads_a_file_number_that_was_written_as_a_fraction() -> None:
    assert (
        only({"Expediente": "2001.0", "Alumno/a": "Gil Ruiz, Eva", "Grupo": "1º ESO A"}).expediente == "2001"
    )


def test_vietnamese_name_in_two_columns_is_one_name_in_its_order() -> None:
    rows = [
        ["Mã học sinh", "Họ đệm", "Tên", "Lớp"],
        ["4100", "Nguyễn Văn", "An", "10A1"],
    ]
    (student,) = read_roster(csv_file(rows), "VN").students
    assert student.name == Name("Nguyễn Văn An")
