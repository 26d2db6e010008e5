"""A pasted list of expedientes, as Excel and listings give it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profesores.picking.expedientes import recognise, spellings, words_of

EXPEDIENTES = st.from_regex(r"[0-9]{1,6}(/[0-9]{2}|[a-z])?", fullmatch=True)
BETWEEN = st.text("\t ,;|\n\r\u00a0", min_size=1, max_size=4)


@given(st.lists(st.tuples(EXPEDIENTES, BETWEEN), max_size=30))
def test_words_are_what_was_pasted_whatever_stands_between(pasted: list[tuple[str, str]]) -> None:
    text = "".join(word + between for word, between in pasted)
    assert words_of(text) == [word for word, _ in pasted]


@given(st.lists(EXPEDIENTES, max_size=30), st.sets(EXPEDIENTES, max_size=30))
def test_every_word_is_accounted_for_once(words: list[str], school: set[str]) -> None:
    known = {expediente: number for number, expediente in enumerate(sorted(school))}
    found = recognise(words, known)
    assert len(found.ids) + len(found.unknown) + found.repeated + found.skipped == len(words)
    assert set(found.ids) == {known[word] for word in words if word in known}
    assert set(found.unknown) == set(words) - school


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_what_is_read_reads_the_same(text: str) -> None:
    words = words_of(text)
    assert [word for word in words if not word.strip()] == []
    assert recognise(words, {}).ids == ()


def test_list_is_recognised_with_its_unknown_and_repeated_ones() -> None:
    known = {str(number): number for number in range(3001, 3039)}
    pasted = "\t".join(known) + "\n3921, 40x7; 3001"
    found = recognise(words_of(pasted), known)
    assert (len(found.ids), found.unknown, found.repeated, found.skipped) == (38, ("3921", "40x7"), 1, 0)


def test_leading_zeros_are_part_of_an_expediente() -> None:
    found = recognise(words_of("003921 3921"), {"003921": 1})
    assert (found.ids, found.unknown) == ((1,), ("3921",))


@pytest.mark.parametrize("typed", ["'003921", '"003921"', '="003921"', "\u200b003921", "003921\u00a0"])
def test_what_a_spreadsheet_puts_around_a_text_is_left_out(typed: str) -> None:
    assert words_of(typed) == ["003921"]


def test_number_with_a_separator_of_thousands_is_found_as_written_first() -> None:
    words = words_of("3.921 12.345")
    assert spellings(words) == {"3.921", "3921", "12.345", "12345"}
    assert recognise(words, {"3921": 1, "12.345": 2, "12345": 3}).ids == (1, 2)


def test_one_student_written_in_two_ways_is_there_once() -> None:
    found = recognise(words_of("3.921 3921"), {"3921": 1})
    assert (found.ids, found.repeated) == ((1,), 1)


def test_names_and_headings_of_a_listing_are_no_expedientes() -> None:
    found = recognise(words_of("Expediente\tAlumno\n3001\tGil Ruiz, Ana"), {"3001": 1})
    assert (found.ids, found.unknown, found.skipped) == ((1,), (), 5)
