"""However a user name is typed, it is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumier.accounts.names import normal_user_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("12.345.678-Z", "12345678z"),
        (" 12345678 z ", "12345678z"),
        ("X-1234567-L", "x1234567l"),
        ("Ana.Ruiz@Murciaeduca.ES", "ana.ruiz@murciaeduca.es"),
        ("directora_1", "directora_1"),
        ("ｆａｍ７", "fam7"),
        ("", ""),
        (" - ", ""),
    ],
)
def test_name_is_the_same_however_it_is_typed(typed: str, name: str) -> None:
    assert normal_user_name(typed) == name


@given(st.text(max_size=60))
def test_normal_name_stays_as_it_is(typed: str) -> None:
    once = normal_user_name(typed)
    assert normal_user_name(once) == once
