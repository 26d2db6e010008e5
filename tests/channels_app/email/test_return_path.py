"""Signed return paths."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.email.return_path import read, sign

BOUNCES = "bounces@plumier.example"


@given(st.integers(0, 2**63 - 1), st.integers(0, 10**6))
def test_read_gives_back_what_was_signed_in_any_case(delivery: int, try_no: int) -> None:
    address = sign(BOUNCES, delivery, try_no)
    assert read(address) == (delivery, try_no)
    assert read(address.upper()) == (delivery, try_no)
    assert len(address.partition("@")[0]) <= 64


def test_sign_keeps_the_mailbox_and_its_own_tag() -> None:
    address = sign("avisos+ies@plumier.example", 7, 2)
    assert address.startswith("avisos+ies+7.2.")
    assert address.endswith("@plumier.example")
    assert read(address) == (7, 2)


@pytest.mark.parametrize(
    "address",
    [
        "bounces@plumier.example",
        "bounces+7.2@plumier.example",
        "bounces+7.2.00000000000000000000@plumier.example",
        "",
        "+@",
    ],
)
def test_read_refuses_what_was_not_signed(address: str) -> None:
    assert read(address) is None


def test_read_refuses_another_deliverys_signature() -> None:
    assert read(sign(BOUNCES, 7, 2).replace("+7.2.", "+8.2.")) is None


def test_read_knows_the_keys_before_this_one(settings: Any) -> None:
    address = sign(BOUNCES, 7, 2)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert read(address) == (7, 2)
    settings.SECRET_KEY_FALLBACKS = []
    assert read(address) is None
