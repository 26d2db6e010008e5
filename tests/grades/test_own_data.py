"""Marks and acuses in the copy of what a school holds about somebody."""

from typing import Any

import pytest

from grades.actions import acknowledge, publish
from grades.models import Evaluation
from grades.own_data import grades_sections
from plumier.clock import database_now, database_today
from plumier.family_access import children_read_by
from plumier.models import Group, Person, Student, Subject, User
from tests.factories.register import Parent, make_director, make_group, make_login, make_school, make_student
from tests.grades.marked import put, seen_by


@pytest.fixture
def group(db: None) -> Group:
    return make_group(make_school())


@pytest.fixture
def luis(group: Group) -> Student:
    return make_student(group, "Luis Gil", [Parent("Marta Ros"), Parent("Pedro Gil", "father")])


@pytest.fixture
def evaluation(group: Group, luis: Student) -> Evaluation:
    evaluation = Evaluation.objects.create(school=group.school, year=group.year, name="1ª")
    put(evaluation, luis, Subject.objects.create(school=group.school, name="Lengua"), "7", "Bien")
    return evaluation


def parent(name: str) -> User:
    return make_login(Person.objects.get(given_name=name))


def held(user: User) -> dict[str, list[tuple[Any, ...]]]:
    sections = grades_sections(user.people.get(), children_read_by(user, database_today()))
    return {one.code: [tuple(row) for row in one.rows] for one in sections}


def test_copy_has_open_marks_and_her_own_acuse_alone(
    group: Group, luis: Student, evaluation: Evaluation
) -> None:
    mother, father = parent("Marta"), parent("Pedro")
    assert held(mother) == {"marks": [], "acknowledgements": []}
    publish(evaluation, [group], tell=False, by=make_director(group.school), now=database_now())
    now = database_now()
    acknowledge(luis, evaluation, seen_by(mother, luis, evaluation), by=mother, now=now)
    marks = [("Luis Gil", "1ª", "Lengua", "7", "Bien")]
    assert held(mother) == {"marks": marks, "acknowledgements": [("Luis Gil", "1ª", now)]}
    assert held(father) == {"marks": marks, "acknowledgements": []}
