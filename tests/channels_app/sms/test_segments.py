"""How many messages an SMS is, against 3GPP TS 23.038."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.sms.segments import GSM7_BASIC, GSM7_EXTENDED, Cost, explain, is_gsm7, segments

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

# The same table by code point: what 6.2.1 names, without the characters themselves.
CODE_POINTS = frozenset(
    [
        *(0x0040, 0x00A3, 0x0024, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, 0x00F2, 0x00C7, 0x000A, 0x00D8),
        *(0x00F8, 0x000D, 0x00C5, 0x00E5, 0x0394, 0x005F, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8),
        *(0x03A3, 0x0398, 0x039E, 0x00C6, 0x00E6, 0x00DF, 0x00C9, 0x00A4, 0x00A1, 0x00C4, 0x00D6, 0x00D1),
        *(0x00DC, 0x00A7, 0x00BF, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0),
        *(code for code in range(0x0020, 0x0040) if code != 0x0024),
        *range(0x0041, 0x005B),
        *range(0x0061, 0x007B),
    ]
)
EXTENDED_POINTS = frozenset([0x000C, 0x005B, 0x005C, 0x005D, 0x005E, 0x007B, 0x007C, 0x007D, 0x007E, 0x20AC])

basic = st.sampled_from(sorted(GSM7_BASIC))
gsm = st.sampled_from(sorted(GSM7_BASIC | GSM7_EXTENDED))


def test_the_alphabet_is_the_standards() -> None:
    assert set(TABLE) - {"\x1b"} == GSM7_BASIC
    assert len(TABLE) == 128
    assert set(EXTENSION.values()) == GSM7_EXTENDED


def test_every_code_point_is_judged_as_the_standard_does() -> None:
    whole = [chr(code) for code in range(0x110000)]
    assert {ord(letter) for letter in whole if is_gsm7(letter)} == CODE_POINTS | EXTENDED_POINTS
    two = {ord(letter) for letter in GSM7_BASIC | GSM7_EXTENDED if explain(letter).units == 2}
    assert (len(CODE_POINTS), two) == (127, EXTENDED_POINTS)


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


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def laid_out(text: str) -> tuple[int, int]:
    """Messages and the room left, filled one by one, no character cut: by bytes and bits, not by a table."""
    if is_gsm7(text):
        sizes = [7 * (2 if letter in EXTENSION.values() else 1) for letter in text]
        unit, alone, joined = 7, 140 * 8, (140 - 6) * 8 // 7 * 7  # a header of six bytes
    else:
        sizes = [8 * len(letter.encode("utf-16-be")) for letter in text]
        unit, alone, joined = 16, 140 * 8, (140 - 6) * 8 // 16 * 16
    if sum(sizes) <= alone:
        return 1, (alone - sum(sizes)) // unit
    boxes = [joined]
    for size in sizes:
        if boxes[-1] < size:
            boxes.append(joined)
        boxes[-1] -= size
    return len(boxes), boxes[-1] // unit


@given(any_text)
def test_explain_is_what_filling_message_by_message_gives(text: str) -> None:
    cost = explain(text)
    assert (cost.segments, cost.left) == laid_out(text)


@given(st.text(gsm, min_size=140, max_size=500))
def test_explain_is_that_of_the_extension_too(text: str) -> None:
    cost = explain(text)
    assert (cost.alphabet, cost.segments, cost.left) == ("gsm7", *laid_out(text))


@given(any_text)
def test_explain_counts_units_and_says_what_forces_them(text: str) -> None:
    cost = explain(text)
    forcing = tuple(
        dict.fromkeys(letter for letter in text if ord(letter) not in CODE_POINTS | EXTENDED_POINTS)
    )
    sixteen = len(text.encode("utf-16-be")) // 2
    seven = len(text) + sum(ord(letter) in EXTENDED_POINTS for letter in text)
    units = sixteen if forcing else seven
    expected = (len(text), units, "ucs2" if forcing else "gsm7", forcing)
    assert (cost.characters, cost.units, cost.alphabet, cost.forcing) == expected


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", Cost(0, 0, "gsm7", 1, 160)),
        ("hola", Cost(4, 4, "gsm7", 1, 156)),
        ("5 €", Cost(3, 4, "gsm7", 1, 156)),
        ("a" * 160, Cost(160, 160, "gsm7", 1, 0)),
        ("a" * 161, Cost(161, 161, "gsm7", 2, 145)),
        ("a" * 152 + "€" * 5, Cost(157, 162, "gsm7", 2, 143)),  # the pair leaves a septet of the first unused
        ("a" * 151 + "á", Cost(152, 152, "ucs2", 3, 49, ("á",))),
        ("Áá á", Cost(4, 4, "ucs2", 1, 66, ("Á", "á"))),
        ("a" * 66 + "🎓" * 3, Cost(69, 72, "ucs2", 2, 61, ("🎓",))),  # so does a surrogate pair
        ("🇪🇸", Cost(2, 4, "ucs2", 1, 66, ("🇪", "🇸"))),  # a flag is two letters of two units
        ("👩‍👧", Cost(3, 5, "ucs2", 1, 65, ("👩", "\u200d", "👧"))),
    ],
)
def test_explain(text: str, cost: Cost) -> None:
    assert explain(text) == cost


@pytest.mark.parametrize(("flags", "count"), [(17, 1), (18, 2), (33, 2), (34, 3)])
def test_segments_of_flags(flags: int, count: int) -> None:
    assert segments("🇻🇳" * flags) == count


@pytest.mark.parametrize("length", [151, 152])
def test_texts_of_the_longest_sms_are_three_with_an_accent(length: int) -> None:
    assert (segments("a" * length), segments("á" * length)) == (1, 3)
