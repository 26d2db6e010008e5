"""What is owed of fees, from their movements, in whatever order they came. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from secretaria.fees.choices import Movement

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """Sums in one currency; `paid` is without what was taken back."""

    issued: Decimal = _ZERO
    paid: Decimal = _ZERO
    annulled: Decimal = _ZERO

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        return self.issued - self.paid - self.annulled


def balance_of(movements: Iterable[tuple[str, Decimal]]) -> Balance:
    """Of (kind, amount)."""
    sums = dict.fromkeys(Movement.values, _ZERO)
    for kind, amount in movements:
        sums[kind] += amount
    return Balance(
        sums[Movement.ISSUED], sums[Movement.PAID] - sums[Movement.REVERSED], sums[Movement.ANNULLED]
    )
