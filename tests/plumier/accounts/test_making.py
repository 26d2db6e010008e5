"""Accounts for a school's people: one a person, under a name she knows, and no take-over of anybody's."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumier.accounts.making import Made, make_accounts
from plumier.accounts.people import Selection, Who
from plumier.clock import database_now
from plumier.models import Enrolment, Guardianship, Person, RegisterEdit, School, SchoolPolicy, Student, User
from tests.factories.crowds import make_families
from tests.factories.register import (
    Parent,
    make_group,
    make_person,
    make_school,
    make_service,
    make_staff,
    make_student,
)


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def make(school: School, *who: Who, groups: Iterable[int] = ()) -> Made:
    selection = Selection(school, frozenset(who or Who), frozenset(groups))
    return make_accounts(selection, by=None, now=database_now())


def told(made: Made) -> list[tuple[str, str, str, bool]]:
    """(who, user name, what came of it, whether a code may be given)."""
    return sorted(
        (one.person.full_name, one.user.username if one.user else "", one.result.value, one.may_have_code)
        for one in made.accounts
    )


def mother(school: School, document: str = "12345678Z", **contacts: str) -> Person:
    parent = Parent("Marta Ros", contacts=contacts)
    group = school.groups.first() or make_group(school)
    make_student(group, "Luis Gil", [parent])
    assert parent.person is not None
    parent.person.document = document
    parent.person.save(update_fields=["document"])
    return parent.person


def test_everybody_gets_a_user_under_her_own_datum(school: School) -> None:
    mother(school)
    Student.objects.update(nre="NRE-77")
    teacher = make_staff(school, "Ana Ruiz").people.get()
    Person.objects.filter(pk=teacher.pk).update(user=None, document="87.654.321-X")
    assert told(make(school)) == [
        ("Ana Ruiz", "87654321x", "made", True),
        ("Luis Gil", "nre77", "made", True),
        ("Marta Ros", "12345678z", "made", True),
    ]
    assert User.objects.get(username="12345678z").has_usable_password() is False


def test_made_again_nobody_is_made_twice(school: School) -> None:
    mother(school)
    make(school, Who.FAMILIES)
    assert told(make(school, Who.FAMILIES)) == [("Marta Ros", "12345678z", "without_password", True)]
    User.objects.get(username="12345678z").set_password("x")
    user = User.objects.get(username="12345678z")
    user.set_password("a password")
    user.save()
    assert told(make(school, Who.FAMILIES)) == [("Marta Ros", "12345678z", "kept", False)]


def test_same_person_of_two_schools_is_one_user_and_gets_no_code_from_either(school: School) -> None:
    mother(school)
    make(school, Who.FAMILIES)
    other = make_school("30000002")
    mother(other, "12345678-z")
    assert told(make(other, Who.FAMILIES)) == [("Marta Ros", "12345678z", "joined", False)]
    assert told(make(school, Who.FAMILIES)) == [("Marta Ros", "12345678z", "without_password", False)]
    assert User.objects.get(username="12345678z").people.count() == 2


def test_other_name_under_the_same_document_is_refused_and_stays_apart(school: School) -> None:
    mother(school)
    make(school, Who.FAMILIES)
    other = make_school("30000002")
    Person.objects.filter(pk=mother(other).pk).update(given_name="Eva", surname="Sol")
    assert told(make(other, Who.FAMILIES)) == [("Eva Sol", "", "refused", False)]
    assert Person.objects.get(given_name="Eva").user is None


@pytest.mark.parametrize("who", ["superuser", "service"])
def test_user_above_schools_gets_no_code_from_one(school: School, who: str) -> None:
    person = mother(school)
    user = User.objects.create_superuser("root") if who == "superuser" else make_service(school)
    user.set_unusable_password()
    user.save()
    Person.objects.filter(pk=person.pk).update(user=user)
    assert [one.may_have_code for one in make(school, Who.FAMILIES).accounts] == [False]


def made_up(names: Iterable[str]) -> bool:
    return all(name.startswith("fam") and len(name) == 10 for name in names)


def test_address_that_two_share_is_nobodys_name(school: School) -> None:
    SchoolPolicy.objects.update(family_login="email")
    parents = [Parent("Marta Ros", contacts={"email": "casa@example.org"}), Parent("Pedro Gil", "father")]
    parents[1].contacts = {"email": "Casa@example.org"}
    make_student(make_group(school), "Luis Gil", parents)
    names = {name for _who, name, _result, _code in told(make(school, Who.FAMILIES))}
    assert (len(names), made_up(names)) == (2, True)


def test_address_of_one_is_her_name(school: School) -> None:
    SchoolPolicy.objects.update(family_login="email")
    mother(school, email="Marta@Example.org")
    assert told(make(school, Who.FAMILIES)) == [("Marta Ros", "marta@example.org", "made", True)]


def test_address_that_is_anothers_name_already_is_not_refused_but_made_up(school: School) -> None:
    SchoolPolicy.objects.update(family_login="email")
    User.objects.create_user("marta@example.org", first_name="Eva", last_name="Sol")
    mother(school, email="marta@example.org")
    ((who, name, result, code),) = told(make(school, Who.FAMILIES))
    assert (who, made_up([name]), result, code) == ("Marta Ros", True, "made", True)


def test_who_lacks_the_datum_gets_a_made_up_name(school: School) -> None:
    mother(school, document="")
    assert made_up(name for _who, name, *_ in told(make(school, Who.FAMILIES)))


@pytest.mark.parametrize(("children", "expected"), [(1, 0), (2, 1)])
def test_guardian_barred_from_every_child_gets_none(school: School, children: int, expected: int) -> None:
    father, group = Parent("Pedro Gil", "father"), make_group(school)
    for number in range(children):
        make_student(group, f"Hija {number}", [father])
    first = Guardianship.objects.order_by("id")[0]
    Guardianship.objects.filter(pk=first.pk).update(barred_from="2026-01-01", barred_reference="Auto 12/2026")
    assert len(make(school, Who.FAMILIES).accounts) == expected


def test_only_who_is_here_gets_one(school: School) -> None:
    mother(school)
    Enrolment.objects.update(left_on="2026-01-01")
    make_staff(school, "Ana Ida").people.get().staff.delete()
    gone = make_staff(school, "Eva Ida").people.get()
    gone.staff.left_on = gone.staff.joined_on = "2026-01-01"
    gone.staff.save()
    assert told(make(school)) == []


def test_group_has_its_students_and_families_and_no_staff(school: School) -> None:
    mother(school)
    make_staff(school, "Ana Ruiz")
    other = make_group(school, "1º ESO B")
    make_student(other, "Eva Sol", [Parent("Luz Mar")])
    made = make(school, groups=[other.pk])
    assert sorted(one.person.full_name for one in made.accounts) == ["Eva Sol", "Luz Mar"]
    assert {one.group for one in made.accounts} == {"1º ESO B"}


def test_tie_of_a_person_to_her_user_is_kept_in_the_history(school: School) -> None:
    person = mother(school)
    make(school, Who.FAMILIES)
    edit = RegisterEdit.objects.filter(table_name="plumier_person", row_id=person.pk).latest("id")
    person.refresh_from_db()
    assert (edit.cause, edit.after["user_id"]) == ("create_accounts", person.user_id)


def statements(school: School) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        make(school)
    return len(captured)


def test_many_cost_as_many_statements_as_one(school: School, settings: Any) -> None:
    group = make_group(school)
    make_families(group, 1)
    few = statements(school)
    make_families(group, 40)
    assert statements(school) == few
    assert User.objects.count() == 82


def test_two_people_of_one_document_in_one_list_are_not_mixed_up(school: School) -> None:
    mother(school)
    other = make_person(school, "Eva Sol", document="12345678Z")
    student = make_student(school.groups.get(), "Iris Sol")
    Guardianship.objects.create(
        school=school, student=student, guardian=other, relation="mother", order=1, receives_messages=True
    )
    assert sorted(one.result.value for one in make(school, Who.FAMILIES).accounts) == ["made", "refused"]
