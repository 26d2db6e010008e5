"""How an expediente's number is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convivencia.disciplinary.numbers import number_words, year_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2026/2027", "2026-27"),
        ("2026-2027", "2026-27"),
        ("2026/27", "2026-27"),
        ("2099/2100", "2099-00"),
        ("Curso 2026", "Curso 2026"),
        ("2026/2029", "2026/2029"),
    ],
)
def test_year_is_written_short(name: str, words: str) -> None:
    assert year_words(name) == words


@given(st.integers(1, 10_000), st.integers(1990, 2098))
def test_number_and_years_can_be_read_back(number: int, year: int) -> None:
    read, _slash, years = number_words(number, f"{year}/{year + 1}").partition("/")
    first, _line, last = years.partition("-")
    assert (int(read), int(first), int(last)) == (number, year, (year + 1) % 100)


@given(st.text(max_size=30))
def test_any_other_name_stays_or_is_a_pair_of_years(name: str) -> None:
    words = year_words(name)
    assert words in (name, f"{words[:4]}-{words[-2:]}")
