"""Absences and answers in the copy of what a school holds about somebody."""

from datetime import date
from typing import Any

import pytest

from attendance.answering import Answer, answer
from attendance.choices import AnswerKind, Mark
from attendance.models import AbsenceNotice
from attendance.own_data import attendance_sections
from plumier.family_access import children_read_by
from plumier.models import Guardianship, Person, User
from tests.attendance.classes import FRIDAY, NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_login
from tests.notica.answering import CONFIGURED


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> SchoolClass:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(NINE)
    of = SchoolClass()
    of.mark((of.ana, Mark.ABSENT), (of.luis, Mark.LATE))
    return of


def login_of(person: Person | None) -> User:
    assert person is not None
    return make_login(person)


def held(user: User) -> dict[str, list[tuple[Any, ...]]]:
    sections = attendance_sections(user.people.get(), children_read_by(user, FRIDAY))
    return {one.code: [tuple(row) for row in one.rows] for one in sections}


def test_copy_has_the_childs_absences_and_her_own_answers_alone(of: SchoolClass) -> None:
    mother, father = login_of(of.mother.person), login_of(of.father.person)
    written = Answer(AnswerKind.KNEW, "Visita médica")
    answer(AbsenceNotice.objects.get(student=of.ana), written, by=mother, now=NINE)
    absences = [("Ana Vera", FRIDAY, "2", "Matemáticas", "Falta")]
    assert held(mother) == {
        "absences": absences,
        "absence_answers": [("Ana Vera", FRIDAY, "Lo sabía", "Visita médica", "", NINE, None)],
    }
    assert held(father) == {"absences": absences, "absence_answers": []}


def test_copy_has_nothing_of_a_child_from_whom_a_court_keeps_her(of: SchoolClass) -> None:
    Guardianship.objects.filter(guardian=of.mother.person).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1/2026"
    )
    assert held(login_of(of.mother.person)) == {"absences": [], "absence_answers": []}
