import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import openpyxl
import phonenumbers
import pytest

from demo.roster import FILE, HEADER, TITLE_ROWS, rows, write
from plumier.importing.documents import read_document
from plumier.importing.guardians import GuardianRow
from plumier.importing.roster import Roster, read_roster
from plumier.importing.rows import StudentRow
from plumier.models import Slot, StageKind


@pytest.fixture(scope="module")
def read() -> Roster:
    return read_roster(FILE.read_bytes(), "ES")


@pytest.fixture(scope="module")
def cells() -> list[list[object]]:
    """The rows of students as the workbook has them."""
    sheet = openpyxl.load_workbook(FILE).worksheets[0]
    found: list[list[object]] = [
        [cell.value for cell in row] for row in sheet.iter_rows(min_row=len(TITLE_ROWS) + 2)
    ]
    return found[:-2]


def column(cells: list[list[object]], title: str) -> list[object]:
    return [row[HEADER.index(title)] for row in cells]


def test_the_workbook_in_the_repository_is_the_one_that_the_code_writes() -> None:
    sheet = openpyxl.load_workbook(FILE).worksheets[0]
    width = len(HEADER)
    written = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert written == [(*row, *[None] * (width - len(row))) for row in rows()]


def test_write_makes_the_same_workbook_in_a_new_folder(tmp_path: Path) -> None:
    write(tmp_path / "new" / "roster.xlsx")
    one, other = (openpyxl.load_workbook(path) for path in (FILE, tmp_path / "new" / "roster.xlsx"))
    assert list(one.worksheets[0].values) == list(other.worksheets[0].values)


def test_the_roster_has_a_whole_school_in_four_stages_and_no_error(read: Roster) -> None:
    assert read.findings.errors == []
    assert 900 <= len(read.students) <= 1100
    assert {student.group.stage for student in read.students} == {
        StageKind.PRIMARIA, StageKind.ESO, StageKind.BACHILLERATO, StageKind.FP
    }  # fmt: skip
    sizes = Counter(student.group.name for student in read.students)
    assert 12 <= min(sizes.values()) <= max(sizes.values()) <= 30


def test_its_blemishes_are_of_believable_shares(read: Roster) -> None:
    students, guardians = read.students, [g for student in read.students for g in student.guardians]
    shares = {
        "protected": sum(bool(student.protected) for student in students) / len(students),
        "withdrawn": sum(student.enrolled is False for student in students) / len(students),
        "no guardian": sum(not student.guardians for student in students) / len(students),
        "one guardian": sum(len(student.guardians) == 1 for student in students) / len(students),
        "not ticked": sum(not guardian.receives for guardian in guardians) / len(guardians),
        "no document": sum(not guardian.document.key for guardian in guardians) / len(guardians),
        "no phone": sum(not {Slot.PHONE_1, Slot.PHONE_2} & set(g.addresses) for g in guardians) / len(guardians),
        "unreadable": sum(a.kind == "unreadable" for g in guardians for a in g.addresses.values()) / len(guardians),
    }  # fmt: skip
    bounds = {
        "protected": (0.003, 0.03),
        "withdrawn": (0.01, 0.04),
        "no guardian": (0.02, 0.10),
        "one guardian": (0.05, 0.15),
        "not ticked": (0.03, 0.10),
        "no document": (0.08, 0.20),
        "no phone": (0.01, 0.08),
        "unreadable": (0.005, 0.05),
    }
    assert {
        what: share for what, share in shares.items() if not bounds[what][0] <= share <= bounds[what][1]
    } == {}


def test_some_cells_hold_two_numbers_another_persons_number_or_loose_accents(
    cells: list[list[object]],
) -> None:
    phones = [str(phone) for phone in column(cells, "Teléfono padre") if phone]
    assert sum("/" in phone for phone in phones) > 5
    assert sum("(madre)" in phone for phone in phones) > 5
    assert sum(isinstance(phone, int) for phone in column(cells, "Teléfono padre")) > 100
    assert sum("\u0301" in str(name) for name in column(cells, "Alumno/a")) > 3


def test_brothers_and_sisters_share_parents(cells: list[list[object]]) -> None:
    fathers = Counter(document for document in column(cells, "DNI padre") if document)
    assert sum(number > 1 for number in fathers.values()) > 100


def test_every_document_has_its_right_letter(cells: list[list[object]]) -> None:
    documents = [str(d) for who in ("padre", "madre") for d in column(cells, f"DNI {who}") if d]
    assert [document for document in documents if read_document(document, "ES").key != document] == []


def test_every_number_is_a_valid_one_of_spain(read: Roster) -> None:
    people: list[StudentRow | GuardianRow] = [
        *read.students,
        *(g for student in read.students for g in student.guardians),
    ]
    values = {a.value for p in people for a in p.addresses.values() if a.kind in ("mobile", "landline")}
    assert len(values) > 1500
    assert all(
        phonenumbers.is_valid_number_for_region(phonenumbers.parse(value, None), "ES") for value in values
    )


def test_every_address_is_in_a_domain_for_examples(cells: list[list[object]]) -> None:
    mails = [str(cell) for row in cells for cell in row if "@" in str(cell)]
    assert len(mails) > 1500
    assert [
        mail for mail in mails if not re.search(r"@(alu\.ribera|correo)(\.example)?\s*$", mail, re.I)
    ] == []


def test_expedientes_and_official_addresses_are_nobody_elses(cells: list[list[object]]) -> None:
    numbers = column(cells, "Nº Exp.")
    assert all(isinstance(one, int) and isinstance(two, int) and one < two for one, two in pairwise(numbers))
    assert len(set(column(cells, "E-mail oficial"))) == len(cells)
