"""Schools with as many families as a measurement asks for, written by a few statements each.

Of twelve guardians eight have one child and are its only guardian; four are the parents of two pairs of siblings.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from benchmarks import population_sql as sql
from channels_app.accounts import accounts_for
from channels_app.models import ActivationState
from plumier.actions import NewSchool, create_school
from plumier.models import AcademicYear, Contact, Person, Post, School, SchoolPolicy, Staff, Stage, User
from plumier.roles import Role

BLOCK = 12  # guardians, and as many students
IN_PAIRS = 4  # of a block's guardians: the parents of two pairs of siblings
IN_GROUP = 24  # students
SINCE = date(2026, 9, 1)
UNLIMITED = 1e9  # messages a second that an account may send: the engine and not its politeness is measured


@dataclass(frozen=True, slots=True)
class Counts:
    """What a school of so many guardians holds."""

    guardians: int
    students: int
    families: int
    groups: int


def counts(guardians: int) -> Counts:
    """A school's numbers. Those beyond the last whole block have one child each."""
    pairs = guardians // BLOCK * (IN_PAIRS // 2)
    return Counts(guardians, guardians, guardians - pairs, -(-guardians // IN_GROUP))


@dataclass(frozen=True, slots=True)
class Made:
    """A school that stands in the database. Each `first_…` begins an unbroken row of ids."""

    school: School
    director: User
    counts: Counts
    first_group: int
    first_student: int
    first_guardian: int


def make_school(code: str, guardians: int, app: str = "tokapp") -> Made:
    """A school whose families have a mobile and an e-mail, and one of the apps `telegram` and `tokapp`."""
    school = create_school(NewSchool(code, f"Centro {code}", "publico", "ES"))
    SchoolPolicy.objects.filter(school=school).update(sms_to_many=True)
    year = AcademicYear.objects.create(school=school, name="2026/2027")
    stage = Stage.objects.create(school=school, kind="eso")
    director = _director(school)
    numbers = counts(guardians)
    accounts = accounts_for(school.code)
    with transaction.atomic(), connection.cursor() as cursor:
        people = numbers.students + numbers.guardians
        first_person = reserve(cursor, "plumier_person", people)
        first_student = reserve(cursor, "plumier_student", numbers.students)
        first_group = reserve(cursor, "plumier_group", numbers.groups)
        values: dict[str, int | str] = {
            "school": school.pk, "year": year.pk, "stage": stage.pk, "guardians": guardians,
            "groups": numbers.groups, "paired_until": guardians // BLOCK * BLOCK, "block": BLOCK,
            "singles": BLOCK - IN_PAIRS, "in_group": IN_GROUP, "linked": ActivationState.LINKED,
            "inactive": ActivationState.INACTIVE, "app": app, "telegram": accounts["telegram"].account_id,
            "tokapp": accounts["tokapp"].account_id,
            "first_person": first_person, "first_student": first_student, "first_group": first_group,
        }  # fmt: skip
        for statement in sql.POPULATE:
            cursor.execute(statement, values)
        cursor.execute(sql.UNLIMIT, [UNLIMITED])
    return Made(school, director, numbers, first_group, first_student, first_person + numbers.students)


def analyze() -> None:
    """Tell the planner what there is now, as autovacuum would in a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def reserve(cursor: Any, table: str, number: int) -> int:
    """The first of so many ids that nobody else will get."""
    cursor.execute(sql.RESERVE, {"table": table, "number": number})
    first: int = cursor.fetchone()[0]
    return first


def _director(school: School) -> User:
    user = User.objects.create(username=f"direccion{school.code}", email=f"d{school.code}@centros.example")
    person = Person.objects.create(school=school, user=user, given_name="Dirección", surname=school.name)
    Staff.objects.create(school=school, person=person)
    Post.objects.create(school=school, person=person, role=Role.DIRECTOR, held_from=SINCE)
    Contact.objects.create(
        school=school, person=person, slot="email_official", kind="email", value=user.email, typed=user.email
    )
    return user
