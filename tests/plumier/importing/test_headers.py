import pytest

from plumier.importing.cells_of_files import Row
from plumier.importing.columns import Datum, Holder
from plumier.importing.headers import find_layouts, read_layout
from plumier.importing.problems import Findings, RosterError
from plumier.importing.tables import Source, Table
from plumier.models import Slot

HEADER: Row = ["Expediente", "Alumno/a", "Grupo"]


def test_find_layout_finds_the_header_below_a_letterhead() -> None:
    rows: list[Row] = [["IES Sureste"], [], ["Expediente", "2026"], ["", *HEADER, "Localidad"], [1.0]]
    source = Source((Table("Portada", [["x"]]), Table("Alumnado", rows)))
    ((table, layout),) = find_layouts(source, "ES")
    assert (table.name, layout.row) == ("Alumnado", 4)
    assert layout.places == {
        (Holder.STUDENT, Datum.EXPEDIENTE): 1,
        (Holder.STUDENT, Datum.FULL_NAME): 2,
        (Holder.STUDENT, Datum.GROUP): 3,
    }
    assert layout.unknown == ("Localidad",)


@pytest.mark.parametrize(
    "header",
    [
        ["Unidad", "Nombre", "Primer apellido", "Nº Exp."],
        ["CURSO Y GRUPO", "APELLIDOS", "NOMBRE", "N. EXPEDIENTE"],
    ],
)
def test_find_layout_takes_columns_in_any_order_and_wording(header: Row) -> None:
    ((_table, layout),) = find_layouts(Source((Table("", [header]),)), "ES")
    assert len(layout.places) == len(header)


def test_find_layout_names_the_columns_that_are_missing() -> None:
    rows: list[Row] = [["Listado"], ["Alumno/a", "Teléfono", "E-mail"]]
    with pytest.raises(RosterError) as refused:
        find_layouts(Source((Table("", rows),)), "ES")
    assert str(refused.value) == "Al listado le faltan columnas en la fila 2: Expediente, Grupo (o Curso)."


@pytest.mark.parametrize("rows", [[], [[]], [["hola"], ["Teléfono", "E-mail"]], [["x"]] * 80 + [HEADER]])
def test_find_layout_refuses_what_has_no_header(rows: list[Row]) -> None:
    with pytest.raises(RosterError, match="no es un listado de alumnado"):
        find_layouts(Source((Table("", rows),)), "ES")


def test_report_names_unknown_columns_and_refuses_the_same_one_twice() -> None:
    findings = Findings()
    read_layout([*HEADER, "Tfno", "Localidad", "", "Teléfono 1"], 3).report(findings)
    assert [(p.row, p.column, p.message) for p in findings.warnings] == [
        (3, "Localidad", "Columna desconocida: no se importa.")
    ]
    assert [(p.row, p.column, p.message) for p in findings.errors] == [
        (3, "Teléfono 1", "La columna está dos veces: «Tfno» y «Teléfono 1» son el mismo dato.")
    ]


@pytest.mark.parametrize(
    ("titles", "slot"),
    [
        (["E-mail"], Slot.EMAIL_OFFICIAL),
        (["Correo", "E-mail oficial"], Slot.EMAIL_ALT),
        (["Correo", "E-mail alt"], Slot.EMAIL_OFFICIAL),
        (["Correo", "E-mail oficial", "E-mail alt"], None),
    ],
)
def test_a_plain_email_is_the_official_one_if_there_is_no_other(titles: list[str], slot: Slot | None) -> None:
    layout = read_layout([*HEADER, *titles], 1)
    findings = Findings()
    layout.report(findings)
    assert layout.slot_of(Holder.STUDENT, Datum.EMAIL) == slot
    assert [problem.column for problem in findings.warnings] == ([] if slot else ["Correo"])


def test_slots_of_takes_both_phones_together_and_leaves_absent_columns_alone() -> None:
    layout = read_layout([*HEADER, "Móvil", "Padre", "E-mail padre", "Teléfono padre"], 1)
    assert layout.slots_of(Holder.STUDENT) == {Slot.PHONE_1, Slot.PHONE_2}
    assert layout.slots_of(Holder.FATHER) == {Slot.PHONE_1, Slot.PHONE_2, Slot.EMAIL}
    assert layout.slots_of(Holder.MOTHER) == frozenset()
