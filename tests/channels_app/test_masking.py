"""Addresses that must not be read in details and on screens."""

import pytest

from channels_app.masking import clean_detail, masked_address


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("+34600123456", "…456"),
        ("987654321", "…321"),
        ("ana.perez@familia.example", "…@familia.example"),
        ("", "…"),
    ],
)
def test_masked_address_keeps_the_last_three_or_the_domain(address: str, masked: str) -> None:
    assert masked_address(address) == masked


@pytest.mark.parametrize(
    ("sentence", "clean"),
    [
        ("The 'To' number +34600123456 is not valid", "The 'To' number … is not valid"),
        ("number 600 12 34 56 or (968) 12-34-56", "number … or (…"),
        ("550 5.1.1 <ana@x.example>: no such user", "550 5.1.1 <…>: no such user"),
        ("User ANA.Perez is unknown", "User … is unknown"),
        ("error 21211 of 429", "error 21211 of 429"),
        ("one\r\ntwo\t three\x00", "one two three"),
        ("Too Many Requests: retry after 14", "Too Many Requests: retry after 14"),
    ],
)
def test_clean_detail_takes_addresses_out(sentence: str, clean: str) -> None:
    assert clean_detail(sentence, "ana.perez@familia.example") == clean


def test_clean_detail_takes_a_chat_out() -> None:
    assert clean_detail("chat 98 not found", "98") == "chat … not found"


def test_clean_detail_cuts_a_long_sentence() -> None:
    assert clean_detail("é" * 300) == "é" * 199 + "…"
