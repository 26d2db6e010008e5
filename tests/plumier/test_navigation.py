"""What the bar shows to whom."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from plumier.models import User
from plumier.navigation import SCHOOL_KEPT, Navigation, navigation_of
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.plumier.remembering import in_request

pytestmark = pytest.mark.django_db


def seen_by(user: User | AnonymousUser, path: str = "/", **kept: Any) -> Navigation:
    request = RequestFactory().get(path)
    request.user = user
    request.session = SessionStore()
    request.session.update(kept)
    return navigation_of(request)


def names(navigation: Navigation) -> list[str]:
    return [place.name for place in (*navigation.places, *navigation.more) if place.name != "tablon:notices"]


def is_there(name: str) -> bool:
    """Whether this installation has that page."""
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


OF_STAFF = ["profesores:students", "profesores:colleagues", "profesores:inbox", "notica:messages"]
OF_TEACHERS = ["profesores:students", "profesores:roll", *OF_STAFF[1:]]
MARKS = ["profesores:grades", "profesores:absenteeism"]
BODIES = [name for name in ["profesores:bodies"] if is_there(name)]
OF_LEADERS = [
    *("profesores:students", "profesores:roll", "profesores:school_students", "profesores:colleagues"),
    *("profesores:inbox", "notica:messages", "contacts", "profesores:convivencia"),
    *("profesores:secretaria", *BODIES, *MARKS, "notica:channels", "admin:index"),
]
OF_FAMILIES = ["mirador:inbox", "mirador:board", "mirador:write", "mirador:grades", "mirador:account"]


def test_each_role_has_its_places() -> None:
    school = make_school()
    group = make_group(school)
    tutor = make_tutor(group)
    student = make_student(group, "Luz Marín", [Parent("Eva Marín")])
    assert names(seen_by(make_staff(school))) == [*OF_STAFF, *BODIES]
    assert names(seen_by(tutor)) == [*OF_TEACHERS, "contacts", "profesores:convivencia", *BODIES, *MARKS]
    assert names(seen_by(make_teacher(group))) == [*OF_TEACHERS, "profesores:convivencia", *BODIES, *MARKS]
    assert names(seen_by(make_director(school))) == OF_LEADERS
    assert names(seen_by(make_login(student.person))) == [name for name in OF_FAMILIES if is_there(name)]
    assert seen_by(AnonymousUser()) == Navigation()


def test_phone_shows_four_places_and_has_all_others_behind() -> None:
    school = make_school()
    teacher = make_teacher(make_group(school))
    of_teacher = ["profesores:students", "profesores:roll", "profesores:inbox", "notica:messages"]
    shown = ((make_staff(school), OF_STAFF), (teacher, of_teacher), (make_director(school), OF_LEADERS[2:6]))
    for user, first in shown:
        navigation = seen_by(user)
        assert [place.name for place in navigation.first] == first
        assert {*navigation.first, *navigation.behind} == {*navigation.places, *navigation.more}
        assert len(navigation.behind) == len({*navigation.places, *navigation.more}) - 4


def test_place_where_one_is_is_current() -> None:
    user = make_staff(make_school())
    current = {place.name: place.current for place in seen_by(user, "/envios/abc/").places}
    assert current == {**dict.fromkeys(OF_STAFF, ""), "notica:messages": "true"}
    current = {place.name: place.current for place in seen_by(user, "/envios/").places}
    assert current == {**dict.fromkeys(OF_STAFF, ""), "notica:messages": "page"}


def test_school_of_now_is_the_kept_one_if_she_works_there() -> None:
    first, second, other = (make_school(f"3000000{number}", name=f"IES {number}") for number in (1, 2, 3))
    user = make_staff(first)
    assert (seen_by(user).school, seen_by(user).schools) == ("IES 1", ())
    make_staff(second).people.update(user=user)
    assert seen_by(user).here == (first.code, "IES 1")
    assert seen_by(user, **{SCHOOL_KEPT: second.pk}).here == (second.code, "IES 2")
    assert seen_by(user, **{SCHOOL_KEPT: other.pk}).here == (first.code, "IES 1")
    assert seen_by(user).schools == ((first.code, "IES 1"), (second.code, "IES 2"))
    assert seen_by(user).school == ""


def test_bar_costs_the_same_for_one_school_and_for_thirty(django_assert_num_queries: Any) -> None:
    user = make_staff(make_school("30000100"))
    for number in range(30):
        make_staff(make_school(f"300002{number:02}")).people.update(user=user)
    with django_assert_num_queries(4):  # as for one school, below
        navigation = in_request(lambda: seen_by(user))
    assert len(navigation.schools) == 31


def test_bar_of_a_page_asks_once_what_a_user_is(django_assert_num_queries: Any) -> None:
    user = make_staff(make_school())
    with django_assert_num_queries(4):  # the day, all that she is, her schools, and what she has handed in
        navigation = in_request(lambda: seen_by(user))
    assert names(navigation) == [*OF_STAFF, *BODIES]
