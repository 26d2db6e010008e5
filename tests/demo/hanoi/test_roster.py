"""The second school's roster, as the importer reads it."""

from collections import Counter
from pathlib import Path

import pytest

from demo.hanoi.roster import CLASSES, LARGEST, SMALLEST, by_given_name, rows, write
from plumier.importing.roster import Roster, read_roster
from plumier.models import StageKind


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Roster:
    path = tmp_path_factory.mktemp("roster") / "roster.csv"
    write(path)
    return read_roster(path.read_bytes(), "VN")


def test_same_code_writes_the_same_cells(tmp_path: Path) -> None:
    assert list(rows()) == list(rows())


def test_thirty_six_classes_are_read_without_a_finding(read: Roster) -> None:
    sizes = Counter(student.group.name for student in read.students)
    assert read.findings.errors == []
    assert set(sizes) == set(CLASSES)
    assert (len(CLASSES), min(sizes.values()) >= SMALLEST, max(sizes.values()) <= LARGEST) == (36, True, True)
    assert {student.group.stage for student in read.students} == {StageKind.THPT}


def test_every_phone_is_a_mobile_of_vietnam(read: Roster) -> None:
    addresses = [a for s in read.students for g in s.guardians for a in g.addresses.values()]
    assert {a.kind for a in addresses} == {"mobile", "email"}
    assert {a.value[:3] for a in addresses if a.kind == "mobile"} == {"+84"}
    assert len({a.value for a in addresses if a.kind == "mobile"}) > 2000


def test_most_families_have_registered_and_some_have_not(read: Roster) -> None:
    guardians = [g for student in read.students for g in student.guardians]
    share = sum(g.registered is not None for g in guardians) / len(guardians)
    assert 0.85 < share < 0.95
    assert {len(student.guardians) for student in read.students} == {1, 2}


def test_classes_are_listed_by_given_name(read: Roster) -> None:
    for name in CLASSES:
        listed = [str(student.name) for student in read.students if student.group.name == name]
        assert listed == sorted(listed, key=by_given_name)


def test_by_given_name_puts_the_last_word_first() -> None:
    assert by_given_name("Nguyễn Văn Đức") == ("duc", "nguyen", "van")
