from collections.abc import Mapping

import pytest

from plumier.contacts import read_email, read_phones
from plumier.importing.columns import Holder
from plumier.importing.problems import Findings
from plumier.importing.whose import AddressCell, Owner, give_out
from plumier.models import Slot
from plumier.names import read_name

P1, P2, MAIL = Slot.PHONE_1, Slot.PHONE_2, Slot.EMAIL
LANDLINE, MOBILE, OTHER = "+34968123456", "+34600123456", "+34611222333"
NAMES = {
    Holder.STUDENT: "Gil Ruiz, Ana",
    Holder.FATHER: "Gil Mora, Paco",
    Holder.MOTHER: "Ruiz Sanz, María Eva",
    Holder.TUTOR_1: "Soto Lara, Luis",
    Holder.TUTOR_2: "Vega Paz, Rosa",
}
Cells = Mapping[Holder, Mapping[Slot, str]]


def give(cells: Cells) -> tuple[dict[Holder, dict[Slot, str]], list[str]]:
    """Where the addresses of these cells end up (unreadable ones in brackets), and the warnings."""
    owners = [
        Owner(holder, read_name(NAMES[holder]), [cell(slot, typed) for slot, typed in typed_cells.items()])
        for holder, typed_cells in cells.items()
    ]
    findings = Findings()
    give_out(owners, findings, 7)
    found = {
        owner.holder: {slot: a.value or f"[{a.typed}]" for slot, a in owner.addresses.items()}
        for owner in owners
    }
    assert {problem.row for problem in findings.warnings} <= {7}
    return found, [f"{problem.column}: {problem.value}" for problem in findings.warnings]


def cell(slot: Slot, typed: str) -> AddressCell:
    if slot in (P1, P2):
        phones = read_phones(typed, "ES")
        return AddressCell(slot, str(slot.label), typed, phones.phones, phones.unreadable)
    emails = read_email(typed)
    return AddressCell(slot, str(slot.label), typed, emails.emails, emails.unreadable)


F, M, S = Holder.FATHER, Holder.MOTHER, Holder.STUDENT


def test_two_numbers_in_one_cell_take_both_places() -> None:
    found, warnings = give({F: {P1: "968 12 34 56 / 600123456"}})
    assert found == {F: {P1: LANDLINE, P2: MOBILE}}
    assert warnings == []


def test_a_second_number_without_a_place_is_told() -> None:
    found, warnings = give({F: {P1: "968123456 / 600123456", P2: "611222333"}})
    assert found == {F: {P1: LANDLINE, P2: OTHER}}
    assert warnings == ["Teléfono: 600123456"]


def test_the_same_number_in_both_cells_is_no_surplus() -> None:
    found, warnings = give({F: {P1: "968123456 / 600123456", P2: "600123456"}})
    assert found == {F: {P1: LANDLINE, P2: MOBILE}}
    assert warnings == []


def test_the_mothers_number_in_the_fathers_cell_goes_to_the_mother() -> None:
    found, warnings = give({F: {P1: "968123456 / 600123456 (madre)"}, M: {}})
    assert found == {F: {P1: LANDLINE}, M: {P1: MOBILE}}
    assert warnings == ["Teléfono: 600123456 (madre)"]


def test_it_takes_her_first_free_place_after_her_own() -> None:
    found, _warnings = give({F: {P1: "600123456 (madre)"}, M: {P1: "611222333"}})
    assert found == {F: {P1: "[600123456 (madre)]"}, M: {P1: OTHER, P2: MOBILE}}


def test_without_a_free_place_it_is_nobodys() -> None:
    found, warnings = give({F: {P1: "600123456 (madre)"}, M: {P1: "611222333", P2: "968123456"}})
    assert found == {F: {P1: "[600123456 (madre)]"}, M: {P1: OTHER, P2: LANDLINE}}
    assert warnings == ["Teléfono: 600123456 (madre)"]


@pytest.mark.parametrize(
    "typed",
    [
        "600123456 (madre)",
        "madre: 600123456",
        "600123456 abuela",
        "600123456 (Pepe)",
        "600123456 (hermano del padre)",
        "600123456 (no llamar)",
        "600123456 (tutor)",
        "600123456 (alumno)",
    ],
)
def test_a_number_of_somebody_who_is_not_in_the_row_is_never_the_fathers(typed: str) -> None:
    found, warnings = give({F: {P1: typed}})
    assert found == {F: {P1: f"[{typed}]"}}
    assert warnings == [f"Teléfono: {typed}"]


@pytest.mark.parametrize(
    "typed",
    [
        "600123456 (padre)",
        "padre y madre: 600123456",
        "600123456 (Paco)",
        "600123456 trabajo",
        "tel. 600123456",
    ],
)
def test_a_number_annotated_with_its_own_holder_or_a_remark_stays(typed: str) -> None:
    found, warnings = give({F: {P1: typed}, M: {}})
    assert found == {F: {P1: MOBILE}, M: {}}
    assert warnings == []


def test_a_guardians_name_moves_a_number_to_her() -> None:
    found, _warnings = give({F: {P1: "600123456 (María Eva)"}, M: {}})
    assert found == {F: {P1: "[600123456 (María Eva)]"}, M: {P1: MOBILE}}


def test_a_name_that_two_people_bear_moves_nothing() -> None:
    found, _warnings = give({F: {P1: "600123456 (Ruiz)"}, M: {}, S: {}})
    assert found == {F: {P1: "[600123456 (Ruiz)]"}, M: {}, S: {}}


def test_a_parents_number_in_the_pupils_cell_goes_to_the_parent() -> None:
    found, _warnings = give({S: {P1: "600123456 (padre)", P2: "611222333"}, F: {}})
    assert found == {S: {P1: "[600123456 (padre)]", P2: OTHER}, F: {P1: MOBILE}}


def test_a_tutors_number_moves_only_where_it_is_plain_which_tutor() -> None:
    one, _warnings = give({S: {P1: "600123456 (tutor)"}, Holder.TUTOR_1: {}})
    two, _warnings = give({S: {P1: "600123456 (tutor)"}, Holder.TUTOR_1: {}, Holder.TUTOR_2: {}})
    assert one == {S: {P1: "[600123456 (tutor)]"}, Holder.TUTOR_1: {P1: MOBILE}}
    assert two == {S: {P1: "[600123456 (tutor)]"}, Holder.TUTOR_1: {}, Holder.TUTOR_2: {}}


def test_what_cannot_be_read_keeps_its_place_as_typed() -> None:
    found, warnings = give({F: {P1: "60012345", P2: "600123456", MAIL: "paco@"}})
    assert found == {F: {P1: "[60012345]", P2: MOBILE, MAIL: "[paco@]"}}
    assert warnings == ["Teléfono: 60012345", "E-mail: paco@"]


def test_an_empty_remark_takes_no_place() -> None:
    found, warnings = give({F: {P1: "no tiene", P2: "-", MAIL: "no tiene"}})
    assert found == {F: {}}
    assert warnings == []


def test_the_mothers_address_in_the_fathers_cell_goes_to_the_mother() -> None:
    found, warnings = give({F: {MAIL: "eva@x.example (madre)"}, M: {}})
    assert found == {F: {MAIL: "[eva@x.example (madre)]"}, M: {MAIL: "eva@x.example"}}
    assert warnings == ["E-mail: eva@x.example (madre)"]


def test_a_second_address_is_told_and_not_used() -> None:
    found, warnings = give({F: {MAIL: "a@x.example; b@x.example"}})
    assert found == {F: {MAIL: "a@x.example"}}
    assert warnings == ["E-mail: b@x.example"]


def test_no_address_becomes_the_one_that_a_pupil_recovers_her_password_by() -> None:
    found, _warnings = give({F: {MAIL: "ana@x.example (alumna)"}, S: {}})
    assert found == {F: {MAIL: "[ana@x.example (alumna)]"}, S: {}}
