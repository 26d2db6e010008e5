"""Who comes in at the door, and who is stopped there (A4, A7)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from plumier.access import may_log_in
from plumier.clock import database_today
from plumier.models import Guardianship, Person, School, ServicePost, Staff, User
from tests.factories.register import Parent, make_group, make_school, make_service, make_staff, make_student

OFTEN_BY_NAME, OFTEN_BY_ADDRESS = 10, 300  # wrong passwords within a quarter of an hour
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_tries(db: None) -> None:
    cache.clear()


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def enters(user_name: str, password: str = "secret", address: str = "192.0.2.8") -> bool:
    client = Client(REMOTE_ADDR=address)
    client.post(reverse("account_login"), {"login": user_name, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("typed", ["12345678z", "12.345.678-Z", " 12345678 z "])
def test_user_name_opens_however_it_is_typed(school: School, typed: str) -> None:
    make_staff(school, username="12345678z")
    assert enters(typed)


def test_name_that_a_superuser_chose_opens_as_it_was_chosen(db: None) -> None:
    User.objects.create_superuser("Jefa de todo", password="secret")
    assert [enters("Jefa de todo"), enters("jefadetodo")] == [True, False]


DATES = [
    ({}, True),
    ({"left_on": TODAY + DAY}, True),
    ({"left_on": TODAY}, False),
    ({"joined_on": TODAY}, True),
    ({"joined_on": TODAY + DAY}, False),
    ({"active": False}, False),
]


@pytest.mark.parametrize(("fields", "expected"), DATES)
def test_staff_may_come_in_within_their_dates(
    school: School, fields: dict[str, object], expected: bool
) -> None:
    user = make_staff(school)
    Staff.objects.update(**fields)
    assert may_log_in(user, TODAY) is expected


def as_mother(user: User) -> None:
    student = make_student(make_group(user.people.get().school), "Luis", [Parent("Marta")])
    Guardianship.objects.filter(student=student).update(guardian=user.people.get())


def as_student(user: User) -> None:
    student = make_student(make_group(user.people.get().school), "Luis")
    Person.objects.filter(pk=student.person_id).update(user=user)


def as_service(user: User) -> None:
    service = make_service().service_posts.get().service
    ServicePost.objects.create(service=service, user=user, held_from=TODAY)


@pytest.mark.parametrize("become", [as_mother, as_student, as_service])
def test_who_has_left_and_is_something_else_may_come_in(
    school: School, become: Callable[[User], None]
) -> None:
    user = make_staff(school)
    Staff.objects.update(left_on=TODAY)
    become(user)
    assert may_log_in(user, TODAY)


def test_session_ends_on_the_day_she_leaves(school: School) -> None:
    user, client = make_staff(school), Client()
    client.force_login(user)
    page = reverse("notica:messages")
    assert client.get(page).status_code == 200
    Staff.objects.update(left_on=database_today())
    assert client.get(page)["Location"].startswith(reverse("account_login"))
    assert not enters(user.username)


def test_who_guesses_is_stopped_where_he_is_and_the_owner_elsewhere_is_not(school: School) -> None:
    user = make_staff(school)
    for _ in range(OFTEN_BY_NAME):
        assert not enters(user.username, "wrong", "192.0.2.7")
    assert not enters(user.username, "secret", "192.0.2.7")
    assert enters(user.username, "secret", "192.0.2.8")


def test_who_tries_many_names_is_stopped_too(school: School) -> None:
    user = make_staff(school)
    for number in range(OFTEN_BY_ADDRESS):
        enters(f"nobody{number}", "wrong", "192.0.2.7")
    assert [enters(user.username, "secret", address) for address in ("192.0.2.7", "192.0.2.8")] == [
        False,
        True,
    ]


def test_whole_school_comes_in_from_one_address(school: School) -> None:
    users = [make_staff(school) for _ in range(30)]
    assert [enters(user.username) for user in users for _ in range(2)] == [True] * 60


@pytest.mark.parametrize(("remember", "ends_with_the_browser"), [({}, True), ({"remember": "on"}, False)])
def test_session_outlives_the_browser_only_where_she_says_so(
    school: School, remember: dict[str, str], ends_with_the_browser: bool
) -> None:
    user, client = make_staff(school), Client()
    client.post(reverse("account_login"), {"login": user.username, "password": "secret", **remember})
    assert client.session.get_expire_at_browser_close() is ends_with_the_browser


@pytest.mark.parametrize("address", ["", "192.0.2.1:5678", "unknown", "fe80::1%eth0"])
def test_who_comes_from_nowhere_that_can_be_told_comes_in_too(school: School, address: str) -> None:
    assert enters(make_staff(school).username, address=address)
