"""A csv file as spreadsheets and importers open it."""

import csv
from pathlib import Path

import pytest

from plumier.csv_files import plain_cell, write_large_csv


def test_file_has_its_mark_its_separator_and_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert write_large_csv(path, ["Nombre", "Grupo"], [["Óscar; «el»", '1º "A"']], ";") == 1
    assert path.read_bytes() == '\ufeffNombre;Grupo\r\n"Óscar; «el»";"1º ""A"""\r\n'.encode()
    assert path.stat().st_mode & 0o777 == 0o600


def test_file_with_commas_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [["Gil, Luis", "dos\nlíneas"], ["Nguyễn Thị Hương", ""]]
    assert write_large_csv(path, ["a", "b"], rows, ",") == 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["a", "b"], *rows]


@pytest.mark.parametrize(
    "value", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "+34600x", '=cmd|" /C"!A0']
)
def test_what_looks_like_a_formula_is_text(value: str) -> None:
    assert plain_cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "Luis", "+34600111222", "3-A", "a=b", "ana@example.org"])
def test_everything_else_is_left_alone(value: str) -> None:
    assert plain_cell(value) == value


def test_titles_are_cells_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_large_csv(path, ["=x"], [], ";")
    assert path.read_text(encoding="utf-8-sig").strip() == "'=x"
