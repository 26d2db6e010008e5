import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumier.contacts import mask


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+34600123456", "***456"),
        ("600 12 34 56", "***456"),
        ("123456", "***"),
        ("", "***"),
        ("ver ficha 600123456", "***"),
        ("ana.perez@example.org", "***@example.org"),
        ('"ana@casa"@example.org', "***@example.org"),
        ("ana@", "***"),
    ],
)
def test_mask_shows_the_last_three_digits_or_the_domain(address: str, shown: str) -> None:
    assert mask(address) == shown


@given(st.from_regex(r"\+?[0-9 ]{0,16}", fullmatch=True))
def test_mask_never_shows_more_than_three_digits_of_a_number(address: str) -> None:
    assert re.fullmatch(r"\*\*\*([0-9]{3})?", mask(address))


@given(st.text(), st.from_regex(r"[a-z]{1,9}\.example", fullmatch=True))
def test_mask_never_shows_anything_before_the_domain(local: str, domain: str) -> None:
    assert mask(f"{local}@{domain}") == f"***@{domain}"
