"""Whose phone links, and how Telegram's way of writing a phone is read."""

from datetime import date, timedelta
from typing import Any

import pytest

from notica.linking.holders import holders_of, mobile_of
from plumier.clock import database_now
from plumier.models import AcademicYear, Enrolment, Group, Person, School, Staff, Student
from tests.factories.register import Parent, make_person, make_staff, make_student
from tests.notica.linking.conftest import PHONE
from tests.notica.linking.said import shared_bot


def names(phone: str = PHONE) -> list[int]:
    return [one.person_id for one in holders_of(shared_bot(), phone, database_now())]


@pytest.mark.parametrize(
    ("given", "phone"),
    [
        ("34612345601", PHONE),
        ("+34612345601", PHONE),
        ("+34 612 34 56 01", PHONE),
        ("84912345678", "+84912345678"),
        ("34968123456", ""),
        ("612345601", ""),
        ("", ""),
        ("+", ""),
        ("٣٤٦١٢٣٤٥٦٠١", ""),
        ("1" * 40, ""),
        ("34612345601;34612345602", ""),
    ],
)
def test_mobile_of_reads_international_mobiles_alone(given: str, phone: str) -> None:
    assert mobile_of(given) == phone


def test_holders_of_finds_the_mother(mother: Person) -> None:
    (found,) = holders_of(shared_bot(), PHONE, database_now())
    assert (found.person_id, found.user_id, found.school, found.reads) == (mother.pk, 0, "IES Ribera", "es")
    assert holders_of(shared_bot(), "", database_now()) == []


def test_holders_of_one_with_two_children_is_one(mother: Person, group: Group) -> None:
    make_student(group, "Eva Gil", [Parent("", person=mother)])
    assert names() == [mother.pk]


def test_holders_of_a_student_and_a_colleague(group: Group) -> None:
    student = make_student(group, "Luis Gil", contacts={"phone_1": PHONE}, protected=True)
    teacher = make_staff(group.school).people.get()
    teacher.contacts.create(school=group.school, slot="phone_1", kind="mobile", value=PHONE)
    assert sorted(names()) == sorted([student.person_id, teacher.pk])


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Student, {"protected": True}),
        (Enrolment, {"status": "withdrawn"}),
        (Enrolment, {"left_on": date(2026, 1, 1)}),
        (AcademicYear, {"is_current": False}),
    ],
)
def test_holders_of_a_guardian_of_nobody_who_is_written_to(
    mother: Person, model: Any, fields: dict[str, Any]
) -> None:
    model.objects.update(**fields)
    assert names() == []


def test_holders_of_a_guardian_barred_from_one_child_of_two(group: Group) -> None:
    barred = Parent("Pedro Gil", "father", {"phone_1": PHONE}, barred=(date(2026, 1, 1), None))
    make_student(group, "Luis Gil", [barred])
    assert names() == []
    make_student(group, "Eva Gil", [Parent("", "father", person=barred.person)])
    assert barred.person is not None
    assert names() == [barred.person.pk]


@pytest.mark.parametrize(("days", "found"), [(0, 0), (-1, 1)])
def test_holders_of_a_guardian_barred_until_a_day(group: Group, days: int, found: int) -> None:
    until = database_now().date() + timedelta(days=days)
    father = Parent("Pedro Gil", "father", {"phone_1": PHONE}, barred=(date(2026, 1, 1), until))
    make_student(group, "Luis Gil", [father])
    assert len(names()) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, 1),
        ({"active": False}, 0),
        ({"left_on": date(2026, 1, 1)}, 0),
        ({"joined_on": date(2099, 1, 1)}, 0),
    ],
)
def test_holders_of_staff_by_their_dates(school: School, fields: dict[str, Any], found: int) -> None:
    teacher = make_staff(school).people.get()
    teacher.contacts.create(school=school, slot="phone_2", kind="mobile", value=PHONE)
    Staff.objects.update(**fields)
    assert len(names()) == found


def test_holders_of_leaves_out_who_is_neither(school: School) -> None:
    make_person(school, "Nadie Gil", {"phone_1": PHONE})
    assert names() == []


def test_holders_of_leaves_out_schools_without_telegram(mother: Person) -> None:
    mother.school.policy.channels = ["email", "sms"]
    mother.school.policy.save()
    assert names() == []


def test_holders_of_leaves_out_landlines(mother: Person) -> None:
    mother.contacts.update(kind="landline")
    assert names() == []
