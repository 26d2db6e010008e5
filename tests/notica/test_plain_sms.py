"""A text in one SMS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.sms.segments import explain, is_gsm7
from notica.plain_sms import cut, plain


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Su código: dígalo, señor Ñíguez à la café", "Su codigo: digalo, señor Ñiguez à la café"),
        ("Trường THPT Chuyên Đại học Sư phạm", "Truong THPT Chuyên Dai hoc Su pham".replace("ê", "e")),
        ("«IES» “A” – B… ’C’", '"IES" "A" - B... \'C\''),
        ("n.º 1\u00a0[x] {y} 学校 €", "n.o 1 x y  "),
        ("decompuesta: o\u0301 n\u0303", "decompuesta: o ñ"),
    ],
)
def test_letters_of_the_alphabet_stay_and_others_lose_their_accents(text: str, written: str) -> None:
    assert plain(text) == written
    assert is_gsm7(written) is True


@given(st.text(st.characters(), max_size=200))
def test_plain_text_is_one_line_of_one_place_each_and_stays_so(text: str) -> None:
    written = plain(text)
    cost = explain(written)
    assert (cost.alphabet, cost.units) == ("gsm7", len(written))
    assert (set("\n\r").isdisjoint(written), plain(written)) == (True, written)


@pytest.mark.parametrize(
    ("name", "room", "kept"),
    [
        ("IES Ribera", 10, "IES Ribera"),
        ("IES Ribera del Segura", 20, "IES Ribera del..."),
        ("IES Ribera del Segura", 17, "IES Ribera del..."),
        ("Supercalifragilístico", 12, "Supercali..."),
        ("IES Ribera", 3, "IES"),
        ("IES Ribera", 0, ""),
        ("学校", 10, ""),
    ],
)
def test_name_is_cut_to_its_room(name: str, room: int, kept: str) -> None:
    assert cut(name, room) == kept
