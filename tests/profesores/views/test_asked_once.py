"""A page asks once what its reader is, however often it decides by it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plumier.models import School, Student, TeachingAssignment, User
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_student,
    make_teacher,
    make_tutor,
)

PAGES = [
    *("profesores:students", "profesores:colleagues", "profesores:inbox", "notica:messages"),
    *("profesores:school_students", "profesores:explorer", "notica:channels", "tablon:notices"),
]


@pytest.fixture
def student(db: None) -> Student:
    return make_student(make_group(make_school(), "A"), "Luz Marín", [Parent("Eva Marín")])


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked_by(client: Client, address: str) -> list[str]:
    """The queries of a page that opens; the first time some things are made that are kept."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries.captured_queries]


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_once_what_its_reader_is(student: Student, name: str) -> None:
    asked = asked_by(client_of(make_director(student.school)), reverse(name))
    assert sum(sql.startswith("WITH set_0") for sql in asked) == 1


@pytest.mark.parametrize(
    ("make", "number"),
    [
        (lambda student: make_director(student.school), 27),
        (lambda student: make_tutor(student.enrolments.get().group), 25),
    ],
    ids=["director", "tutor"],
)
def test_record_asks_once_what_its_reader_is(
    student: Student, make: Callable[[Student], User], number: int
) -> None:
    asked = asked_by(client_of(make(student)), reverse("profesores:record", args=[student.pk]))
    assert sum(sql.startswith("WITH set_0") for sql in asked) == 1
    assert len(asked) == number


def test_class_taken_from_a_teacher_is_gone_from_her_next_page(student: Student) -> None:
    client = client_of(make_teacher(student.enrolments.get().group))
    page, record = reverse("profesores:students"), reverse("profesores:record", args=[student.pk])
    assert "Marín, Luz" in client.get(page).text
    assert client.get(record).status_code == 200
    TeachingAssignment.objects.all().delete()
    assert "Marín, Luz" not in client.get(page).text
    assert client.get(record).status_code == 404


def test_school_lost_between_a_page_and_its_form_is_lost(student: Student) -> None:
    user = make_director(student.school)
    client, page = client_of(user), reverse("profesores:school_students")
    assert client.get(page).status_code == 200
    user.people.get().posts.all().delete()
    assert client.post(page, {"hacer": "todos"}).status_code == 404


def test_two_readers_see_each_her_own_one_after_the_other(student: Student) -> None:
    other = make_student(make_group(School.objects.get(), "B"), "Sol Vera", [Parent("Ada Vera")])
    seen = {
        pupil.person.given_name: make_tutor(pupil.enrolments.get().group, f"Tutora {pupil.pk}")
        for pupil in (student, other)
    }
    page = reverse("profesores:students")
    for _round in range(2):
        texts = {name: client_of(user).get(page).text for name, user in seen.items()}
        assert {name: ("Marín, Luz" in text, "Vera, Sol" in text) for name, text in texts.items()} == {
            "Luz": (True, False),
            "Sol": (False, True),
        }
