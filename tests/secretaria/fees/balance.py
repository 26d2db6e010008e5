"""What is owed of fees, added up by the tests from the movements: the oracle of what the database keeps."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from secretaria.fees.choices import Movement


class Balance(NamedTuple):
    """Sums in one currency; `paid` is without what was taken back."""

    issued: Decimal
    paid: Decimal
    annulled: Decimal

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        return self.issued - self.paid - self.annulled


def balance_of(movements: Iterable[tuple[str, Decimal]]) -> Balance:
    """Of (kind, amount)."""
    sums = dict.fromkeys(Movement.values, Decimal(0))
    for kind, amount in movements:
        sums[kind] += amount
    paid = sums[Movement.PAID] - sums[Movement.REVERSED]
    return Balance(sums[Movement.ISSUED], paid, sums[Movement.ANNULLED])
