"""The register's version: every change of a school's register is a new one, and nothing else is."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Sum

from plumier.models import (
    AcademicYear,
    Contact,
    Enrolment,
    Group,
    Guardianship,
    Person,
    Post,
    RegisterChange,
    School,
    SchoolPolicy,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
    TeachingAssignment,
    User,
)
from plumier.roles import Role
from plumier.versions import FOLD_FROM, fold_versions
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_person,
    make_school,
    make_student,
)
from tests.notica.rows import at_once, elsewhere


@pytest.fixture
def school(db: None) -> School:
    """A school with a row in every table."""
    school = make_school()
    make_student(make_group(school), "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": "+34600000001"})])
    make_director(school)
    return school


def versions(*schools: School) -> dict[int, int]:
    """By school, as a fan-out and the last look read it."""
    found = RegisterChange.objects.filter(school_id__in=[school.pk for school in schools])
    sums = dict(found.values_list("school_id").annotate(Sum("number")))
    return {school.pk: sums.get(school.pk, 0) for school in schools}


def version(school: School) -> int:
    return versions(school)[school.pk]


def changes(school: School, change: Callable[[], object]) -> bool:
    """Whether it made another version."""
    before = version(school)
    change()
    return version(school) != before


def inserts(school: School) -> dict[str, Callable[[], object]]:
    person, student = Person.objects.first(), Student.objects.get()
    next_year = AcademicYear.objects.create(school=school, name="2030", is_current=False)
    nobody = make_person(school, "Ana Paz")
    fresh = {"school": school}
    return {
        "academicyear": lambda: AcademicYear.objects.create(**fresh, name="2027/2028", is_current=False),
        "contact": lambda: Contact.objects.create(
            **fresh, person=person, slot="phone_2", kind="mobile", value="+34600000002"
        ),
        "enrolment": lambda: Enrolment.objects.create(
            **fresh, student=student, year=next_year, group=Group.objects.get()
        ),
        "guardianship": lambda: Guardianship.objects.create(
            **fresh, student=student, guardian=Person.objects.last(), relation="father", order=2
        ),
        "person": lambda: Person.objects.create(**fresh, given_name="Ana"),
        "post": lambda: Post.objects.create(
            **fresh, person=person, role=Role.DIRECTOR, held_from=date(2026, 9, 1)
        ),
        "staff": lambda: Staff.objects.create(**fresh, person=person),
        "student": lambda: Student.objects.create(**fresh, person=nobody, expediente="999"),
    }


UPDATES: dict[str, tuple[type[models.Model], dict[str, Any]]] = {
    "year over": (AcademicYear, {"is_current": False}),
    "number changed": (Contact, {"value": "+34600000003"}),
    "withdrawn": (Enrolment, {"status": "withdrawn"}),
    "ticked off": (Guardianship, {"receives_messages": False}),
    "barred": (Guardianship, {"barred_from": date(2026, 1, 1), "barred_reference": "Auto 1/2026"}),
    "language": (Person, {"language": "en"}),
    "post over": (Post, {"held_until": date(2026, 10, 1)}),
    "quiet hours": (SchoolPolicy, {"quiet_from": time(22), "quiet_until": time(6)}),
    "staff left": (Staff, {"left_on": date(2026, 10, 1)}),
    "protected": (Student, {"protected": True}),
    "group": (Group, {"name": "1º ESO Z"}),
    "zone": (School, {"time_zone": "Atlantic/Canary"}),
}
TABLES = [
    AcademicYear,
    Contact,
    Enrolment,
    Group,
    Guardianship,
    Person,
    Post,
    SchoolPolicy,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
    TeachingAssignment,
    School,
]
# They say nothing about who is written to, by whom or where.
NOT_COUNTED = {
    *("department", "holiday", "sessionslot", "stage", "subject", "timetableentry"),
    *("accountletter", "contactbatch", "contactproposal", "importrun"),
}


def test_every_table_of_which_a_plan_is_made_is_counted(db: None) -> None:
    """Stages only lead to groups; users are looked at at every send."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE trigger_name LIKE 'counts_%%'"
        )
        counted = {row[0] for row in cursor.fetchall()}
    assert counted == {model._meta.db_table for model in TABLES}
    of_a_school = {
        model._meta.db_table
        for model in apps.get_app_config("plumier").get_models()
        if any(field.name == "school" for field in model._meta.get_fields())
    }
    assert of_a_school - counted == {f"plumier_{name}" for name in NOT_COUNTED}


@pytest.mark.parametrize(
    "name", ["academicyear", "contact", "enrolment", "guardianship", "person", "post", "staff", "student"]
)
def test_row_that_is_new_makes_another_version(school: School, name: str) -> None:
    assert changes(school, inserts(school)[name])


@pytest.mark.parametrize(("model", "fields"), UPDATES.values(), ids=UPDATES)
def test_change_makes_another_version(
    school: School, model: type[models.Model], fields: dict[str, Any]
) -> None:
    other = make_school("30000002")
    before = version(other)
    where = {"pk": school.pk} if model is School else {"school": school}
    assert changes(school, lambda: model._default_manager.filter(**where).update(**fields))
    assert version(other) == before


@pytest.mark.parametrize("model", [Contact, Guardianship, Enrolment, Post, SchoolPolicy])
def test_row_that_goes_makes_another_version(school: School, model: type[models.Model]) -> None:
    assert changes(school, lambda: model._default_manager.filter(school=school).delete())


def test_statement_that_changes_nothing_makes_no_version(school: School) -> None:
    assert not changes(school, lambda: Contact.objects.filter(pk=0).update(value="+34600000009"))
    assert not changes(school, lambda: Contact.objects.filter(pk=0).delete())
    assert not changes(school, lambda: User.objects.update(first_name="Ana"))


def test_row_that_moves_is_a_change_of_both_schools(school: School) -> None:
    other = make_school("30000002")
    person = make_person(school, "Ana Paz")
    before = versions(school, other)
    Person.objects.filter(pk=person.pk).update(school=other)
    after = versions(school, other)
    assert {pk: after[pk] - before[pk] for pk in before} == {school.pk: 1, other.pk: 1}


def test_many_rows_in_one_statement_are_one_change_of_each_school(school: School) -> None:
    other = make_school("30000002")
    people = [make_person(place, f"Ana {n}") for n in range(5) for place in (school, other)]
    before = versions(school, other)
    for person in people:
        person.language = "en"
    Person.objects.bulk_update(people, ["language"])
    after = versions(school, other)
    assert {after[pk] - before[pk] for pk in before} == {1}


def test_copy_is_seen(school: School) -> None:
    def copy() -> None:
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "COPY plumier_person (school_id, given_name, surname, document, language) FROM STDIN"
            ) as rows,
        ):
            rows.write_row((school.pk, "Ana", "Paz", "", ""))

    assert changes(school, copy)


def test_change_shows_when_it_is_committed_and_not_before(transactional_db: None) -> None:
    school = make_school()
    before = version(school)
    with transaction.atomic():
        make_person(school, "Ana Paz")
        mine, theirs = version(school), elsewhere(lambda: version(school))
    assert (mine > before, theirs, elsewhere(lambda: version(school))) == (True, before, mine)


def test_change_that_is_taken_back_never_was(school: School) -> None:
    def undone() -> None:
        with transaction.atomic():
            make_person(school, "Ana Paz")
            transaction.set_rollback(True)

    assert not changes(school, undone)


def test_two_who_change_one_school_wait_for_each_other_no_more_than_their_rows(
    transactional_db: None,
) -> None:
    school = make_school()
    before = version(school)
    with transaction.atomic():
        make_person(school, "Ana Paz")
        elsewhere(lambda: make_person(school, "Eva Paz"))
    assert version(school) == before + 2


def counted(school: School) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM plumier_registerchange WHERE school_id = %s", [school.pk])
        return int(cursor.fetchone()[0])


def test_folding_changes_no_version(school: School) -> None:
    few = make_school("30000002")
    while counted(school) < FOLD_FROM:
        make_person(school, "Ana Paz")
    before = versions(school, few)
    rows = counted(few)
    fold_versions()
    assert (versions(school, few), counted(school), counted(few)) == (before, 1, rows)
    assert changes(school, lambda: make_person(school, "Eva Paz"))


def test_folding_while_others_write_loses_no_change(transactional_db: None) -> None:
    school = make_school()
    before = version(school)

    def write() -> None:
        for number in range(60):
            Person.objects.create(school=school, given_name=f"Ana {number}")

    def fold() -> None:
        for _ in range(30):
            fold_versions()

    at_once(write, write, write, fold)
    fold_versions()
    assert (version(school), counted(school) < FOLD_FROM) == (before + 180, True)
