"""Words by which SMS are refused and asked for again."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.sms.keywords import START, STOP, wants_none

WORDS = st.sampled_from(sorted(STOP | START))
ROUND = st.text(st.sampled_from(" \t\n.!¡¿?\"'-"), max_size=5)


@pytest.mark.parametrize(
    "text",
    [
        *("STOP", "stop", " Stop. ", "STOPALL", "Unsubscribe", "CANCEL", "End", "QUIT", "Revoke", "OptOut"),
        *("ARRET", "Arrêt", "arrête", "ARRETT"),
        *("BAJA", "¡Baja!", "dar de  baja", "Parar", "CANCELAR"),
        *("HUY", "hủy", "Huỷ", "TU CHOI", "Từ chối", "từ\nchối", unicodedata.normalize("NFD", "TỪ CHỐI")),
    ],
)
def test_wish_to_have_no_more(text: str) -> None:
    assert wants_none(text) is True


@pytest.mark.parametrize(
    "text", ["START", "unstop", "Yes", "ALTA", "Dar de alta", "ĐĂNG KÝ", "đăng kí", "dang ky", "Dang ki"]
)
def test_wish_to_have_them_again(text: str) -> None:
    assert wants_none(text) is False


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "Stop please",
            "no me deis de baja",
            "¿Baja mañana?",
            "đúng",
            "đừng",
            "Huy đi học",
            "STOP\u200b1",
        ),
        "stop " * 30,
        "\ufdfa" * 2000,
    ],
)
def test_anything_else_is_no_wish(text: str) -> None:
    assert wants_none(text) is None


@pytest.mark.parametrize(
    ("kind", "wish"), [("STOP", True), ("stop", True), ("START", False), ("HELP", None), ("OTHER", None)]
)
def test_what_twilio_took_it_for_counts_before_the_text(kind: str, wish: bool | None) -> None:
    assert [wants_none(text, kind) for text in ("STOP", "Alta", "hola")] == [wish] * 3


@given(WORDS, ROUND, ROUND)
def test_words_count_in_capitals_and_between_blanks_and_signs(word: str, before: str, after: str) -> None:
    assert wants_none(f"{before}{word.upper()}{after}") is (word in STOP)


@given(WORDS, st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=5))
def test_word_beside_another_is_no_wish_of_its_own(word: str, other: str) -> None:
    text = f"{word} x{other}x"
    assert wants_none(text) is None


def test_no_word_says_both() -> None:
    assert STOP.isdisjoint(START)
