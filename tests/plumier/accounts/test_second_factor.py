"""A second factor: activated, asked for at the door, required by a school, kept encrypted (A7)."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from plumier.accounts.second_factor import SecondFactorAdapter, is_asked_of
from plumier.models import SchoolPolicy, Staff, User
from tests.factories.register import make_school, make_service, make_staff

PASSWORD = "secret"
WINDOW = 30  # seconds for which an application shows one code


@pytest.fixture(autouse=True)
def _no_tries(db: None) -> None:
    cache.clear()


@pytest.fixture
def user(db: None) -> User:
    return make_staff(make_school())


def log_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str, at: float | None = None) -> str:
    """What an application shows, now or at that second since 1970."""
    return str(format_hotp_value(hotp_value(secret, int(time.time() if at is None else at) // WINDOW)))


def activate(client: Client) -> str:
    """The secret of an application that was activated as a person does it."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret: str = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    return secret


def test_who_sits_down_at_an_open_session_is_asked_who_she_is(user: User) -> None:
    client, page = log_in(user), reverse("mfa_activate_totp")
    assert client.get(page)["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert client.get(page).status_code == 302


def test_application_is_asked_for_at_the_door(user: User) -> None:
    secret = activate(log_in(user))
    client = log_in(user)
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(client)
    cache.clear()  # a code is taken once
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(client)


@pytest.mark.parametrize(
    ("late_by", "is_taken"),
    [(-2 * WINDOW, False), (-WINDOW, True), (0, True), (WINDOW, True), (2 * WINDOW, False)],
)
def test_code_is_taken_though_a_clock_is_half_a_minute_wrong(
    user: User, late_by: int, is_taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or though it changed while it was being typed; but not an older one, nor the same one twice."""
    secret = activate(log_in(user))
    shown_at = 1_800_000_000.0
    outcomes = []
    for _ in range(2):
        client = log_in(user)
        with monkeypatch.context() as patch:
            patch.setattr(auth, "time", SimpleNamespace(time=lambda: shown_at + late_by))
            client.post(reverse("mfa_authenticate"), {"code": code_of(secret, shown_at)})
        outcomes.append(is_in(client))
    assert outcomes == [is_taken, False]


def test_recovery_code_opens_once(user: User) -> None:
    client = log_in(user)
    activate(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    outcomes = []
    for _ in range(2):
        other = log_in(user)
        other.post(reverse("mfa_authenticate"), {"code": codes[0]})
        outcomes.append(is_in(other))
    assert (len(codes), outcomes) == (10, [True, False])


def test_secret_is_kept_encrypted(user: User, settings: Any) -> None:
    secret = activate(log_in(user))
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert (secret in kept, SecondFactorAdapter().decrypt(kept)) == (False, secret)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert SecondFactorAdapter().decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        SecondFactorAdapter().decrypt(kept)


def test_school_that_asks_for_one_opens_nothing_else(user: User) -> None:
    client, page = log_in(user), reverse("notica:messages")
    assert client.get(page).status_code == 200
    SchoolPolicy.objects.update(second_factor=True)
    assert client.get(page)["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    activate(client)
    assert client.get(page).status_code == 200


def test_last_second_factor_stays_where_it_is_asked_for(user: User) -> None:
    client = log_in(user)
    activate(client)
    SchoolPolicy.objects.update(second_factor=True)
    page = client.post(reverse("mfa_deactivate_totp")).content.decode()
    assert "Su centro pide un segundo factor: añada otro antes de quitar este." in page
    SchoolPolicy.objects.update(second_factor=False)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists() is False


def test_codes_are_not_guessed_without_end(user: User) -> None:
    secret = activate(log_in(user))
    client = log_in(user)
    for _ in range(10):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert not is_in(client)


def test_who_may_not_be_here_today_is_stopped_whatever_opens_the_door(user: User) -> None:
    activate(log_in(user))
    from_door = log_in(user)
    Staff.objects.update(active=False)
    secret = get_adapter().decrypt(Authenticator.objects.get(type="totp").data["secret"])
    cache.clear()
    from_door.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert from_door.get(reverse("notica:messages")).status_code == 302


def test_other_sessions_are_listed_and_closed(user: User) -> None:
    here, there = log_in(user), log_in(user)
    page = reverse("usersessions_list")
    assert here.get(page).context["session_count"] == 2
    here.post(page)
    assert [one.get(page).status_code for one in (here, there)] == [200, 302]


def test_password_is_changed_with_the_old_one(user: User) -> None:
    client, page = log_in(user), reverse("account_change_password")
    new = {"password1": "caballo-verde-7", "password2": "caballo-verde-7"}
    refused = client.post(page, {"oldpassword": "wrong", **new})
    assert "Esa no es su contraseña actual." in refused.content.decode()
    assert client.post(page, {"oldpassword": PASSWORD, **new}).status_code == 302
    user.refresh_from_db()
    assert (user.check_password("caballo-verde-7"), is_in(client)) == (True, True)


@pytest.mark.parametrize("path", ["/signup/", "/accounts/signup/", "/email/", "/entrar/signup/"])
def test_nobody_signs_up(user: User, path: str) -> None:
    assert log_in(user).get(path).status_code == 404


def test_last_passkey_stays_where_one_is_asked_for(user: User) -> None:
    client = log_in(user)
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "x", "credential": {}})
    SchoolPolicy.objects.update(second_factor=True)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_services_and_superusers_are_asked_too(user: User) -> None:
    people = [
        make_service(user.people.get().school),
        User.objects.create_superuser("root", password=PASSWORD),
    ]
    assert [is_asked_of(one) for one in people] == [False, False]
    SchoolPolicy.objects.update(second_factor=True)
    assert [is_asked_of(one) for one in people] == [True, True]
