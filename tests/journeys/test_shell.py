"""The shell that all pages of the staff stand in: its bar, its dialog, its faults."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from plumier.models import User
from tests.factories.register import make_school, make_staff
from tests.journeys.conftest import violations
from tests.journeys.staff import Sample, be, make_sample
from tests.notica.results import ACCOUNTS


@pytest.fixture
def sample(transactional_db: None, settings: Any) -> Sample:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_sample()


@pytest.mark.parametrize("width", [360, 1280])
def test_bar_leads_everywhere_without_a_script(
    width: int, sample: Sample, live_server: LiveServer, browser: Browser
) -> None:
    with browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 800}, locale="es-ES"
    ) as visitor:
        be(visitor, live_server, sample["director"])
        page = visitor.new_page()
        page.goto(live_server.url)
        expect(page).to_have_url(live_server.url + reverse("profesores:students"))  # she is a tutor, too
        bar = page.get_by_role("navigation", name="Principal")
        bar.get_by_role("link", name="Envíos").click()
        expect(page.get_by_role("heading", name="Envíos")).to_be_visible()
        expect(bar.get_by_role("link", name="Envíos")).to_have_attribute("aria-current", "page")
        expect(bar.get_by_role("link", name="Envíos")).not_to_have_css(
            *("color", bar.get_by_role("link", name="Notica").evaluate("one => getComputedStyle(one).color"))
        )
        bar.get_by_text("Más").click()
        bar.get_by_role("link", name="Canales").click()
        expect(page).to_have_url(live_server.url + reverse("notica:channels"))
        if width == 360:
            bar.get_by_text("Más").click()
        page.get_by_role("button", name="Salir").click()
        expect(page.get_by_role("heading", name="Entrar")).to_be_visible()


def test_dialog_opens_takes_the_focus_and_gives_it_back(
    sample: Sample, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, sample["director"])
    page.goto(live_server.url + reverse("style"))
    opener, dialog = page.get_by_role("link", name="Abrir un diálogo"), page.get_by_role("dialog")
    for close in ("Escape", "Cancelar", "Cerrar"):
        opener.click()
        expect(dialog).to_have_accessible_name("Nuevo mensaje · Telegram")
        assert violations(page) == []
        if close == "Escape":
            page.keyboard.press(close)
        else:
            dialog.get_by_role("link", name=close).click()
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_label("Mensaje").fill("Hola")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(live_server.url + reverse("style") + "?texto=Hola")


def test_dialog_is_a_page_without_a_script(sample: Sample, live_server: LiveServer, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False, locale="es-ES") as visitor:
        be(visitor, live_server, sample["director"])
        page = visitor.new_page()
        page.goto(live_server.url + reverse("style"))
        page.get_by_role("link", name="Abrir un diálogo").click()
        expect(page.get_by_role("heading", name="Nuevo mensaje · Telegram")).to_be_visible()
        page.get_by_role("link", name="Cancelar").click()
        expect(page).to_have_url(live_server.url + reverse("style"))


FAULTS: dict[str, Callable[[Route], None]] = {
    "No se ha podido hablar con el servidor.": lambda route: route.abort(),
    "No se ha podido hacer por un fallo del servidor.": lambda route: route.fulfill(status=500),
    "Esto ya no está, o no puede verlo.": lambda route: route.fulfill(status=404),
    "No se ha podido hacer. Vuelva a cargar la página": lambda route: route.fulfill(status=403),
}


def test_fault_is_told_and_goes_with_the_next_answer(
    sample: Sample, live_server: LiveServer, visitor: BrowserContext
) -> None:
    be(visitor, live_server, sample["director"])
    page = visitor.new_page()
    page.goto(live_server.url + reverse("style"))
    opener, fault = page.get_by_role("link", name="Abrir un diálogo"), page.locator("#fault")
    for words, answer in FAULTS.items():
        page.route("**/estilo/?dialogo=1", answer, times=1)
        opener.click()
        expect(fault).to_contain_text(words)
        expect(page.get_by_role("dialog")).to_be_hidden()
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(fault).to_be_hidden()


def test_fault_in_a_dialog_is_told_inside_it(
    sample: Sample, live_server: LiveServer, visitor: BrowserContext
) -> None:
    be(visitor, live_server, sample["director"])
    page = visitor.new_page()
    page.goto(live_server.url + reverse("style"))
    dialog = page.get_by_role("dialog")
    for _round in range(2):
        page.get_by_role("link", name="Abrir un diálogo").click()
        expect(dialog.get_by_label("Mensaje")).to_be_focused()
        dialog.get_by_label("Mensaje").fill("Mañana no hay clase")
        page.route("**/estilo/?dialogo=1", lambda route: route.fulfill(status=500), times=1)
        dialog.get_by_role("link", name="Actualizar").click()
        expect(dialog.get_by_role("alert")).to_contain_text("por un fallo del servidor")
        expect(dialog.get_by_label("Mensaje")).to_have_value("Mañana no hay clase")
        dialog.get_by_role("link", name="Actualizar").click()
        expect(page.locator("#fault")).to_be_hidden()
        expect(dialog.get_by_label("Mensaje")).to_have_value("")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_session_that_ended_leads_to_the_log_in_and_back(
    sample: Sample, live_server: LiveServer, visitor: BrowserContext
) -> None:
    be(visitor, live_server, sample["director"])
    page = visitor.new_page()
    page.goto(live_server.url + reverse("style"))
    visitor.clear_cookies()
    page.get_by_role("link", name="Abrir un diálogo").click()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    enter(page, sample["director"])
    expect(page).to_have_url(live_server.url + reverse("style"))


def test_session_that_ended_loses_nothing_typed(
    sample: Sample, live_server: LiveServer, visitor: BrowserContext
) -> None:
    be(visitor, live_server, sample["director"])
    page = visitor.new_page()
    page.goto(live_server.url + reverse("style"))
    page.get_by_label("Mensaje").first.fill("Mañana no hay clase")
    before = page.locator("body").get_attribute("hx-headers")
    visitor.clear_cookies()
    page.get_by_role("link", name="Abrir un diálogo").click()
    expect(page.locator("#fault")).to_contain_text("Su sesión ha terminado.")
    with visitor.expect_page() as opened:
        page.locator("#fault").get_by_role("link", name="Entrar").click()
    enter(opened.value, sample["director"])
    expect(opened.value.get_by_role("button", name="Salir")).to_be_visible()
    opened.value.close()
    page.bring_to_front()
    page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # a headless window is never hidden
    expect(page.locator("#fault")).to_be_hidden()
    expect(page.get_by_label("Mensaje").first).to_have_value("Mañana no hay clase")
    assert page.locator("body").get_attribute("hx-headers") != before


def enter(page: Page, user: User) -> None:
    page.get_by_label("Nombre de usuario").fill(user.username)
    page.get_by_label("Contraseña").fill("secret")
    page.get_by_role("button", name="Entrar", exact=True).click()


def test_page_from_before_the_log_out_does_not_come_back(
    sample: Sample, live_server: LiveServer, visitor: BrowserContext
) -> None:
    be(visitor, live_server, sample["director"])
    page = visitor.new_page()
    page.goto(live_server.url + reverse("notica:messages"))
    page.goto(live_server.url + reverse("style"))
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.getItem('htmx-history-cache')]") == [0, None]


def test_teacher_of_two_schools_chooses_in_which_she_works(
    transactional_db: None, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    first, second = make_school("30000001", name="CEIP Alba"), make_school("30000002", name="IES Ribera")
    user = make_staff(first)
    other = make_staff(second)
    other.people.update(user=user)
    be(visitor, live_server, user)
    page.goto(live_server.url)
    page.locator("summary", has_text="CEIP Alba").click()
    page.get_by_label("Centro en el que trabaja ahora").select_option("IES Ribera")
    page.get_by_role("button", name="Cambiar de centro").click()
    expect(page.locator("summary", has_text="IES Ribera")).to_be_visible()
    page.goto(live_server.url + reverse("notica:messages"))
    expect(page.locator("summary", has_text="IES Ribera")).to_be_visible()
    assert violations(page) == []


def test_keyboard_reaches_the_content_first(
    sample: Sample, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, sample["director"])
    page.goto(live_server.url + reverse("style"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir al contenido")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
