"""The year turns: who stays, who leaves, and that nothing of the old one is lost (requirement A1)."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notica.audience import Scope, candidates
from notica.models import Message
from plumier.models import AcademicYear, Enrolment, Group, RegisterEdit, School, Student
from plumier.refusals import Refused
from plumier.years import ComingYear, Turn, prepare_year, preview_turn, turn_year
from tests.factories.register import Parent, make_group, make_school, make_student

TODAY = date(2027, 8, 30)
COMING = "2027/2028"


@pytest.fixture
def school(db: None) -> School:
    """Ana and Eva this year, Eva and Luz the next; 2º B has no tutor."""
    school = make_school()
    first = make_group(school, "1º A")
    ana, eva = (make_student(first, name, [Parent(f"Madre de {name}")]) for name in ("Ana", "Eva"))
    year = prepare_year(ComingYear(COMING), school=school, by=None)
    second = Group.objects.create(school=school, year=year, stage=first.stage, name="2º B", tutor=None)
    Group.objects.create(school=school, year=year, stage=first.stage, name="2º A", tutor=ana.person)
    luz = make_student(second, "Luz", [Parent("Madre de Luz")])
    Enrolment.objects.create(school=school, student=eva, year=year, group=second)
    assert luz.enrolments.get().year == year
    return school


def current(school: School) -> str:
    return AcademicYear.objects.get(school=school, is_current=True).name


def written_to(school: School) -> list[str]:
    message = Message(school=school, kind="message", to="alumno", way="email", audience={"everyone": True})
    people = [one.person_id for chunk in candidates(Scope(message, TODAY)) for one in chunk]
    return sorted(Student.objects.filter(person__in=people).values_list("person__given_name", flat=True))


TURN = Turn("2026/2027", COMING, staying=1, leaving=1, arriving=1, groups=2, without_tutor=("2º B",))


def test_preview_counts_and_changes_nothing(school: School) -> None:
    assert preview_turn(school, COMING, TODAY) == TURN
    assert (current(school), written_to(school)) == ("2026/2027", ["Ana", "Eva"])


def test_turn_writes_to_the_new_years_students_and_keeps_the_old_enrolments(school: School) -> None:
    before = list(Enrolment.objects.order_by("id").values())
    assert turn_year(school, COMING, by=None, today=TODAY) == TURN
    assert (current(school), written_to(school)) == (COMING, ["Eva", "Luz"])
    assert list(Enrolment.objects.order_by("id").values()) == before
    assert set(RegisterEdit.objects.filter(cause="turn_year").values_list("table_name", flat=True)) == {
        "plumier_academicyear"
    }


def test_turn_back_is_a_turn(school: School) -> None:
    turn_year(school, COMING, by=None, today=TODAY)
    turn_year(school, "2026/2027", by=None, today=TODAY)
    assert (current(school), written_to(school)) == ("2026/2027", ["Ana", "Eva"])


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("2030/2031", "No existe el curso «2030/2031»: prepárelo antes con --prepare."),
        ("2026/2027", "El curso «2026/2027» ya es el actual."),
        (
            "2028/2029",
            "El curso «2028/2029» no tiene matrículas: importe antes su listado, o nadie recibiría nada.",
        ),
    ],
)
def test_year_that_cannot_be_turned_to_is_refused(school: School, name: str, sentence: str) -> None:
    prepare_year(ComingYear("2028/2029"), school=school, by=None)
    with pytest.raises(Refused) as refused:
        turn_year(school, name, by=None, today=TODAY)
    assert (str(refused.value), current(school)) == (sentence, "2026/2027")


def test_year_is_prepared_once_and_its_days_may_be_set_later(school: School) -> None:
    days = ComingYear(COMING, date(2027, 9, 8), date(2028, 6, 23))
    year = prepare_year(days, school=school, by=None)
    again = prepare_year(ComingYear(COMING), school=school, by=None)
    assert (year.pk, again.starts_on, again.ends_on) == (again.pk, days.starts_on, days.ends_on)


def test_year_that_ends_before_it_starts_is_refused(school: School) -> None:
    with pytest.raises(Refused, match="anterior"):
        prepare_year(ComingYear("x", date(2028, 9, 8), date(2028, 6, 23)), school=school, by=None)
    assert not AcademicYear.objects.filter(name="x").exists()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("turn_year", "--school", "30000001", *arguments, stdout=out)
    return out.getvalue()


def test_command_previews_and_turns(school: School) -> None:
    preview = json.loads(run("--to", COMING, "--dry-run", "--json"))
    assert (preview, current(school)) == ({**TURN.as_json(), "without_tutor": ["2º B"]}, "2026/2027")
    assert run("--to", COMING).splitlines() == [
        f"2026/2027 → {COMING}",
        "Siguen: 1 alumno",
        "Dejan de recibir mensajes: 1 alumno",
        "Nuevos: 1 alumno",
        "Grupos: 2",
        "Grupos sin tutor: 2º B",
    ]
    assert current(school) == COMING


def test_command_prepares_a_year(school: School) -> None:
    run("--to", "2028/2029", "--prepare", "--starts", "2028-09-08")
    year = AcademicYear.objects.get(name="2028/2029")
    assert (year.starts_on, year.is_current) == (date(2028, 9, 8), False)


@pytest.mark.parametrize("arguments", [("--to", "2030/2031"), ("--school", "999", "--to", COMING)])
def test_command_that_is_refused_says_why_and_ends_with_two(
    school: School, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert refused.value.returncode == 2
