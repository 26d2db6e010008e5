"""«Quitar tildes»."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.sms.plain import without_accents
from channels_app.sms.segments import explain, is_gsm7, segments
from tests.channels_app.sms.test_segments import EXTENSION, TABLE

ALPHABET = sorted(set(TABLE + "".join(EXTENSION.values())) - {"\x1b"})
ANY = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Mañana reunión a las 9:00 — aula 3.º", "Mañana reunion a las 9:00 - aula 3.o"),
        ("Cuesta 5 € [10 %]\nTráigalo: «ya»", 'Cuesta 5 € [10 %]\nTraigalo: "ya"'),
        ("uno\r\ndos\rtres\u2028", "uno\ndos\ntres\n"),
        (
            "Kính gửi phụ huynh: ngày mai nghỉ học, đóng 50.000 ₫",
            "Kinh gui phu huynh: ngày mai nghi hoc, dong 50.000 VND",
        ),
        ("½ hora, m², n\u0303, \u212b", "1/2 hora, m2, ñ, Å"),
        ("Œuvre, Łódź, ǿ", "OEuvre, Lodz, ø"),
        ("🇪🇸 Sí 👩‍👧 学校", " Si  "),
        ("ê Ê ç Ç â é à ù ò ì", "e E c Ç a é à ù ò ì"),
        ("", ""),
    ],
)
def test_letters_lose_the_accents_that_the_alphabet_lacks(text: str, written: str) -> None:
    assert without_accents(text) == written


@given(ANY)
def test_text_is_in_the_alphabet_whatever_it_was(text: str) -> None:
    assert is_gsm7(without_accents(text)) is True


@given(ANY)
def test_twice_changes_nothing_more(text: str) -> None:
    once = without_accents(text)
    assert without_accents(once) == once


@given(st.text(st.sampled_from([letter for letter in ALPHABET if letter != "\r"])))
def test_text_in_the_alphabet_stays_as_it_is(text: str) -> None:
    assert without_accents(text) == text


@given(st.text(st.sampled_from("aábcdeéêếghiíđươĐ ñ.,"), min_size=1, max_size=151))
def test_text_of_an_sms_is_one_without_accents(text: str) -> None:
    written = without_accents(text)
    assert (len(written), segments(written), explain(written).forcing) == (len(text), 1, ())
