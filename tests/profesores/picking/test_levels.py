"""The level that a group's name says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumier.names import clean_text
from profesores.picking.levels import level_of


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("1º ESO A", "1º ESO"),
        ("1º  ESO  B", "1º ESO"),
        ("2º Bachillerato D", "2º Bachillerato"),
        ("2º Bach. B", "2º Bach."),
        ("1º CFGM Gestión Administrativa A", "1º CFGM Gestión Administrativa"),
        ("1º CFGM Cocina", "1º CFGM Cocina"),
        ("Infantil 3 años A", "Infantil 3 años"),
        ("1º B", "1º"),
        ("1º ESO-A", "1º ESO"),
        ("1º ESO Grupo C", "1º ESO"),
        ("3º ESO B2", "3º ESO"),
        ("1ESOA", "1ESO"),
        ("2BACB", "2BAC"),
        ("10A1", "10"),
        ("12A12", "12"),
        ("6B", "6"),
        ("Lớp 10 Đ", "Lớp 10"),
        ("Grupo A", "Grupo"),
        ("PMAR", "PMAR"),
        ("A", "A"),
    ],
)
def test_level_is_what_groups_share(name: str, level: str) -> None:
    assert level_of(name) == level


@given(st.text(max_size=60))
def test_level_is_never_longer_than_the_name_and_only_empty_for_nothing(name: str) -> None:
    level = level_of(name)
    assert len(level) <= len(clean_text(name))
    assert bool(level) or not any(map(str.isalnum, name))
