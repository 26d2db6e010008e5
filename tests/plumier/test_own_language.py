"""The language of the pages goes with her log-in."""

import pytest
from django.test import Client
from django.urls import reverse

from plumier.models import User
from tests.factories.register import make_school, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_staff(make_school())


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def language_of(client: Client, **headers: str) -> str:
    return client.get(reverse("mfa_index"), headers=headers).headers["Content-Language"]


def test_language_chosen_in_one_browser_is_that_of_a_new_one(user: User) -> None:
    logged_in(user).post(reverse("language"), {"language": "vi"})
    user.refresh_from_db()
    assert user.language == "vi"
    assert language_of(logged_in(user)) == "vi"


def test_browser_that_was_told_another_keeps_it(user: User) -> None:
    logged_in(user).post(reverse("language"), {"language": "vi"})
    client = logged_in(user)
    client.cookies["django_language"] = "en"
    assert language_of(client) == "en"


def test_who_chose_none_has_the_browsers(user: User) -> None:
    assert language_of(logged_in(user), accept_language="en") == "en"


def test_no_language_is_kept_that_there_is_not(user: User) -> None:
    logged_in(user).post(reverse("language"), {"language": "xx"})
    user.refresh_from_db()
    assert user.language == ""


def test_visitor_is_nobody(user: User) -> None:
    Client().post(reverse("language"), {"language": "vi"})
    assert list(User.objects.values_list("language", flat=True)) == [""]
