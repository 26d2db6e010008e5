import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from plumier.functions import SortKey
from plumier.models import Person
from plumier.names import (
    Name,
    as_written,
    clean_text,
    comparison_key,
    name_key,
    read_name,
    same_name,
    search_key,
    similar_name,
)
from tests.factories.register import make_school

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "Zs", "Cf", "Cc", "Po"]))


def test_clean_text_composes_accents_and_drops_what_cannot_be_seen() -> None:
    assert clean_text(" Jose\u0301\u00a0 Mari\u200b\u0301a\n") == "José María"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Pérez Gil, Juan", Name("Juan", "Pérez Gil")),
        (" PÉREZ  GIL ,  JUAN JOSÉ ", Name("JUAN JOSÉ", "PÉREZ GIL")),
        ("Nguyễn Văn An", Name("Nguyễn Văn An")),
        ("Pérez Gil,", Name("", "Pérez Gil")),
        (", Juan", Name("Juan")),
        ("Gil, Juan, hijo", Name("Juan hijo", "Gil")),
        ("", Name("")),
    ],
)
def test_read_name_splits_surnames_from_given_name_at_the_comma(typed: str, name: Name) -> None:
    assert read_name(typed) == name


def test_name_reads_as_in_a_text_and_is_false_when_empty() -> None:
    assert str(Name("Juan", "Pérez Gil")) == "Juan Pérez Gil"
    assert [bool(Name("")), bool(Name("", "Gil"))] == [False, True]


def test_search_key_has_no_accents_nor_capitals() -> None:
    assert search_key("Đặng Núñez ÀÇ") == "dang nunez ac"


def test_search_key_is_the_key_that_the_database_sorts_by(db: None) -> None:
    names = ["Đặng Thị Hà", "NÚÑEZ Ibáñez, Íñigo", "Mª Ángeles", "Popescu Ștefan", "O'Neill-Ñ"]
    expression = str(SortKey.template).replace("%(expressions)s", "name")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression} FROM unnest(%s::text[]) name", [names])
        assert [key for (key,) in cursor.fetchall()] == [search_key(name) for name in names]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Name("Juan", "Pérez Gil"), Name("PEREZ GIL JUAN")),
        (Name("Mª Carmen", "Gil"), Name("María Carmen", "Gil")),
        (Name("M.ª del Mar", "Gil"), Name("MARIA DEL MAR", "GIL")),
        (Name("Ana-Belén", "Gil"), Name("Ana Belen", "Gil")),
        (Name("Đức", "Trần"), Name("duc", "tran")),
    ],
)
def test_same_name_sees_through_order_case_accents_and_abbreviation(one: Name, other: Name) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(Name("Juan", "Gil"), Name("Juana", "Gil")), (Name(""), Name("")), (Name("-"), Name("-"))],
)
def test_same_name_keeps_different_people_and_nobody_apart(one: Name, other: Name) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        (Name("Juan", "Pérez Gil"), Name("Juan", "Peres Gil"), True),
        (Name("Juan", "Pérez"), Name("Juan", "Pérez Gil"), True),
        (Name("Juan", "Pérez Gil"), Name("Pedro", "Pérez Gil"), False),
        (Name("María"), Name("María", "López"), False),
        (Name(""), Name("Juan", "Pérez"), False),
    ],
)
def test_similar_name_takes_a_correction_and_no_other_person(one: Name, other: Name, similar: bool) -> None:
    assert similar_name(one, other) is similar
    assert similar_name(other, one) is similar


@given(WORDS)
def test_clean_text_is_settled_after_once(typed: str) -> None:
    once = clean_text(typed)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(WORDS)
def test_name_keys_are_the_same_for_composed_and_decomposed_accents(typed: str) -> None:
    decomposed = unicodedata.normalize("NFD", typed)
    assert search_key(decomposed) == search_key(unicodedata.normalize("NFC", typed))
    assert comparison_key(read_name(decomposed)) == comparison_key(read_name(typed))


@given(WORDS, WORDS)
def test_read_name_reads_what_it_would_write(given_name: str, family: str) -> None:
    name = Name(clean_text(given_name.replace(",", " ")), clean_text(family.replace(",", " ")))
    assert read_name(f"{name.family}, {name.given}") == name


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (Name("Nguyễn Văn An"), "an nguyen van"),
        (Name("Đặng Thị Ánh"), "anh dang thi"),
        (Name("Ana"), "ana"),
        (Name("Ana María", "Gil Ruiz"), "gil ruiz ana maria"),
        (Name(""), ""),
    ],
)
def test_name_key_lists_by_surnames_or_else_by_the_last_word(name: Name, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "surname"), [("Nguyễn Văn An", ""), ("An", ""), ("Ana María", "Gil Ruiz")])
def test_name_key_is_what_the_database_has(given: str, surname: str) -> None:
    person = Person.objects.create(school=make_school(), given_name=given, surname=surname)
    assert Person.objects.get(pk=person.pk).sort_key == name_key(Name(given, surname))


@pytest.mark.parametrize(
    ("region", "name"),
    [("VN", Name("Nguyễn Văn An")), ("ES", Name("An", "Nguyễn Văn"))],
)
def test_name_in_two_parts_is_kept_as_its_country_writes_it(region: str, name: Name) -> None:
    assert as_written(Name("An", "Nguyễn Văn"), region) == name


@given(st.text(), st.text(), st.sampled_from(["VN", "ES"]))
def test_name_as_written_is_the_same_person_and_settled_after_once(
    given_name: str, family: str, region: str
) -> None:
    written = as_written(Name(given_name, family), region)
    assert as_written(written, region) == written
    assert comparison_key(written) == comparison_key(Name(given_name, family))


@pytest.mark.django_db
@pytest.mark.parametrize(("region", "shown"), [("VN", "Nguyễn Văn An"), ("ES", "An Nguyễn Văn")])
def test_name_that_a_form_takes_in_two_parts_is_shown_as_the_school_writes(region: str, shown: str) -> None:
    person = Person(school=make_school(phone_region=region), given_name="An", surname="Nguyễn Văn")
    person.full_clean()
    assert person.full_name == shown


@pytest.mark.django_db
def test_long_name_is_refused_at_its_field() -> None:
    person = Person(school=make_school(phone_region="VN"), given_name="a" * 60, surname="b" * 60)
    with pytest.raises(ValidationError) as refused:
        person.full_clean()
    assert list(refused.value.message_dict) == ["given_name"]
