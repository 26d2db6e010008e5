"""Steps written down, corrected, crossed out, and the end (requirement E5)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convivencia.disciplinary.history import corrections_of
from convivencia.disciplinary.own_data import disciplinary_sections
from convivencia.disciplinary.steps import Closing, Step, add_step, close_case, correct_step, cross_out
from convivencia.models import DisciplinaryFile, DisciplinaryStep
from notica.files import KeptFile
from plumier.clock import database_now, database_today
from plumier.family_access import children_read_by
from plumier.refusals import Refused, SavedOtherwise
from tests.convivencia.disciplinary.cases import DisciplinarySchool
from tests.factories.register import make_login
from tests.notica.answering import CONFIGURED

FILE = KeptFile("acta.pdf", "application/pdf", 3, "0" * 64)


@pytest.fixture
def of(db: None, settings: Any) -> DisciplinarySchool:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return DisciplinarySchool()


def statement(**fields: Any) -> Step:
    return replace(Step("statement", done_on=database_today(), note="Declaró.", key="one"), **fields)


def closing(**fields: Any) -> Closing:
    return replace(Closing("measures", "Tres tardes de biblioteca.", database_today()), **fields)


def test_instructor_writes_a_step_with_its_file_once(of: DisciplinarySchool) -> None:
    case = of.open()
    for _press in range(2):
        add_step(case, statement(files=(FILE,)), by=of.instructor, now=database_now())
    (step,) = case.steps.all()
    assert (step.kind, step.done_on, step.by) == ("statement", database_today(), of.instructor)
    assert list(DisciplinaryFile.objects.values_list("name", "school_id")) == [("acta.pdf", of.school.pk)]


@pytest.mark.parametrize("who", ["tutor", "ptsc", "pas", "teacher"])
def test_who_only_reads_writes_no_step(of: DisciplinarySchool, who: str) -> None:
    with pytest.raises(Refused, match="el instructor y el equipo directivo"):
        add_step(of.open(), statement(), by=getattr(of, who), now=database_now())


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"done_on": None}, "Ponga el plazo"),
        ({"done_on": 1}, "entre los hechos y hoy"),
        ({"done_on": -1}, "entre los hechos y hoy"),
        ({"due_on": -1}, "antes de los hechos"),
    ],
)
def test_days_that_cannot_be_are_refused(
    of: DisciplinarySchool, days: dict[str, int | None], words: str
) -> None:
    today = database_today()
    wrong = {name: None if one is None else today + timedelta(days=one) for name, one in days.items()}
    with pytest.raises(Refused, match=words):
        add_step(of.open(), statement(**wrong), by=of.head, now=database_now())
    assert DisciplinaryStep.objects.count() == 0


def test_correction_keeps_what_was_said_before_and_by_whom(of: DisciplinarySchool) -> None:
    case = of.open()
    step = add_step(case, statement(), by=of.instructor, now=database_now())
    right = statement(note="Declaró ante su madre.", seen=1)
    correct_step(step, right, by=of.head, now=database_now())
    ((before,),) = corrections_of(case).values()
    assert (before.note, before.who, before.kind) == ("Declaró.", "Julia Jefa", "Toma de declaración")
    assert case.steps.get().note == "Declaró ante su madre."


def test_correction_of_what_somebody_else_changed_is_refused(of: DisciplinarySchool) -> None:
    case = of.open()
    step = add_step(case, statement(), by=of.instructor, now=database_now())
    correct_step(step, statement(note="Otra"), by=of.head, now=database_now())
    with pytest.raises(Refused, match="mientras tanto"):
        correct_step(step, statement(note="Mía"), by=of.instructor, now=database_now())
    assert case.steps.get().note == "Otra"


def test_same_correction_twice_is_one(of: DisciplinarySchool) -> None:
    case = of.open()
    step = add_step(case, statement(), by=of.instructor, now=database_now())
    for _press in range(2):
        correct_step(step, statement(note="Otra"), by=of.head, now=database_now())
    assert case.steps.get().version == 2


def test_step_crossed_out_stays_with_its_reason(of: DisciplinarySchool) -> None:
    case = of.open()
    step = add_step(case, statement(), by=of.instructor, now=database_now())
    with pytest.raises(Refused, match="por qué se tacha"):
        cross_out(step, "  ", by=of.instructor, now=database_now())
    for why in ("Era de otro expediente", "otra vez"):
        cross_out(step, why, by=of.instructor, now=database_now())
    kept = case.steps.get()
    assert (kept.is_live, kept.crossed_out_why) == (False, "Era de otro expediente")
    with pytest.raises(Refused, match="tachada"):
        correct_step(kept, statement(note="x", seen=kept.version), by=of.head, now=database_now())


def test_closing_ends_it_for_good(of: DisciplinarySchool) -> None:
    case = of.open()
    for _press in range(2):
        close_case(case, closing(), by=of.head, now=database_now())
    case.refresh_from_db()
    assert (case.is_open, case.ending, case.closed_by) == (False, "measures", of.head)
    with pytest.raises(Refused, match="ya está cerrado"):
        close_case(case, closing(ending="archived"), by=of.head, now=database_now())
    with pytest.raises(Refused, match="ya no se cambia nada"):
        add_step(case, statement(), by=of.instructor, now=database_now())


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"resolution": " "}, "qué se resuelve"), ({"closed_on": 1}, "entre la apertura y hoy")],
)
def test_end_that_says_nothing_or_lies_ahead_is_refused(
    of: DisciplinarySchool, fields: dict[str, Any], words: str
) -> None:
    if "closed_on" in fields:
        fields = {"closed_on": database_today() + timedelta(days=1)}
    with pytest.raises(Refused, match=words):
        close_case(of.open(), closing(**fields), by=of.head, now=database_now())


def test_instructor_proposes_and_does_not_close(of: DisciplinarySchool) -> None:
    with pytest.raises(Refused, match="lo cierra el equipo directivo"):
        close_case(of.open(), closing(), by=of.instructor, now=database_now())


def test_familys_copy_has_number_days_state_and_end_and_no_facts(of: DisciplinarySchool) -> None:
    close_case(of.open(), closing(), by=of.head, now=database_now())
    mother = of.ana.guardians.get()
    user, today = make_login(mother), database_today()
    (section,) = disciplinary_sections(mother, children_read_by(user, today))
    assert [tuple(row) for row in section.rows] == [
        (
            *("Ana Vera", "1/2026-27", today, today, "Cerrado", today),
            "Resuelto con medidas correctoras",
        )
    ]


def test_another_step_with_the_key_of_one_that_is_written_is_no_second_press(of: DisciplinarySchool) -> None:
    case = of.open()
    add_step(case, statement(), by=of.instructor, now=database_now())
    for other in (statement(note="Otra declaración."), statement(files=(FILE,))):
        with pytest.raises(SavedOtherwise):
            add_step(case, other, by=of.instructor, now=database_now())
    assert list(case.steps.values_list("note", flat=True)) == ["Declaró."]


def test_second_press_after_a_correction_is_the_same_step(of: DisciplinarySchool) -> None:
    case = of.open()
    step = add_step(case, statement(), by=of.instructor, now=database_now())
    correct_step(step, statement(note="Calló."), by=of.instructor, now=database_now())
    assert add_step(case, statement(), by=of.instructor, now=database_now()) == step
