"""Whether a text names another pupil: whole words, in any order and without accents, and nobody else's name."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convivencia.records.everyday import EVERYDAY
from convivencia.records.naming import Allowed, Named, Somebody, others_named, readable
from plumier.names import search_key

HERSELF = Somebody("Marta", "Pérez Gil")
OTHERS = [
    Somebody("Ana", "Pérez Gil", near=True),  # her sister, who is in her class
    Somebody("Rosa", "Martín López", near=True),
    Somebody("María José", "de la Cruz Vidal", near=True),
    Somebody("Luis", "Ruiz Soto"),  # of another group
]
ALLOWED = Allowed(
    known=(HERSELF, Somebody("Rosario", "Gil Mora"), Somebody("Paco", "Profesor")),
    grown_up=(Somebody("Ana", "Torres Bru"), Somebody("Luis", "Ruiz Mena")),
)
SURELY, PERHAPS = Named.SURELY, Named.PERHAPS


def named(text: str) -> list[tuple[str, Named]]:
    return [(one.words, one.how) for one in others_named(readable(text), OTHERS, ALLOWED)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ha empujado a Ana Pérez Gil.", [("Ana Pérez Gil", SURELY)]),
        ("Con Pérez Gil, Ana en el patio", [("Pérez Gil, Ana", SURELY)]),
        ("con LUIS RUIZ", [("LUIS RUIZ", PERHAPS)]),
        ("con luis soto", [("luis soto", SURELY)]),
        ("los hermanos Ruiz Soto", [("Ruiz Soto", SURELY)]),
        ("a martin lopez", [("martin lopez", SURELY)]),
        ("Ana le quitó el libro", [("Ana", PERHAPS)]),
        ("a Mª José de la Cruz", [("Mª José de la Cruz", SURELY)]),
        ("a M.ª José", [("M.ª José", PERHAPS)]),
        ("con Luis Ruiz Soto", [("Luis Ruiz Soto", SURELY)]),  # of the staff is Luis Ruiz Mena
        ("la profesora de Ana", [("Ana", PERHAPS)]),
        ("Rosa y Ana, y otra vez Ana", [("Rosa", PERHAPS), ("Ana", PERHAPS), ("Ana", PERHAPS)]),
    ],
)
def test_others_are_found(text: str, found: list[tuple[str, Named]]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Marta Pérez Gil ha llegado tarde; Marta lo sabe.",
        "Hablamos con su madre, Rosario Gil Mora.",
        "La profesora Ana y doña Ana Torres lo vieron.",
        "D.ª Ana Torres Bru",
        "Luis Ruiz Mena, jefe de estudios",
        "Pintó una rosa en la mesa.",
        "Luis estaba en otro grupo",  # a lone given name of somebody who is not near
        "Anastasia y Rosalía",
        "",
    ],
)
def test_who_may_be_named_and_mere_words_are_not_found(text: str) -> None:
    assert named(text) == []


def test_longer_name_of_another_is_not_hidden_by_her_own() -> None:
    sister = [Somebody("Marta", "Pérez Gil Mora")]
    allowed = Allowed(known=(Somebody("Marta", "Pérez"),))
    assert [one.words for one in others_named("Marta Pérez Gil", sister, allowed)] == ["Marta Pérez Gil"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hôm nay và năm nay em đi học muộn", []),
        ("Em đánh bạn Nam", ["Nam"]),
        ("với Nguyễn Văn Nam", ["Nguyễn Văn Nam"]),
        ("voi Nguyen Van Nam", ["Nguyen Van Nam"]),
        ("ăn đồ ăn trong lớp", []),
        ("với Đỗ An", ["Đỗ An"]),
    ],
)
def test_marks_tell_vietnamese_words_apart(text: str, found: list[str]) -> None:
    others = [Somebody("Văn Nam", "Nguyễn", near=True), Somebody("An", "Đỗ", near=True)]
    own = Allowed(known=(Somebody("Văn Bình", "Nguyễn"),))
    assert [one.words for one in others_named(readable(text), others, own, marks_matter=True)] == found


LETTERS = st.text("abcdeghijlmnorstuáéíóúñ", min_size=3, max_size=8).filter(
    lambda word: search_key(word) not in EVERYDAY | {"del", "las", "los"}
)
NAMES = st.builds(
    lambda given, one, two: Somebody(given.capitalize(), f"{one.capitalize()} {two.capitalize()}", near=True),
    *(LETTERS, LETTERS, LETTERS),
)
WRITTEN = [
    lambda one: f"{one.given} {one.surname}",
    lambda one: f"{one.surname}, {one.given}",
    lambda one: f"{one.given} {one.surname.split()[0]}".upper(),
    lambda one: f"{one.given}\n{one.surname}".lower(),
    lambda one: search_key(f"{one.given}  {one.surname}"),
    lambda one: unicodedata.normalize("NFD", f"{one.given}-{one.surname}"),
    lambda one: f"{one.given[:1]}\u200b{one.given[1:]} {one.surname}",
]


@given(one=NAMES, before=st.text(max_size=20), after=st.text(max_size=20), how=st.sampled_from(WRITTEN))
def test_full_name_is_found_however_it_is_written_and_whatever_stands_around(
    one: Somebody, before: str, after: str, how: object
) -> None:
    text = readable(f"{before} {how(one)} {after}")  # type: ignore[operator]
    found = others_named(text, [one], Allowed())
    assert SURELY in {each.how for each in found}
    assert all(text[each.start : each.end] == each.words for each in found)


@given(one=NAMES, how=st.sampled_from(WRITTEN))
def test_whoever_may_be_named_is_never_found_under_her_own_name(one: Somebody, how: object) -> None:
    namesake = Somebody(one.given, "Distinto Apellido", near=True)
    text = readable(f"Se avisa de {how(one)}.")  # type: ignore[operator]
    assert others_named(text, [namesake], Allowed(known=(one,))) == []


@given(text=st.text(max_size=60), one=NAMES)
def test_found_words_are_in_order_and_do_not_overlap(text: str, one: Somebody) -> None:
    found = others_named(readable(f"{text} {one.given} {text} {one.surname}"), [one], Allowed())
    assert all(first.end <= second.start for first, second in pairwise(found))
