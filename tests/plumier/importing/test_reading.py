import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from plumier.importing import reading
from plumier.importing.problems import RosterError
from plumier.importing.reading import MOST_ROWS, read_file, read_tables
from tests.factories.rosters import Cell, csv_file, xlsx

ROWS: list[list[Cell]] = [["Centro"], [], ["Expediente", "Alumno/a"], [123, "Gil, José"], [None, True]]


def refusal(content: bytes) -> str:
    with pytest.raises(RosterError) as refused:
        list(read_tables(content))
    return str(refused.value)


def with_sheet(change: bytes) -> bytes:
    """A workbook whose sheet has this instead of its last row."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([["x"]]))) as good, zipfile.ZipFile(packed, "w") as other:
        for name in good.namelist():
            content = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", change + b"</sheetData>")
            other.writestr(name, content)
    return packed.getvalue()


def test_read_tables_gives_a_workbooks_rows_with_excels_own_numbers() -> None:
    table = next(read_tables(xlsx(ROWS, sheet="Hoja")))
    assert table.name == "Hoja"
    assert table.rows == [
        ["Centro", ""],
        ["", ""],
        ["Expediente", "Alumno/a"],
        [123.0, "Gil, José"],
        ["", True],
    ]


def test_read_tables_passes_over_hidden_sheets() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].sheet_state = "hidden"
    workbook.create_sheet("Vista")["A1"] = "x"
    file = io.BytesIO()
    workbook.save(file)
    assert [table.name for table in read_tables(file.getvalue())] == ["Vista"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_read_tables_splits_text_at_each_separator(encoding: str) -> None:
    content = csv_file([["a", "b,c"], [], ["é", '"x"\ny']], delimiter=";", encoding=encoding)
    tables = list(read_tables(content))
    assert tables[0].rows == [["a", "b,c"], [], ["é", '"x"\ny']]
    assert tables[1].rows[0] == ["a;b", "c"]
    assert [len(table.rows[0]) for table in read_tables(b"a\tb\tc")] == [1, 1, 3]


def test_read_tables_does_not_count_excels_own_separator_line() -> None:
    assert next(read_tables(b"sep=;\r\na;b\r\n")).rows == [["a", "b"]]


def test_read_tables_refuses_more_bytes_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    assert refusal(b"x" * 11) == "El archivo pasa de 0 MB."


def test_read_tables_refuses_a_workbook_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES_UNPACKED", 1000)
    assert refusal(xlsx(ROWS)).startswith("El libro es demasiado grande")


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='9'><c s='1' r='XFD1048576'><v>1</v></c></row>",
        b'<x:row r="9"><x:c t="n" r = "ZZZZZZZZZZZZ1"><v>1</v></x:c></x:row>',
    ],
)
def test_read_tables_refuses_a_single_far_cell_before_room_is_made_for_it(cell: bytes) -> None:
    assert refusal(with_sheet(cell)).startswith("El libro es demasiado grande")


def test_read_tables_minds_no_far_cell_that_is_empty() -> None:
    content = with_sheet(b'<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert [table.rows for table in read_tables(content)] == [[["x"]]]


def test_read_tables_refuses_a_text_of_too_many_rows() -> None:
    assert refusal(b"a;b\n" * (MOST_ROWS + 1)).startswith("El libro es demasiado grande")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 broken", "El libro de Excel está dañado y no se puede abrir."),
        (xlsx(ROWS)[:-200], "El libro de Excel está dañado y no se puede abrir."),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "El archivo es un Excel antiguo o con contraseña"),
        (b"%PDF-1.7\n\xff\xfe\xfa", "El archivo no es un Excel (.xlsx) ni un CSV en UTF-8"),
        ("Núñez;1".encode("cp1252"), "El archivo no es un Excel (.xlsx) ni un CSV en UTF-8"),
        (b"a;b\0c", "El archivo no es una tabla"),
        (b'a;"' + b"x" * 200_000, "El archivo no es una tabla"),
    ],
)
def test_read_tables_says_in_one_sentence_why_it_cannot_read(content: bytes, sentence: str) -> None:
    assert refusal(content).startswith(sentence)


def test_read_tables_refuses_a_zip_that_is_no_workbook() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    assert refusal(packed.getvalue()) == "El archivo no es un libro de Excel (.xlsx) ni un CSV."


def test_read_tables_reads_or_refuses_a_damaged_workbook_and_never_breaks() -> None:
    good = xlsx(ROWS)
    refused = 0
    for position in range(0, len(good), 37):
        try:
            list(read_tables(good[:position] + bytes([good[position] ^ 0x5A]) + good[position + 1 :]))
        except RosterError:
            refused += 1
    assert refused > len(good) / 37 / 2


def test_read_file_gives_the_bytes_of_a_file_and_refuses_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x")
    assert read_file(tmp_path / "a.csv") == b"x"
    for path in (tmp_path / "b.csv", tmp_path):
        with pytest.raises(RosterError, match=r"No se puede leer el archivo"):
            read_file(path)
