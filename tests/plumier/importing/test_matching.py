import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumier.importing.columns import Holder
from plumier.importing.documents import Document
from plumier.importing.groups import GroupName
from plumier.importing.guardians import GuardianRow
from plumier.importing.matching import gather_guardians, may_be_one
from plumier.importing.problems import Findings
from plumier.importing.rows import StudentRow
from plumier.importing.whose import Address
from plumier.models import Slot, StageKind
from plumier.names import Name, comparison_key, read_name

D1, D2 = "11111112L", "22222223A"
X, Y, Z = "+34600123456", "+34611222333", "paco@x.example"


def student(row: int, *guardians: tuple[str, str, str]) -> StudentRow:
    """A student with guardians of these names, documents and addresses (separated by spaces)."""
    holders = (Holder.FATHER, Holder.MOTHER, Holder.TUTOR_1)
    return StudentRow(
        row=row,
        expediente=str(row),
        name=Name("Ana", "Gil"),
        group=GroupName(StageKind.ESO, "1º ESO A"),
        guardians=tuple(
            GuardianRow(
                row=row,
                holder=holder,
                name=read_name(name),
                document=Document(document, document),
                receives=True,
                addresses={
                    slot: Address("email" if "@" in value else "mobile", value, value)
                    for slot, value in zip(Slot, values.split(), strict=False)
                },
            )
            for holder, (name, document, values) in zip(holders, guardians, strict=False)
        ),
    )


def people(*students: StudentRow) -> list[list[int]]:
    """The rows of each person that the guardians of these students are."""
    return [[row.row for _student, row in person.rows] for person in gather_guardians(students, Findings())]


def test_one_document_is_one_person_whatever_the_phone() -> None:
    assert people(student(2, ("Gil, Paco", D1, X)), student(3, ("GIL MORA, PACO", D1, Y))) == [[2, 3]]


def test_different_documents_are_never_one_person() -> None:
    assert people(student(2, ("Gil, Paco", D1, X)), student(3, ("Gil, Paco", D2, X))) == [[2], [3]]


@pytest.mark.parametrize("shared", [X, Z])
def test_without_document_the_name_and_a_shared_address_are_one_person(shared: str) -> None:
    one, other = (
        student(2, ("Gil Mora, Paco", "", f"{Y} {shared}")),
        student(3, ("GIL MORA, PACO", "", shared)),
    )
    assert people(one, other) == [[2, 3]]


def test_an_address_is_shared_whatever_its_capitals() -> None:
    assert people(student(2, ("Gil, Paco", "", Z)), student(3, ("Gil, Paco", "", Z.upper()))) == [[2, 3]]


def test_the_name_alone_is_never_enough() -> None:
    assert people(student(2, ("Gil, Paco", "", X)), student(3, ("Gil, Paco", "", Y))) == [[2], [3]]
    assert people(student(2, ("Gil, Paco", "", "")), student(3, ("Gil, Paco", "", ""))) == [[2], [3]]


def test_the_address_alone_is_never_enough() -> None:
    assert people(student(2, ("Gil, Paco", "", X)), student(3, ("Ruiz, Eva", "", X))) == [[2], [3]]
    assert people(student(2, ("", "", X)), student(3, ("", "", X))) == [[2], [3]]


def test_a_document_in_one_row_only_does_not_part_what_name_and_phone_join() -> None:
    assert people(student(2, ("Gil, Paco", "", X)), student(3, ("Gil, Paco", D1, X))) == [[2, 3]]
    assert people(student(2, ("Gil, Paco", D1, X)), student(3, ("Gil, Paco", "", X))) == [[2, 3]]


def test_a_row_without_document_never_joins_two_different_documents() -> None:
    three = (
        student(2, ("Gil, Paco", D1, X)), student(3, ("Gil, Paco", "", X)), student(4, ("Gil, Paco", D2, X)),
    )  # fmt: skip
    assert people(*three) == [[2, 3], [4]]
    later = (
        student(2, ("Gil, Paco", D1, X)),
        student(3, ("Gil, Paco", D2, Y)),
        student(4, ("Gil, Paco", "", f"{X} {Y}")),
    )
    assert people(*later) == [[2, 4], [3]]


def test_a_later_row_joins_two_that_had_nothing_in_common() -> None:
    rows = (
        student(2, ("Gil, Paco", "", X)),
        student(3, ("Gil, Paco", "", Y)),
        student(4, ("Gil, Paco", "", f"{X} {Y}")),
    )
    assert people(*rows) == [[2, 3, 4]]


def test_one_document_with_another_name_altogether_is_two_people_and_told() -> None:
    findings = Findings()
    rows = [student(2, ("Gil Mora, Paco", D1, X)), student(3, ("Ruiz Sanz, Eva", D1, X))]
    found = gather_guardians(rows, findings)
    assert [(person.document, len(person.rows)) for person in found] == [(D1, 1), ("", 1)]
    assert [(p.row, p.value, p.message) for p in findings.warnings] == [
        (3, D1, "El mismo DNI está en la fila 2 con otro nombre: se toman como dos personas.")
    ]


def test_father_and_mother_with_one_document_stay_two_people() -> None:
    assert people(student(2, ("Gil Mora, Paco", D1, X), ("Ruiz Sanz, Eva", D1, Y))) == [[2], [2]]


def test_one_person_twice_in_a_row_counts_once_and_is_told() -> None:
    findings = Findings()
    found = gather_guardians(
        [student(2, ("Gil, Paco", D1, X), ("", "", ""), ("Gil, Paco", D1, ""))], findings
    )
    assert [len(person.rows) for person in found] == [1, 1]
    assert [(p.row, p.value) for p in findings.warnings] == [(2, "Paco Gil")]


def test_may_be_one_lets_a_missing_name_pass() -> None:
    assert may_be_one(Name(""), Name("Paco"))
    assert not may_be_one(Name("Paco", "Gil Mora"), Name("Eva", "Ruiz Sanz"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Gil, Paco", "GIL PACO", "Ruiz, Eva", ""]),
            st.sampled_from(["", D1, D2]),
            st.sampled_from(["", X, Y, f"{X} {Y}", f"{Y} {Z}"]),
        ),
        max_size=8,
    )
)
def test_people_have_one_document_at_most_and_every_row_is_somebodys(
    guardians: list[tuple[str, str, str]],
) -> None:
    rows = [student(number, guardian) for number, guardian in enumerate(guardians, start=2)]
    found = gather_guardians(rows, Findings())
    assert sorted(row.row for person in found for _student, row in person.rows) == [row.row for row in rows]
    for person in found:
        trusted = {row.document.key for _student, row in person.rows} - {""}
        assert person.document in {"", *trusted}
        names = {comparison_key(row.name) for _student, row in person.rows if row.name}
        assert len(names) <= 1 or person.document
