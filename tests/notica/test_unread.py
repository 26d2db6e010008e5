"""The number beside the envelope."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import ngettext

from notica.models import InboxEntry
from notica.unread import Elsewhere, Unread, unread, unread_elsewhere, unread_of
from plumier.clock import database_now
from plumier.models import Person, Staff, User
from tests.factories.register import make_person, make_school, make_staff
from tests.notica.notices import make_entry


@pytest.fixture
def teacher(db: None) -> User:
    return make_staff(make_school())


@pytest.fixture
def person(teacher: User) -> Person:
    return teacher.people.get()


def shown(user: Any, template: str) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return Template(template).render(Context(unread(request)))


def test_one_query_where_it_is_shown_and_none_where_it_is_not(
    teacher: User, person: Person, django_assert_num_queries: Any
) -> None:
    make_entry(person)
    with django_assert_num_queries(1):
        assert shown(teacher, "{% if unread %}{{ unread }}{% endif %}") == "1"
    with django_assert_num_queries(0):
        assert shown(teacher, "Nada") == "Nada"
        assert shown(AnonymousUser(), "{{ unread }}") == "0"


def test_only_what_is_there_now_and_not_opened(teacher: User, person: Person) -> None:
    now = database_now()
    make_entry(person)
    make_entry(person, entry={"read_at": now})
    make_entry(person, ago=-timedelta(minutes=5))
    make_entry(person, entry={"expires_at": now - timedelta(minutes=1)})
    make_entry(person, to="familia")
    make_entry(
        person, state="cancelled", cancelled_by=teacher, cancelled_at=now - timedelta(days=1), ago=timedelta()
    )
    make_entry(make_staff(person.school, "Otra Colega").people.get())
    assert unread_of(teacher) == 1


def test_all_schools_where_she_works_count(teacher: User, person: Person) -> None:
    other = make_school("30000002")
    there = make_person(other, "Ana Ruiz", user=teacher)
    staff = Staff.objects.create(school=other, person=there)
    make_entry(person)
    make_entry(there)
    assert unread_of(teacher) == 2
    staff.left_on = date(2026, 1, 1)
    staff.save()
    assert unread_of(teacher) == 1


def test_more_than_ninety_nine_are_said_so(teacher: User, person: Person) -> None:
    entry = make_entry(person)
    assert (str(Unread(3)), str(Unread(99)), str(Unread(100))) == ("3", "99", "99+")
    others = [make_entry(person).pk for _ in range(100)]
    assert (InboxEntry.objects.count(), shown(teacher, "{{ unread }}")) == (len(others) + 1, "99+")
    assert ngettext("%(n)s mensaje", "%(n)s mensajes", unread_of(teacher)) == "%(n)s mensajes"
    assert entry.person == person


def test_superuser_who_has_sent_counts_what_came_of_it(person: Person) -> None:
    root = User.objects.create_superuser("root")
    make_entry(make_person(person.school, "Raíz", user=root))
    make_entry(person)
    assert unread_of(root) == 1


def test_other_schools_are_named_with_their_numbers(teacher: User, person: Person) -> None:
    schools = [make_school(code, name=f"IES {code}") for code in ("30000002", "30000003")]
    for school, number in zip(schools, (2, 0), strict=True):
        there = make_person(school, "Ana Ruiz", user=teacher)
        Staff.objects.create(school=school, person=there)
        for _ in range(number):
            make_entry(there)
    make_entry(person)
    assert unread_elsewhere(teacher, person.school) == [Elsewhere("30000002", "IES 30000002", 2)]
    assert [one.number for one in unread_elsewhere(teacher, schools[0])] == [1]
