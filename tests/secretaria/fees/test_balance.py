"""What is owed follows from the movements, in whatever order they came."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from secretaria.fees.balance import Balance, balance_of
from secretaria.fees.choices import Movement

AMOUNTS = st.decimals("0.01", "999999.99", places=2)
MOVEMENTS = st.lists(st.tuples(st.sampled_from(Movement.values), AMOUNTS), max_size=30)


@given(MOVEMENTS, st.randoms())
def test_order_of_movements_does_not_matter(movements: list[tuple[str, Decimal]], chance: object) -> None:
    mixed = sorted(movements, key=lambda _one: chance.random())  # type: ignore[attr-defined]
    assert balance_of(mixed) == balance_of(movements)


@given(MOVEMENTS)
def test_issued_less_paid_less_annulled_is_owed(movements: list[tuple[str, Decimal]]) -> None:
    def cents(kind: str) -> int:
        return sum(int(amount * 100) for one, amount in movements if one == kind)

    found = balance_of(movements)
    owed = cents("issued") - cents("paid") + cents("reversed") - cents("annulled")
    assert (int(found.owed * 100), found.owed) == (owed, found.issued - found.paid - found.annulled)


@given(MOVEMENTS, AMOUNTS)
def test_payment_taken_back_is_as_if_never_made(
    movements: list[tuple[str, Decimal]], amount: Decimal
) -> None:
    more = [*movements, (Movement.PAID, amount), (Movement.REVERSED, amount)]
    assert balance_of(more) == balance_of(movements)


def test_nothing_moved_is_nothing_owed() -> None:
    assert (balance_of([]), balance_of([]).owed) == (Balance(), Decimal(0))
