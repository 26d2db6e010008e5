"""Long texts cut into parts."""

import re

from hypothesis import given
from hypothesis import strategies as st

from notica.parts import parts_of, units

TEXTS = st.text(st.sampled_from("ab cdé.\n!ộ😀"), min_size=0, max_size=600)
LIMITS = st.integers(20, 200)


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def unnumbered(parts: list[str]) -> list[str]:
    return [part.partition("\n")[2] for part in parts] if len(parts) > 1 else parts


@given(TEXTS, LIMITS)
def test_parts_hold_the_whole_text_and_fit(text: str, most: int) -> None:
    parts = parts_of(text, most)
    assert bare("".join(unnumbered(parts))) == bare(text)
    assert [units(part) <= most for part in parts] == [True] * len(parts)


@given(TEXTS, LIMITS)
def test_parts_are_numbered_and_none_is_empty(text: str, most: int) -> None:
    parts = parts_of(text, most)
    if len(parts) > 1:
        assert [part.partition("\n")[0] for part in parts] == [
            f"({number}/{len(parts)})" for number in range(1, len(parts) + 1)
        ]
        assert all(unnumbered(parts))


def test_text_that_fits_is_left_as_it_is() -> None:
    assert parts_of("  a\n\nb ", 7) == ["  a\n\nb "]
    assert parts_of("x" * 5000, None) == ["x" * 5000]


def test_text_is_cut_between_paragraphs() -> None:
    first, second = "a" * 50 + "." + " b" * 10, "c" * 60
    assert parts_of(f"{first}\n\n{second}", 100) == [f"(1/2)\n{first}", f"(2/2)\n{second}"]


def test_text_without_paragraphs_is_cut_after_a_sentence() -> None:
    text = "Primera frase. Segunda frase. Tercera frase."
    assert parts_of(text, 40) == ["(1/2)\nPrimera frase. Segunda frase.", "(2/2)\nTercera frase."]


def test_letters_outside_the_basic_plane_count_twice() -> None:
    assert units("😀a") == 3
    assert unnumbered(parts_of("😀" * 30, 28)) == ["😀" * 10, "😀" * 10, "😀" * 10]
