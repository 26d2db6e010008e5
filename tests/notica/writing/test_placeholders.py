"""Places in texts: what is one, what each message may have, and that nothing else changes."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notica.choices import Audience
from notica.writing.placeholders import (
    KNOWN,
    UnknownPlaceholder,
    check,
    fill,
    fill_marks,
    left_as_is,
    marked,
    placeholders_for,
    places_in,
)

VALUES = {one.name: f"<{one.name} & Cía>" for one in KNOWN}
texts = st.text(alphabet=st.characters(exclude_categories=["Cs", "Co"]), max_size=60)
pieces = st.lists(st.one_of(texts, st.sampled_from([one.written for one in KNOWN])), max_size=8)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hola", ()),
        ("{alumno} y {grupo}, {alumno}", ("alumno", "grupo")),
        ("{Alumno} { TUTOR }", ("alumno", "tutor")),
        ("{x} {1} {} {a, b} {dos palabras} {a_b} {un.dos}", ()),
        ("{{alumno}}", ("alumno",)),
        ("{học}", ("học",)),
    ],
)
def test_place_is_one_word_in_braces(text: str, found: tuple[str, ...]) -> None:
    assert places_in(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{x} y { a }, {x}", ("{x}", "{ a }")),
        ("{alumno} {alumna}", ()),  # filled, and refused
        ("{dos palabras} {a_b} {un.dos}", ("{dos palabras}", "{a_b}", "{un.dos}")),
        (f"{{{'a' * 31}}}", (f"{{{'a' * 31}}}",)),
        ("{} {1} {1, 2} {x, y} {_} { }", ()),
    ],
)
def test_what_looks_like_a_place_and_is_none_is_told(text: str, found: tuple[str, ...]) -> None:
    assert left_as_is(text) == found


@given(texts)
def test_what_is_left_as_it_is_no_filling_changes(text: str) -> None:
    for one in left_as_is(text):
        assert one in fill(text, VALUES)


def test_braces_that_are_no_place_stay_text() -> None:
    text = "El conjunto {x, y} y {1}; {} y {a}"
    assert (check([text], Audience.FAMILY), fill(text, VALUES), marked(text)) == ((), text, text)


@pytest.mark.parametrize(
    ("to", "allowed"),
    [
        ("alumno", ["alumno", "grupo", "tutor", "centro", "remitente"]),
        ("familia", ["alumno", "grupo", "tutor", "centro", "remitente"]),
        ("personal", ["nombre", "centro", "remitente"]),
    ],
)
def test_each_audience_has_its_own(to: str, allowed: list[str]) -> None:
    assert [one.name for one in placeholders_for(to)] == allowed


def test_misspelt_one_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UnknownPlaceholder) as refusal:
        check(["Hola {alumna}"], Audience.STAFF)
    assert str(refusal.value) == (
        "No se sabe qué poner en {alumna}. Corríjalo o quite las llaves; "
        "puede usar {nombre}, {centro}, {remitente}."
    )


def test_one_of_other_messages_is_refused_as_such() -> None:
    with pytest.raises(UnknownPlaceholder) as refusal:
        check(["{tutor}"], Audience.STAFF)
    assert str(refusal.value).startswith("{tutor} no se puede usar en este mensaje.")
    assert check(["{tutor} {nombre}"]) == ("tutor", "nombre")


@given(pieces)
def test_filled_text_is_its_pieces_with_the_values(parts: list[str]) -> None:
    text = "\n".join(
        part.replace("{", "").replace("}", "") if part not in WRITTEN else part for part in parts
    )
    wanted = "\n".join(
        VALUES[part[1:-1]] if part in WRITTEN else part.replace("{", "").replace("}", "") for part in parts
    )
    assert fill(text, VALUES) == wanted
    assert fill_marks(marked(text), VALUES) == wanted


WRITTEN = {one.written for one in KNOWN}


@given(texts)
def test_text_without_places_is_left_as_it_is(text: str) -> None:
    plain = text.replace("{", "(")
    assert (fill(plain, VALUES), fill_marks(marked(plain), VALUES)) == (plain, plain)


@given(st.text(max_size=40))
def test_no_known_place_and_no_mark_is_ever_left(text: str) -> None:
    whole = f"{text}{{tutor}}{text}"
    assert {"tutor"} & {*places_in(fill(whole, {}))} == set()
    assert fill_marks(marked(whole), {}) == fill_marks(fill_marks(marked(whole), {}), VALUES)


def test_marks_are_filled_escaped_for_a_page() -> None:
    page = escape(marked("{alumno} <b>"))
    assert fill_marks(page, VALUES, escape) == "&lt;alumno &amp; Cía&gt; &lt;b&gt;"


def test_mark_that_somebody_typed_is_no_place() -> None:
    assert fill_marks(marked("\ue010 {alumno}"), {"alumno": "Luis"}) == " Luis"


def test_value_that_looks_like_a_place_stays() -> None:
    assert fill("{alumno} {grupo}", {"alumno": "{grupo}", "grupo": "1A"}) == "{grupo} 1A"
