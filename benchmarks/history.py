"""A past for a school that stands already, written by a few statements."""

from typing import Final

from django.db import connection, transaction

from benchmarks import history_sql as sql
from benchmarks.messages import TEXT
from benchmarks.population import Made, reserve
from benchmarks.population_sql import UNCHECKED
from channels_app.accounts import accounts_for
from plumier.models import Group, Person, Staff, Subject, TeachingAssignment, User

STAFF: Final = 100
CLASSES: Final = 5


def add_staff(made: Made, number: int = STAFF) -> None:
    """So many colleagues of the director."""
    with transaction.atomic(), connection.cursor() as cursor:
        first = reserve(cursor, "plumier_person", number)
        values = {"school": made.school.pk, "staff": number, "first": first}
        for statement in (UNCHECKED, sql.STAFF, sql.STAFF_ROWS):
            cursor.execute(statement, values)


def add_teacher(made: Made, groups: int = CLASSES) -> User:
    """Somebody who teaches a subject in so many groups and is the tutor of the first."""
    school = made.school
    user = User.objects.create(username=f"docente{school.code}")
    person = Person.objects.create(school=school, user=user, given_name="Docente", surname=school.name)
    Staff.objects.create(school=school, person=person)
    subject = Subject.objects.create(school=school, name="Matemáticas")
    taught = Group.objects.filter(school=school).order_by("pk")[:groups]
    TeachingAssignment.objects.bulk_create(
        TeachingAssignment(school=school, year_id=one.year_id, teacher=person, subject=subject, group=one)
        for one in taught
    )
    Group.objects.filter(pk=made.first_group).update(tutor=person)
    return user


def add_past(made: Made, deliveries: int) -> int:
    """Ended sends to all the school, with so many deliveries together; how many sends."""
    guardians = made.counts.guardians
    messages = -(-deliveries // guardians)
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, int | str] = {
            "school": made.school.pk,
            "sender": made.director.pk,
            "person": made.director.people.get().pk,
            "account": accounts_for(made.school.code)["tokapp"].account_id,
            "body": TEXT,
            "messages": messages,
            "guardians": guardians,
            "first_message": reserve(cursor, "notica_message", messages),
            "first_recipient": reserve(cursor, "notica_recipient", messages * guardians),
            "first_student": made.first_student,
            "first_guardian": made.first_guardian,
        }
        for statement in (UNCHECKED, *sql.PAST):
            cursor.execute(statement, values)
    return messages
