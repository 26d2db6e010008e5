"""The columns of a roster as a school writes them."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from plumier.models import SchoolPolicy
from plumier.refusals import Refused
from plumier.roster_columns import DEFAULT, RosterColumn, as_lines, chosen_columns, kept_problem, read_lines


def test_lines_are_read_in_their_order_with_their_titles() -> None:
    assert read_lines("telefono: Móvil \n\n  NOMBRE\nrol: Tipo: rol") == [
        ["telefono", "Móvil"],
        ["nombre", ""],
        ["rol", "Tipo: rol"],
    ]


def test_nothing_written_is_nothing_kept_and_the_usual_columns() -> None:
    assert read_lines(" \n") == []
    assert [column.code for column in chosen_columns([])] == list(DEFAULT)
    assert [column.title for column in chosen_columns([])] == [
        *("Expediente", "Nombre", "Apellidos", "Grupo", "Teléfono", "Rol", "E-mail", "Idioma"),
    ]


def test_own_title_wins() -> None:
    (phone, group) = chosen_columns([["telefono", "Móvil"], ["grupo", ""]])
    assert (phone.code, phone.title, group.title) == (RosterColumn.PHONE, "Móvil", "Grupo")


def test_what_is_kept_is_written_back() -> None:
    kept = [["telefono", "Móvil"], ["grupo", ""]]
    assert as_lines(kept) == "telefono: Móvil\ngrupo"
    assert read_lines(as_lines(kept)) == kept
    assert as_lines([]).splitlines() == [str(code.value) for code in DEFAULT]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "telefono\ntelefone",
            f"Línea 2: no hay ninguna columna «telefone». Son: {', '.join(RosterColumn.values)}.",
        ),
        ("telefono\ngrupo\ntelefono: otra vez", "Línea 3: «telefono» está dos veces."),
        (f"telefono: {'x' * 61}", "Línea 1: el título pasa de 60 caracteres."),
        ("nombre\ngrupo", "Falta una columna de teléfono: escriba «telefono» o «telefono_2»."),
    ],
)
def test_what_is_wrong_is_said_with_its_line(typed: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_lines(typed)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "kept", [{"x": 1}, "telefono", [["telefono"]], [["telefono", 1]], [["x", ""]], [["nombre", ""]]]
)
def test_what_is_no_list_of_columns_is_never_kept(kept: object) -> None:
    assert kept_problem(kept) != ""
    with pytest.raises(ValidationError):
        SchoolPolicy(tokapp_columns=kept).clean_fields(exclude=["school"])


def test_nothing_is_wrong_with_columns_that_are_there() -> None:
    assert (kept_problem([]), kept_problem([["telefono", "Móvil"]])) == ("", "")


def test_page_about_the_roster_has_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "tokapp-roster.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|.*\| (yes )?\|$", page, re.MULTILINE)
    assert [code for code, _usual in rows] == list(RosterColumn.values)
    assert {code for code, usual in rows if usual} == {str(code.value) for code in DEFAULT}
