"""Amounts as people and banks write them."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from plumier.money import decimals_of, money
from secretaria.fees.amounts import MOST, read_amount


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("25", "EUR", "25"),
        ("25,5", "EUR", "25.50"),
        ("25.50 €", "EUR", "25.50"),
        ("1.234,50", "EUR", "1234.50"),
        ("1,234.50", "EUR", "1234.50"),
        ("1.234", "EUR", "1234"),
        ("US$ 3.10", "USD", "3.10"),
        ("150.000 ₫", "VND", "150000"),
        ("1.150.000 VND", "VND", "1150000"),
        ("150000.00", "VND", "150000"),
    ],
)
def test_amount_is_read_as_it_is_written(typed: str, currency: str, amount: str) -> None:
    assert read_amount(typed, currency) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    ["", "0", "0,00", "-5", "diez", "1,2,3", "1.2.3", "1e3", "NaN", "²", "9" * 12, ",", "5,"],
)
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert read_amount(typed, "EUR") is None


def test_part_of_a_dong_is_no_amount() -> None:
    assert read_amount("150,5", "VND") is None


@given(
    st.integers(1, int(MOST) * 100 - 1),
    st.sampled_from(["EUR", "USD", "VND"]),
    st.sampled_from(["es", "vi", "en"]),
)
def test_what_is_written_is_read_again(minor: int, currency: str, language: str) -> None:
    amount = Decimal(minor).scaleb(-decimals_of(currency))
    if amount >= MOST:
        return
    with translation.override(language):
        assert read_amount(money(amount, currency), currency) == amount
