"""How many messages an SMS is, against 3GPP TS 23.038."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.sms.segments import GSM7_BASIC, GSM7_EXTENDED, is_gsm7, segments

# The table of 6.2.1 by its columns, 0x00 to 0x7F; 0x1B is the escape to the extension.
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
# The table of 6.2.1.1: the code after the escape.
EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip

basic = st.sampled_from(sorted(GSM7_BASIC))
gsm = st.sampled_from(sorted(GSM7_BASIC | GSM7_EXTENDED))


def test_the_alphabet_is_the_standards() -> None:
    assert set(TABLE) - {"\x1b"} == GSM7_BASIC
    assert len(TABLE) == 128
    assert set(EXTENSION.values()) == GSM7_EXTENDED


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 7, 2),
        ("a" * 152 + "€" * 77, 3),
        ("ñ" * 160, 1),
        ("á" + "a" * 69, 1),
        ("á" + "a" * 70, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("🎓" * 35, 1),
        ("🎓" * 36, 2),
        ("🎓" * 66, 2),
        ("🎓" * 67, 3),
    ],
)
def test_segments_at_the_limits(text: str, count: int) -> None:
    assert segments(text) == count


@given(st.text(basic))
def test_segments_of_the_basic_alphabet(text: str) -> None:
    assert segments(text) == (1 if len(text) <= 160 else math.ceil(len(text) / 153))


@given(st.text(gsm, max_size=500))
def test_segments_with_the_extension_lose_at_most_a_septet_each(text: str) -> None:
    septets = sum(2 if letter in GSM7_EXTENDED else 1 for letter in text)
    least = 1 if septets <= 160 else math.ceil(septets / 153)
    most = 1 if septets <= 160 else math.ceil(septets / 152)
    assert least <= segments(text) <= most


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])))
def test_segments_outside_the_alphabet(text: str) -> None:
    text += "á"
    assert segments(text) == (1 if len(text) <= 70 else math.ceil(len(text) / 67))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.characters(exclude_categories=["Cs"]))
def test_segments_grow_with_the_text(text: str, letter: str) -> None:
    assert segments(text + letter) >= segments(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_is_gsm7_only_if_every_letter_is(text: str) -> None:
    assert is_gsm7(text) == (set(text) <= set(TABLE + "".join(EXTENSION.values())) - {"\x1b"})
