"""Whatever is written down of a fee, in whatever order: its sums are its movements', and never more than is owed."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secretaria.fees.choices import Movement
from secretaria.models import Fee, FeeMovement
from tests.secretaria.fees.balance import balance_of
from tests.secretaria.fees.school import FRIDAY, NINE, TEN, Office

CENTS = st.integers(1, 1_200).map(lambda cents: Decimal(cents) / 100)
ORDERS = st.lists(st.tuples(st.sampled_from(["paid", "reversed", "annulled"]), CENTS), max_size=8)


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def written(fee: Fee, office: Office, **fields: Any) -> FeeMovement | None:
    """The movement, none if the database refuses it."""
    try:
        with transaction.atomic():
            return FeeMovement.objects.create(
                school=office.school, fee=fee, day=FRIDAY, at=NINE, by=office.director, **fields
            )
    except IntegrityError:
        return None


def attempt(fee: Fee, office: Office, kind: str, amount: Decimal) -> None:
    """Write one, as nobody's page would: what is taken back is the last payment that was not."""
    if kind == "paid":
        written(fee, office, kind=kind, amount=amount, paid_on=FRIDAY, way="cash")
    elif kind == "annulled":
        written(fee, office, kind=kind, amount=amount, reason="Por error")
    elif payment := FeeMovement.objects.filter(fee=fee, kind="paid", reversal=None).last():
        written(fee, office, kind=kind, amount=payment.amount, reason="Devuelto", reverses=payment)


@given(ORDERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_of_a_fee_are_those_of_its_movements(office: Office, orders: list[tuple[str, Decimal]]) -> None:
    with transaction.atomic():
        (fee,) = office.charge(office.ana)
        for kind, amount in orders:
            attempt(fee, office, kind, amount)
            fee.refresh_from_db()
            found = balance_of(FeeMovement.objects.filter(fee=fee).values_list("kind", "amount"))
            assert (found.issued, found.paid, found.annulled) == (TEN, fee.paid, fee.annulled)
            assert (found.paid >= 0, found.owed >= 0, fee.owed) == (True, True, found.owed)
        transaction.set_rollback(True)


def test_more_than_is_owed_is_refused_by_the_database(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    attempt(fee, office, Movement.PAID, TEN + Decimal("0.01"))
    assert FeeMovement.objects.filter(fee=fee, kind="paid").count() == 0
    attempt(fee, office, Movement.PAID, TEN)
    assert FeeMovement.objects.filter(fee=fee, kind="paid").count() == 1
