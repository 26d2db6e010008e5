"""Fees in the copy of what a school holds about somebody: her child's, and nobody else's."""

from datetime import date

import pytest

from plumier.family_access import children_read_by
from secretaria.fees.own_data import fee_sections
from tests.database import DatabaseClock
from tests.factories.register import make_login
from tests.secretaria.fees.school import FRIDAY, NINE, Office


@pytest.fixture
def office(db: None, database_clock: DatabaseClock) -> Office:
    database_clock.freeze(NINE)
    return Office()


def test_copy_has_the_childs_fees_alone(office: Office) -> None:
    fees = office.charge(office.ana, office.luis, due_on=date(2026, 12, 1))
    office.pay(fees[1], "4")
    mother = make_login(office.ana.guardians.get())
    (section,) = fee_sections(mother.people.get(), children_read_by(mother, FRIDAY))
    reference = fees[1].reference
    assert [tuple(row) for row in section.rows] == [
        (
            *("Ana Vera", reference, "Seguro escolar", FRIDAY, date(2026, 12, 1)),
            *("10,00 €", "4,00 €", "Pagada en parte"),
        )
    ]
