"""Passkeys, codes of an application, and one's own account, in a browser (A7)."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from plumier.models import SchoolPolicy, User
from tests.factories.register import make_school, make_staff
from tests.journeys.conftest import VIEWS, violations

PASSWORD = "secret"
PAGES = [
    *("", "contrasena/", "llaves/", "llaves/nueva/", "aplicacion/", "sesiones/", "codigos/"),
    *("codigos/nuevos/", "llaves/1/"),
]


@pytest.fixture
def user(transactional_db: None) -> User:
    cache.clear()
    return make_staff(make_school(name="IES Ribera de los Molinos"))


def enter(page: Page, live_server: LiveServer, user: User) -> None:
    page.goto(f"{live_server.url}/entrar/")
    page.get_by_label("Nombre de usuario").fill(user.username)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()


def confirm(page: Page) -> None:
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Confirmar").click()


def authenticator_of(page: Page) -> None:
    """A phone that knows its owner's finger, as far as the browser can tell."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_teacher_adds_a_passkey_and_enters_with_it_alone(
    user: User, live_server: LiveServer, page: Page
) -> None:
    authenticator_of(page)
    enter(page, live_server, user)
    page.get_by_role("link", name=user.username).click()
    page.get_by_role("link", name="Añadir una llave").click()
    confirm(page)
    page.get_by_label("Nombre de la llave").fill("Mi teléfono")
    page.get_by_label("Entrar con ella sola").check()
    page.get_by_role("button", name="Añadir la llave").click()
    expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()
    page.get_by_role("button", name="Salir").click()
    page.get_by_role("button", name="Entrar con una llave de acceso").click()
    expect(page.get_by_role("link", name="Mis alumnos", exact=True)).to_be_visible()


def test_school_asks_for_a_second_factor_and_she_chooses_an_application(
    user: User, live_server: LiveServer, page: Page
) -> None:
    SchoolPolicy.objects.update(second_factor=True)
    enter(page, live_server, user)
    expect(page.get_by_text("Su centro pide un segundo factor")).to_be_visible()
    page.get_by_role("link", name="Activar una aplicación").click()
    confirm(page)
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Código", exact=True).fill(_code(secret))
    page.get_by_role("button", name="Activar").click()
    expect(page.get_by_text("Guarde los códigos de recuperación")).to_be_visible()
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("button", name="Salir").click()
    enter(page, live_server, user)
    page.get_by_label("Código de la aplicación o de recuperación").fill(code)
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page.get_by_role("link", name="Mis alumnos", exact=True)).to_be_visible()


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_pages_of_the_account_have_no_barrier(
    user: User, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    found = {}
    page.goto(f"{live_server.url}/entrar/")
    found["door"] = violations(page)
    authenticator_of(page)
    enter(page, live_server, user)
    page.goto(f"{live_server.url}/cuenta/llaves/nueva/")
    found["confirm"] = violations(page)
    confirm(page)
    page.get_by_role("button", name="Añadir la llave").click()
    expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()
    for path in PAGES:
        page.goto(f"{live_server.url}/cuenta/{path}")
        found[path] = violations(page)
    visitor.clear_cookies()
    enter(page, live_server, user)
    found["second"] = violations(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
