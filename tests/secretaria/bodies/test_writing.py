"""A call while it is written (requirement E9)."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumier.refusals import Refused
from secretaria.bodies.writing import (
    MOST_POINTS,
    change_draft,
    check,
    delete_draft,
    make_draft,
    points_of,
    put_files,
)
from secretaria.models import Meeting
from tests.database import DatabaseClock
from tests.secretaria.bodies.rooms import NINE, Committee, pdf, written


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> Committee:
    database_clock.freeze(NINE)
    return Committee()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1. Acta\n2.- Presupuesto\n\n3) Ruegos", ("Acta", "Presupuesto", "Ruegos")),
        ("1º. Acta", ("Acta",)),
        ("25 aniversario del centro", ("25 aniversario del centro",)),
        ("2027. Presupuesto del año", ("2027. Presupuesto del año",)),
        ("3º ESO: convivencia", ("3º ESO: convivencia",)),
        ("  ", ()),
    ],
)
def test_points_are_read_a_line_each_without_their_numbers(typed: str, expected: tuple[str, ...]) -> None:
    assert points_of(typed) == expected


@given(st.lists(st.from_regex(r"[A-Za-zñá][A-Za-zñá ]{0,30}[a-z]", fullmatch=True), max_size=10))
def test_points_survive_being_numbered_and_read_again(points: list[str]) -> None:
    plain = tuple(" ".join(one.split()) for one in points)
    assert points_of("\n".join(f"{n}. {one}" for n, one in enumerate(plain, 1))) == plain


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": " "},
        {"agenda": ()},
        {"agenda": ("x",) * (MOST_POINTS + 1)},
        {"starts_at": NINE},
        {"starts_at": NINE + timedelta(days=500), "second_at": None},
        {"second_at": NINE + timedelta(minutes=1)},
    ],
)
def test_call_that_lacks_something_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        check(written(**wrong), NINE)


def test_same_form_twice_is_one_draft(of: Committee) -> None:
    assert [of.draft().pk, of.draft().pk] == [Meeting.objects.get().pk] * 2


def test_draft_is_made_by_who_directs_the_school_alone(of: Committee) -> None:
    with pytest.raises(Refused):
        make_draft(of.body, written(), "x", by=of.elsa, now=NINE)


def test_draft_that_somebody_else_changed_is_not_overwritten(of: Committee) -> None:
    draft = of.draft()
    change_draft(draft, written(place="Aula 3"), 1, by=of.director, now=NINE)
    with pytest.raises(Refused, match="mientras tanto"):
        change_draft(draft, written(place="Aula 4"), 1, by=of.director, now=NINE)
    assert Meeting.objects.get().place == "Aula 3"


def test_files_are_put_to_a_draft_and_taken_from_it(of: Committee, tmp_path: Path) -> None:
    draft = of.draft()
    put_files(draft, [pdf(tmp_path), pdf(tmp_path, text="dos")], [], by=of.director, now=NINE)
    first, second = draft.files.all()
    assert [first.name, second.name] == ["presupuesto.pdf", "presupuesto (2).pdf"]
    put_files(draft, [], [first.pk], by=of.director, now=NINE)
    assert list(draft.files.all()) == [second]


def test_call_that_is_sent_is_not_deleted(of: Committee) -> None:
    with pytest.raises(Refused, match="desconvóquela"):
        delete_draft(of.called(), by=of.director, now=NINE)
    delete_draft(make_draft(of.body, written(), "2", by=of.director, now=NINE), by=of.director, now=NINE)
    assert Meeting.objects.count() == 1
