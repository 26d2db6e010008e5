"""Temporary passwords at the edges: who may not be here, who leaves, who sits down next (document P)."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from plumier.accounts.codes import make_codes
from plumier.accounts.first_time import MUST_CHOOSE
from plumier.clock import database_now
from plumier.models import AccountCode, CodeKind, Staff, User
from tests.factories.register import make_school, make_staff
from tests.plumier.accounts.test_second_factor import log_in

PASSWORD = "cuatro palabras bien largas"


@pytest.fixture
def teacher(db: None) -> User:
    cache.clear()
    return make_staff(make_school(), username="12345678z")


def temporary(user: User) -> str:
    return make_codes([user.pk], CodeKind.TEMPORARY, now=database_now())[user.pk]


def enter(client: Client, user: User, password: str) -> None:
    client.post(reverse("account_login"), {"login": user.username, "password": password})


def test_session_begun_with_it_ends_with_her_dates_too(teacher: User) -> None:
    client = Client()
    enter(client, teacher, temporary(teacher))
    client.post(reverse("choose_password"), {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert client.get(reverse("mfa_index")).status_code == 200
    Staff.objects.update(active=False)
    assert client.get(reverse("mfa_index")).status_code == 302


def test_it_is_not_used_up_by_who_may_not_be_here_today(teacher: User) -> None:
    Staff.objects.update(active=False)
    client = Client()
    enter(client, teacher, temporary(teacher))
    assert ("_auth_user_id" in client.session, AccountCode.objects.get().used_at) == (False, None)


def test_log_in_that_was_broken_off_binds_nobody_who_comes_after(teacher: User) -> None:
    client, other = Client(), make_staff(teacher.people.get().school, "Eva Sol")
    session = client.session
    session[MUST_CHOOSE] = teacher.pk
    session.save()
    enter(client, other, "secret")
    assert client.get(reverse("notica:messages")).status_code == 200


def test_it_does_not_confirm_who_somebody_is(teacher: User) -> None:
    client = log_in(teacher)
    client.post(reverse("account_reauthenticate"), {"password": temporary(teacher)})
    assert AccountCode.objects.get().used_at is None
