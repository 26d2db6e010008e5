"""From the log-in to what came of a send, in a browser, as a director does it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import Message
from plumier.models import User
from tests.factories.register import make_director, make_school
from tests.journeys.conftest import VIEWS, violations
from tests.notica.results import ACCOUNTS, every_outcome


@pytest.fixture
def message(transactional_db: None, settings: Any) -> Message:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    school = make_school(name="IES Ribera de los Molinos")
    return every_outcome(school, make_director(school))


def log_in(page: Page, live_server: LiveServer, user: User | None) -> None:
    assert user is not None
    page.goto(live_server.url)
    page.get_by_label("Nombre de usuario").fill(user.username)
    page.get_by_label("Contraseña").fill("secret")
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.get_by_role("link", name="Envíos").click()


def test_director_finds_who_was_not_reached_and_why(
    message: Message, live_server: LiveServer, page: Page
) -> None:
    log_in(page, live_server, message.sender)
    page.get_by_role("link", name="Reunión de familias de 2º ESO").click()
    expect(page.get_by_role("row")).to_have_count(10)
    page.get_by_role("link", name="Fallido 1").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("rowheader")).to_contain_text("Gil Número3, Madre3")
    expect(page.get_by_role("cell").last).to_contain_text("El buzón no existe")
    page.get_by_text("Qué prueba cada palabra").click()
    expect(page.get_by_text("No prueba que haya llegado, ni que se haya leído.")).to_be_visible()
    page.get_by_role("link", name="Todos 9").click()
    expect(page.get_by_role("row")).to_have_count(10)
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()


def test_director_sends_again_to_the_failed_and_then_cancels_it(
    message: Message, live_server: LiveServer, page: Page
) -> None:
    log_in(page, live_server, message.sender)
    page.goto(f"{live_server.url}/envios/{message.token}/")
    page.get_by_role("button", name="Enviar otra vez a 3 que no lo recibieron").click()
    expect(page.locator(".notices")).to_have_text("Se envía otra vez a quienes no llegó.")
    again = Message.objects.get(resends=message)
    expect(page).to_have_url(f"{live_server.url}/envios/{again.token}/")
    page.get_by_text("Anular lo que queda").click()
    page.get_by_role("button", name="Anular").click()
    expect(page.locator(".notices")).to_have_text("El envío está anulado: lo que no había salido ya no sale.")
    again.refresh_from_db()
    assert (again.state, again.cancelled_by) == ("cancelled", message.sender)
    page.goto(f"{live_server.url}/envios/{message.token}/")
    expect(page.get_by_role("button", name="Enviar otra vez a 3 que no lo recibieron")).to_be_visible()


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_are_accessible(message: Message, live_server: LiveServer, page: Page) -> None:
    page.goto(live_server.url)
    found = {"log-in": violations(page)}
    log_in(page, live_server, message.sender)
    found["sends"] = violations(page)
    page.goto(f"{live_server.url}/envios/?buscar=nada")
    found["no match"] = violations(page)
    page.goto(f"{live_server.url}/envios/{message.token}/")
    for summary in page.locator("main summary").all():
        summary.click()
    found["send"] = violations(page)
    Message.objects.filter(pk=message.pk).update(state="sending", finished_at=None)
    page.goto(f"{live_server.url}/envios/{message.token}/?quieta=1&resultado=failed")
    found["running"] = violations(page)
    page.goto(f"{live_server.url}/envios/none/")
    found["not found"] = violations(page)
    assert found == {view: [] for view in found}


def test_keyboard_reaches_the_content_first(message: Message, live_server: LiveServer, page: Page) -> None:
    log_in(page, live_server, message.sender)
    expect(page.get_by_role("heading", name="Envíos")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir al contenido")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
