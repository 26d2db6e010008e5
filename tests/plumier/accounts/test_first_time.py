"""From a code, a link or a temporary password to one's own, and never twice (document P)."""

from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from plumier.accounts.codes import make_codes
from plumier.accounts.first_time import OFTEN
from plumier.clock import database_now
from plumier.models import CodeKind, User
from tests.factories.register import make_school, make_staff

PASSWORD = "cuatro palabras bien largas"
GONE = "El enlace ya no vale"


@pytest.fixture(autouse=True)
def _no_tries(db: None) -> None:
    cache.clear()


@pytest.fixture
def user(db: None) -> User:
    user = make_staff(make_school(), "Ana Ruiz", username="12345678z")
    user.set_unusable_password()
    user.save()
    return user


def code(user: User, kind: CodeKind) -> str:
    return make_codes([user.pk], kind, now=database_now())[user.pk]


def first_time(client: Client, user_name: str, typed: str, **passwords: str) -> Any:
    form = {
        "user_name": user_name,
        "code": typed,
        "new_password1": PASSWORD,
        "new_password2": PASSWORD,
        **passwords,
    }
    return client.post(reverse("first_time"), form)


def logs_in(client: Client, password: str) -> bool:
    client.post(reverse("account_login"), {"login": "12345678Z", "password": password})
    return "_auth_user_id" in client.session


def errors(response: HttpResponse) -> list[str]:
    form = response.context["form"]  # type: ignore[attr-defined]
    return [str(error) for error in form.non_field_errors()]


WRONG = ["El usuario o el código no son correctos, o el código ya se usó o caducó."]


@pytest.mark.parametrize("kind", [CodeKind.SHEET, CodeKind.TEMPORARY])
def test_code_of_a_sheet_or_a_letter_leads_to_ones_own_password(user: User, kind: CodeKind) -> None:
    typed = code(user, kind).lower()
    response = first_time(Client(), "12.345.678-Z", typed)
    assert (response.status_code, response["Location"]) == (302, reverse("account_login"))
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    again = first_time(
        Client(), "12345678z", typed, new_password1="otra distinta 9", new_password2="otra distinta 9"
    )
    assert errors(again) == WRONG


def test_code_of_somebody_else_opens_nothing(user: User) -> None:
    other = make_staff(user.people.get().school, "Eva Sol", username="87654321x")
    assert errors(first_time(Client(), "12345678z", code(other, CodeKind.SHEET))) == WRONG


def test_weak_or_unequal_password_keeps_the_code_and_what_was_typed(user: User) -> None:
    typed = code(user, CodeKind.SHEET)
    weak = first_time(Client(), "12345678z", typed, new_password1="12345678", new_password2="12345678")
    unequal = first_time(Client(), "12345678z", typed, new_password2="otra")
    assert [bool(one.context["chosen"].errors) for one in (weak, unequal)] == [True, True]
    assert f'value="{typed}"' in weak.content.decode()
    assert first_time(Client(), "12345678z", typed).status_code == 302


def test_who_guesses_is_stopped_and_nobody_elsewhere_with_him(user: User) -> None:
    attacker, owner = Client(REMOTE_ADDR="192.0.2.7"), Client(REMOTE_ADDR="192.0.2.8")
    typed = code(user, CodeKind.SHEET)
    for _ in range(OFTEN):
        assert errors(first_time(attacker, "12345678z", "ABCDEFGHJK")) == WRONG
    assert errors(first_time(attacker, "12345678z", typed)) != WRONG
    assert first_time(owner, "12345678z", typed).status_code == 302


def test_link_of_a_letter_works_once(user: User) -> None:
    page = reverse("first_password", args=[code(user, CodeKind.LINK)])
    form = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "12345678z" in Client().get(page).content.decode()
    assert Client().post(page, form).status_code == 302
    again = Client().post(page, form)
    assert (again.status_code, GONE in again.content.decode()) == (410, True)


@pytest.mark.parametrize("kind", [CodeKind.SHEET, CodeKind.TEMPORARY])
def test_other_codes_are_no_links(user: User, kind: CodeKind) -> None:
    assert Client().get(reverse("first_password", args=[code(user, kind)])).status_code == 410


def test_temporary_password_opens_the_door_once_and_leads_to_ones_own(user: User) -> None:
    client, typed = Client(), code(user, CodeKind.TEMPORARY)
    assert logs_in(client, typed)
    for page in ("start", "notica:messages", "first_time"):
        assert client.get(reverse(page))["Location"] == reverse("choose_password")
    assert client.get(reverse("choose_password")).status_code == 200
    response = client.post(reverse("choose_password"), {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert response.status_code == 302
    assert client.get(reverse("notica:messages")).status_code == 200
    assert [logs_in(Client(), one) for one in (typed, PASSWORD)] == [False, True]


def test_temporary_password_of_who_left_without_choosing_opens_nothing_more(user: User) -> None:
    typed = code(user, CodeKind.TEMPORARY)
    assert [logs_in(Client(), typed), logs_in(Client(), typed)] == [True, False]


@pytest.mark.parametrize("kind", [CodeKind.SHEET, CodeKind.LINK])
def test_other_codes_are_no_passwords(user: User, kind: CodeKind) -> None:
    assert not logs_in(Client(), code(user, kind))


def test_page_for_choosing_is_only_for_who_must(user: User) -> None:
    client = Client()
    client.force_login(user)
    assert client.get(reverse("choose_password"))["Location"] == reverse("start")
