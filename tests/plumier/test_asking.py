"""What is remembered in a request is what each query would find, and is asked in one."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from plumier import access, asking, family_access, standing
from plumier.clock import TODAY, database_today
from plumier.models import Guardianship, Person, School, Subgroup, SubgroupMember, User
from plumier.models.policies import Senders
from tests.factories.register import (
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.plumier.remembering import in_request
from tests.plumier.test_access import ROLES, school

__all__ = ["school"]

SETS: list[Callable[..., asking.Ids]] = [
    *(standing.persons, standing.workplaces, standing.led_by_post, standing.directed, standing.counselled),
    *(
        standing.services,
        standing.served,
        standing.tutored,
        standing.taught,
        standing.taught_groups,
        standing.taught_subgroups,
    ),
    *(standing.addressed_groups, standing.addressed_subgroups, standing.kept_from, standing.children),
    *(standing.family, standing.directed, standing.addressed_by_post, standing.desks),
    *(standing.office_posts, standing.offices),
]
VISIBLE: list[Callable[..., QuerySet[Any]]] = [
    *(access.staff_persons_of, access.schools_worked_in, access.schools_led_by, access.schools_served_by),
    *(access.schools_counselled_by, access.services_worked_in, access.groups_tutored_by),
    *(access.assignments_of, access.groups_visible_to, access.students_kept_from, access.people_kept_from),
    *(access.students_attended_by, access.students_led_by, access.children_of, access.students_visible_to),
    *(access.guardians_visible_to, access.colleagues_visible_to, access.records_attended_by),
    *(access.groups_addressed_by, access.students_addressed_by, family_access.students_read_by),
]


def of_a_subgroup(school: School) -> User:
    """Who teaches a few of one group in a subgroup."""
    user = make_teacher(make_group(school, "C"))
    row = access.assignments_of(user, database_today()).get()
    subgroup = Subgroup.objects.create(school=school, year=row.year, name="Refuerzo")
    type(row).objects.filter(pk=row.pk).update(group=None, subgroup=subgroup)
    enrolment = school.groups.get(name="B").enrolments.get()
    SubgroupMember.objects.create(school=school, subgroup=subgroup, enrolment=enrolment)
    return user


def barred_teacher(school: School) -> User:
    """A teacher of A whose own child there a court keeps from him, and another whom it does not."""
    group = school.groups.get(name="A")
    user = make_teacher(group)
    for name, barred in (("Hija Una", True), ("Hija Dos", False)):
        Guardianship.objects.create(
            school=school,
            student=make_student(group, name),
            guardian=user.people.get(),
            relation="father",
            order=1,
            barred_from="2026-01-01" if barred else None,
            barred_reference="Auto 1/2026" if barred else "",
        )
    return user


def where_tutors_write(school: School) -> User:
    """Who teaches A and is the tutor of B, in a school where tutors alone write."""
    type(school.policy).objects.filter(school=school).update(senders=Senders.TUTORS)
    user = make_teacher(school.groups.get(name="A"))
    school.groups.filter(name="B").update(tutor=user.people.get())
    return user


WHO: dict[str, Callable[[School], User]] = {
    **{name: make for name, (make, *_what) in ROLES.items()},
    "teacher of a subgroup": of_a_subgroup,
    "barred teacher": barred_teacher,
    "where tutors write": where_tutors_write,
    "region": lambda school: make_service(all_schools=True),
    "superuser": lambda school: User.objects.create_superuser("root"),
    "nobody": lambda school: User.objects.create_user("nadie"),
}


@pytest.mark.parametrize("who", WHO)
def test_remembered_sets_and_rights_are_those_of_the_queries(school: School, who: str) -> None:
    user, today = WHO[who](school), database_today()

    def sets() -> list[list[int]]:
        return [sorted(set(ask(user, today))) for ask in SETS]

    def rows() -> list[list[int]]:
        return [sorted(ask(user, today).values_list("pk", flat=True)) for ask in VISIBLE]

    assert in_request(sets) == sets()
    assert in_request(rows) == rows()
    assert len(set(SETS)) == len(asking._asks) - 1  # all but the posts, of which others are made


def test_rights_outside_and_within_can_differ_from_nothing(school: School) -> None:
    """The comparison above holds something: everybody there but «nobody» has a set that is not empty."""
    found = {
        who: any(set(ask(user, database_today())) for ask in SETS)
        for who, user in ((who, WHO[who](school)) for who in ("barred teacher", "region", "nobody"))
    }
    assert found == {"barred teacher": True, "region": True, "nobody": False}


def test_first_question_of_a_request_asks_for_everything(school: School) -> None:
    user, today = make_tutor(school.groups.get(name="A")), database_today()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        in_request(lambda: [ask(user, today) for ask in (*SETS, *SETS)])
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        in_request(lambda: in_request(lambda: [set(ask(user, today)) for ask in (*SETS, *SETS)], "POST"))
    assert len(asked) == 2 * len(SETS)


def test_change_between_two_requests_is_seen(school: School) -> None:
    group, today = school.groups.get(name="A"), database_today()
    user = make_tutor(group)

    def tutored() -> list[int]:
        return list(access.groups_tutored_by(user, today).values_list("pk", flat=True))

    before = in_request(tutored)
    type(group).objects.filter(pk=group.pk).update(tutor=None)
    assert (before, in_request(tutored), tutored()) == ([group.pk], [], [])


def test_change_within_a_request_that_writes_is_seen(school: School) -> None:
    group, today = school.groups.get(name="A"), database_today()
    user = make_tutor(group)

    def change() -> tuple[bool, bool]:
        before = access.groups_tutored_by(user, today).exists()
        type(group).objects.filter(pk=group.pk).update(tutor=None)
        return before, access.groups_tutored_by(user, today).exists()

    assert in_request(change, "POST") == (True, False)


def test_two_users_in_one_request_have_each_her_own(school: School) -> None:
    first, second = (make_tutor(school.groups.get(name=name), f"Tere {name}") for name in ("A", "B"))
    today = database_today()
    names = in_request(
        lambda: [access.groups_tutored_by(user, today).get().name for user in (first, second, first, second)]
    )
    assert names == ["A", "B", "A", "B"]


@pytest.mark.django_db(transaction=True)
def test_two_users_at_once_have_each_her_own() -> None:
    place = make_school()
    users = {name: make_tutor(make_group(place, name), f"Tere {name}") for name in ("A", "B")}
    both, found = Barrier(2), dict[str, list[str]]()

    def ask(name: str) -> None:
        def names() -> list[str]:
            today, said = database_today(), list[str]()
            for _round in range(3):
                both.wait(20)
                said += access.groups_tutored_by(users[name], today).values_list("name", flat=True)
            return said

        try:
            found[name] = in_request(names)
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(name,)) for name in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {"A": ["A"] * 3, "B": ["B"] * 3}


def test_two_days_in_one_request_are_two(school: School) -> None:
    user = make_teacher(school.groups.get(name="A"), held_until="2026-11-20")
    days = [database_today().replace(year=2026, month=11, day=day) for day in (20, 21, 20)]
    found = in_request(lambda: [access.assignments_of(user, day).count() for day in days])
    assert found == [1, 0, 1]


def test_day_that_is_asked_in_the_database_is_remembered_as_today(school: School) -> None:
    user = make_staff(school)
    with CaptureQueriesContext(connection) as asked:
        persons = in_request(
            lambda: [standing.persons(user, TODAY), standing.persons(user, database_today())]
        )
    assert persons == [(user.people.get().pk,)] * 2
    assert len(asked) == 2  # which day it is, and the sets


def test_large_set_stays_a_query(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    user, today = make_service(*School.objects.all()), database_today()
    few = in_request(lambda: standing.served(user, today))
    assert set(few) == set(School.objects.values_list("pk", flat=True))
    monkeypatch.setattr(asking, "MOST", 1)
    asking._statement.cache_clear()
    try:
        many = in_request(lambda: standing.served(user, today))
        seen = in_request(lambda: access.schools_served_by(user, today).count())
    finally:
        monkeypatch.undo()
        asking._statement.cache_clear()
    assert isinstance(few, tuple)
    assert isinstance(many, QuerySet)
    assert seen == len(few) == 2


def test_superuser_has_all_schools_and_no_list_of_them(school: School) -> None:
    root = User.objects.create_superuser("root")
    led = in_request(lambda: standing.led(root, database_today()))
    assert isinstance(led, QuerySet)
    assert set(led) == set(School.objects.values_list("pk", flat=True))


def test_family_is_a_student_or_who_is_on_record_barred_or_not(school: School) -> None:
    mother = make_login(Person.objects.get(given_name="Madre", surname="A1"))
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 1/2026")
    users, today = (mother, make_director(school)), database_today()
    assert in_request(lambda: [family_access.is_family(user, today) for user in users]) == [True, False]
