"""A mother on her phone: Telegram on and off, a test, a new number, her language, a copy of her data."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from channels_app.models import ChannelAccount
from notica.exports.jobs import work
from notica.linking.invitations import token_of
from notica.models import DataRequest, LinkInvitation
from plumier.models import Contact, Person, User
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_student,
)
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.notica.linking.said import links, shared, shared_bot, tell, update
from tests.providers.sandbox import Sandbox

PHONE = "+34612345601"
ON_A_PHONE = pytest.mark.parametrize("visitor", [(360, "light")], indirect=True)


@pytest.fixture
def mother(transactional_db: None, sandbox: Sandbox, settings: Any, tmp_path: Path) -> Person:
    settings.DATA_DIR = tmp_path / "data"
    cache.clear()
    school = make_school(name="IES Ribera de los Molinos")
    parent = Parent("Marta Ros Vera", contacts={"phone_1": PHONE, "email": "marta@family.example"})
    make_student(make_group(school), "Luis Gil", [parent])
    ChannelAccount.objects.filter(pk=shared_bot().account_id).update(handle="plumier_bot")
    assert parent.person is not None
    return parent.person


@pytest.fixture
def user(mother: Person) -> User:
    return make_login(mother)


@pytest.fixture
def hers(page: Page, user: User, live_server: LiveServer) -> Page:
    be(page.context, live_server, user)
    page.goto(live_server.url + reverse("mirador:account"))
    return page


@ON_A_PHONE
def test_telegram_is_connected_tried_and_disconnected(
    hers: Page, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    expect(hers.get_by_text("Al móvil no le llegan")).to_be_visible()
    hers.get_by_role("link", name="Canales").click()
    hers.get_by_role("link", name="Conectar Telegram").click()
    hers.get_by_role("button", name="Conectar Telegram").click()
    token = token_of(LinkInvitation.objects.get())
    expect(hers.get_by_role("link", name="Abrir Telegram")).to_be_visible()
    expect(hers.get_by_text(f"/start {token}")).to_be_visible()
    sandbox.telegram("501", "start")
    tell(update(501, text=f"/start {token}"))
    tell(shared(501, PHONE))
    expect(hers.get_by_text("Conectado: los avisos llegarán a su Telegram.")).to_be_visible(timeout=15_000)
    hers.get_by_role("link", name="Canales").click()
    expect(hers.get_by_text("Los avisos al móvil van a Teléfono ***601 (Telegram).")).to_be_visible()
    hers.get_by_role("button", name="Probar: Telegram/TokApp").click()
    expect(hers.locator("#trials")).to_contain_text("En cola")
    run_engine()
    assert [one["address"] for one in sandbox.taken("telegram")] == ["501"]
    expect(hers.locator("#trials")).to_contain_text("Entregado al canal", timeout=15_000)
    assert violations(hers) == []
    hers.get_by_role("link", name="Desconectar Telegram").click()
    expect(hers.get_by_text("Hoy no le llega ningún aviso al móvil.")).to_be_visible()
    hers.get_by_role("button", name="Desconectar").click()
    expect(hers.get_by_text("Telegram está desconectado de ese teléfono.")).to_be_visible()
    assert links() == [(PHONE, "", "inactive")]


@ON_A_PHONE
def test_new_number_is_proposed_and_applied_by_the_school(
    hers: Page, mother: Person, browser: Browser, live_server: LiveServer
) -> None:
    director = make_director(mother.school)
    hers.get_by_role("link", name="Mis datos de contacto").click()
    hers.get_by_label("Teléfono 2").fill("no lo sé")
    hers.get_by_role("button", name="Proponer el cambio").click()
    expect(hers.get_by_text("No se entiende como teléfono.")).to_be_visible()
    expect(hers.get_by_label("Teléfono 2")).to_have_value("no lo sé")
    assert violations(hers) == []
    hers.get_by_label("Teléfono 2").fill("612 345 777")
    hers.get_by_role("button", name="Proponer el cambio").click()
    expect(hers.get_by_text("Entregado: el centro lo revisará.")).to_be_visible()
    expect(hers.get_by_text("Por revisar")).to_be_visible()
    with browser.new_context(locale="es-ES") as office:
        be(office, live_server, director)
        page = office.new_page()
        page.goto(live_server.url + reverse("notica:contact_review"))
        page.get_by_role("link", name="Ros Vera, Marta").first.click()
        expect(page.get_by_role("main")).to_contain_text("Marta Ros Vera")
        page.get_by_role("button", name="Aplicar").first.click()
        page.wait_for_load_state()
    assert Contact.objects.get(person=mother, slot="phone_2").value == "+34612345777"
    hers.reload()
    expect(hers.get_by_text("Aplicado")).to_be_visible()


@ON_A_PHONE
def test_languages_of_pages_and_messages_are_chosen(hers: Page, mother: Person, user: User) -> None:
    hers.get_by_role("link", name="Idioma").click()
    hers.get_by_text("English", exact=True).nth(1).click()
    hers.get_by_role("button", name="Guardar").click()
    expect(hers.locator(".notices")).to_contain_text("Guardado")
    hers.get_by_role("main").get_by_role("button", name="Tiếng Việt").click()
    expect(hers.locator("html")).to_have_attribute("lang", "vi")
    mother.refresh_from_db()
    user.refresh_from_db()
    assert (mother.language, user.language) == ("en", "vi")


@ON_A_PHONE
def test_copy_of_her_data_is_asked_for_and_fetched(
    hers: Page, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    hers.get_by_role("link", name="Lo que el centro guarda de mí").click()
    hers.get_by_role("button", name="Pedir una copia para leer").click()
    expect(hers.get_by_text("Su copia se está preparando.")).to_be_visible()
    work(DataRequest.objects.get().pk)
    expect(hers.get_by_role("link", name="Descargar")).to_be_visible(timeout=15_000)
    with hers.expect_download() as waiting:
        hers.get_by_role("link", name="Descargar").click()
    kept = Path(waiting.value.path()).read_text()
    assert ("marta@family.example" in kept, "Luis Gil" in kept) == (True, True)
    run_engine()
    (mail,) = sandbox.taken("email")
    assert (mail["address"], mail["attachments"]) == ("marta@family.example", [])
    hers.get_by_role("link", name="Cuenta").first.click()
    hers.get_by_role("button", name="Salir").click()
    expect(hers.get_by_role("heading", name="Entrar")).to_be_visible()
