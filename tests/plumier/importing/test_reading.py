import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from plumier.importing import recognising_files
from plumier.importing.cells_of_files import Row
from plumier.importing.problems import RosterError
from plumier.importing.reading import open_file, open_source
from plumier.importing.tables import MOST_ROWS
from tests.factories.rosters import Cell, csv_file, xlsx

ROWS: list[list[Cell]] = [["Centro"], [], ["Expediente", "Alumno/a"], [123, "Gil, José"], [None, True]]


def tables_of(content: bytes) -> list[tuple[str, list[Row]]]:
    with open_source(content) as source:
        return [(table.name, list(table.rows)) for table in source.tables]


def refusal(content: bytes) -> str:
    with pytest.raises(RosterError) as refused:
        tables_of(content)
    return str(refused.value)


def packed(name: str, content: bytes = b"x") -> bytes:
    """A zip of one part."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def ole(*streams: str) -> bytes:
    """The beginning of an old Office file with these streams."""
    return (
        b"\xd0\xcf\x11\xe0" + bytes(600) + b"".join(name.encode("utf-16-le") + bytes(64) for name in streams)
    )


def with_parts(parts: dict[str, bytes]) -> bytes:
    """A workbook with these parts beside or instead of its own."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx([["x"]]))) as good,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as other,
    ):
        for name in {*good.namelist(), *parts}:
            other.writestr(name, parts[name] if name in parts else good.read(name))
    return changed.getvalue()


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


def test_open_source_gives_a_workbooks_rows_with_excels_own_numbers() -> None:
    assert tables_of(xlsx(ROWS, sheet="Hoja")) == [
        ("Hoja", [["Centro"], [], ["Expediente", "Alumno/a"], [123.0, "Gil, José"], ["", True]])
    ]


def test_open_source_passes_over_hidden_sheets() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].sheet_state = "hidden"
    workbook.create_sheet("Vista")["A1"] = "x"
    file = io.BytesIO()
    workbook.save(file)
    assert tables_of(file.getvalue()) == [("Vista", [["x"]])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_open_source_splits_text_at_each_separator(encoding: str) -> None:
    content = csv_file([["a", "b,c"], [], ["é", '"x"\ny']], delimiter=";", encoding=encoding)
    tables = tables_of(content)
    assert tables[0][1] == [["a", "b,c"], [], ["é", '"x"\ny']]
    assert tables[1][1][0] == ["a;b", "c"]
    assert [len(rows[0]) for _name, rows in tables_of(b"a\tb\tc")] == [1, 1, 3, 1]


def test_open_source_reads_a_table_as_often_as_it_is_asked_to() -> None:
    for content in (xlsx([["x"]]), b"x"):
        with open_source(content) as source:
            assert [list(source.tables[0].rows) for _time in range(2)] == [[["x"]]] * 2


def test_open_source_does_not_count_excels_own_separator_line() -> None:
    assert tables_of(b"sep=;\r\na;b\r\n")[0][1] == [["a", "b"]]


def test_open_source_refuses_more_bytes_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising_files, "MOST_BYTES", 10)
    assert refusal(b"x" * 11) == "El archivo pasa de 0 MB."


def test_open_source_refuses_a_workbook_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising_files, "MOST_BYTES_UNPACKED", 1000)
    assert refusal(xlsx(ROWS)).startswith("El libro es demasiado grande")


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='9'><c s='1' r='XFD1048576'><v>1</v></c></row>",
        b'<x:row r="9"><x:c t="n" r = "ZZZZZZZZZZZZ1"><v>1</v></x:c></x:row>',
    ],
)
def test_open_source_refuses_a_single_far_cell_before_room_is_made_for_it(cell: bytes) -> None:
    assert refusal(with_sheet(cell)).startswith("El libro es demasiado grande")


def test_open_source_minds_no_far_cell_that_is_empty() -> None:
    content = with_sheet(b'<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert tables_of(content) == [("Alumnado", [["x"]])]


def test_open_source_refuses_a_text_of_too_many_rows() -> None:
    assert refusal(b"a;b\n" * (MOST_ROWS + 1)).startswith("El libro es demasiado grande")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 broken", "El libro de Excel está dañado y no se puede abrir."),
        (xlsx(ROWS)[:-200], "El libro de Excel está dañado y no se puede abrir."),
        (b"", "El archivo está vacío."),
        (b" \r\n", "El archivo está vacío."),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "El archivo es un Excel antiguo (.xls)"),
        (ole("EncryptedPackage"), "El libro tiene contraseña"),
        (ole("_VBA_PROJECT", "Workbook"), "El archivo es un Excel antiguo (.xls) con macros"),
        (ole("WordDocument"), "El archivo es un documento de Word"),
        (b"%PDF-1.7\n\xff\xfe\xfa", "El archivo es un PDF"),
        (b"{\\rtf1 hola}", "El archivo es un documento de texto"),
        (b"<html><table><tr><td>Expediente</td></tr></table></html>", "El archivo es una página web"),
        (b'<?xml version="1.0"?><Workbook/>', "El archivo es XML"),
        (b"\x89PNG\r\n\x1a\n", "El archivo es una imagen"),
        (b"7z\xbc\xaf\x27\x1c", "El archivo está comprimido"),
        (
            packed("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            "El archivo es de LibreOffice (.ods)",
        ),
        (packed("Index/Document.iwa"), "El archivo es de Numbers"),
        (packed("word/document.xml"), "El archivo es un documento de Word"),
        (packed("alumnado.xlsx"), "El archivo está comprimido"),
        (packed("otro.zip"), "El archivo está comprimido"),
        (packed("xl/workbook.bin"), "El libro es un Excel binario (.xlsb)"),
        (packed("content.xml"), "El archivo no es un libro de Excel (.xlsx) ni un CSV."),
        (b"a;b\0c", "El archivo no es una tabla"),
        (b'a;"' + b"x" * 200_000, "El archivo no es una tabla"),
    ],
)
def test_open_source_says_in_one_sentence_why_it_cannot_read(content: bytes, sentence: str) -> None:
    assert refusal(content).startswith(sentence)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"xl/vbaProject.bin": b"x"}, "El libro tiene macros"),
        ({"[Content_Types].xml": b"<x>ms-excel.sheet.macroEnabled.main+xml</x>"}, "El libro tiene macros"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "El libro está vinculado a otros archivos"),
        (
            {"xl/workbook.xml": b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'},
            "El libro trae definiciones XML",
        ),
        ({"xl/sharedStrings.xml": b"<sst>" + b"<si><t>" * 50 + b"0" * 11_000_000}, "El archivo se hincha al abrirlo"),
    ],
)  # fmt: skip
def test_open_source_refuses_a_workbook_that_could_do_harm(parts: dict[str, bytes], sentence: str) -> None:
    assert refusal(with_parts(parts)).startswith(sentence)


def test_open_source_refuses_a_part_larger_than_it_says() -> None:
    content = bytearray(xlsx([["x" * 5000]]))
    directory = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    size = content[directory + 24 : directory + 28]
    content[directory + 24 : directory + 28] = (int.from_bytes(size, "little") // 2).to_bytes(4, "little")
    assert refusal(bytes(content)) == "El libro de Excel está dañado y no se puede abrir."


def test_open_source_refuses_a_gigabyte_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    read: list[int] = []

    class Counting(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            read.append(size or 0)
            return super().read(size)

    with pytest.raises(RosterError, match="pasa de 50 MB"), Counting(path) as file, open_source(file):
        pass
    assert read == []


def test_open_source_reads_or_refuses_a_damaged_workbook_and_never_breaks() -> None:
    good = xlsx(ROWS)
    refused = 0
    for position in range(0, len(good), 37):
        try:
            tables_of(good[:position] + bytes([good[position] ^ 0x5A]) + good[position + 1 :])
        except RosterError:
            refused += 1
    assert refused > len(good) / 37 / 3


def test_open_file_refuses_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x")
    with open_file(tmp_path / "a.csv") as file:
        assert file.read() == b"x"
    for path in (tmp_path / "b.csv", tmp_path):
        with pytest.raises(RosterError, match=r"No se puede leer el archivo"), open_file(path):
            pass
