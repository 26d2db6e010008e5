"""A student changes schools: each office reads in Notica which step it must take, and takes it (requirement E7)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import InboxEntry
from plumier.models import Enrolment, User
from secretaria.models import Transfer
from tests.database import DatabaseClock
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox
from tests.secretaria.transfers.schools import Schools

NOON = datetime(2026, 11, 27, 12, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.fixture
def of(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> Schools:
    database_clock.set(NOON)
    return Schools()


@pytest.fixture(autouse=True)
def here(live_server: LiveServer, settings: object) -> None:
    """Links in messages lead to the server of the test."""
    settings.LINK_ROOT = live_server.url  # type: ignore[attr-defined]


def follow(page: Page, live_server: LiveServer, user: User) -> str:
    """As this one, open Notica's newest message of a transfer and go where it leads; what it said."""
    page.context.clear_cookies()
    be(page.context, live_server, user)
    entry = InboxEntry.objects.filter(person__user=user, message__kind="transfer").latest("pk")
    page.goto(f"{live_server.url}/profesores/notica/")
    page.locator(f"a[href*='/notica/{entry.pk}/']").first.click()
    said = page.locator(".thread").inner_text()
    (address,) = [word for word in said.split() if word.startswith("http")]
    page.goto(address)
    return said


def press(page: Page, button: str, note: str = "") -> None:
    if note:
        page.get_by_label("Observaciones").fill(note)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Hecho: «")).to_be_visible()


def test_transfer_goes_there_and_back_to_its_end_by_what_notica_says(
    of: Schools,
    page: Page,
    live_server: LiveServer,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
    tmp_path: Path,
) -> None:
    file = tmp_path / "historial.pdf"
    file.write_bytes(b"%PDF-1.7 historial")
    be(page.context, live_server, of.sender)
    page.goto(f"{live_server.url}/profesores/secretaria/traslados/")
    page.get_by_role("link", name="Proponer un traslado").click()
    page.get_by_label("Nombre, expediente o NRE").fill("vera")
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_role("radio", name="Ana Vera Gil")).to_be_checked()
    page.get_by_label("Centro de destino").select_option(label="IES Destino (30000002)")
    page.get_by_role("button", name="Proponer el traslado").click()
    expect(page.get_by_text("Ahora le toca a IES Destino")).to_be_visible()

    said = follow(page, live_server, of.receiver)
    assert "Aceptar al alumno" in said
    assert "Ana Vera Gil (NRE 1234567)" in said
    press(page, "Devolver con el motivo", "Falta el padrón.")
    assert "Corregir la propuesta devuelta" in follow(page, live_server, of.sender)
    expect(page.get_by_text("Falta el padrón.")).to_be_visible()
    press(page, "Enviar corregido", "Va el padrón.")
    follow(page, live_server, of.receiver)
    press(page, "Aceptar el traslado")
    assert "Enviar el expediente" in follow(page, live_server, of.sender)
    page.get_by_label("Ficheros").set_input_files(file)
    press(page, "Enviar el expediente")
    follow(page, live_server, of.receiver)
    with page.expect_download() as read:
        page.get_by_role("link", name="historial.pdf").click()
    assert Path(read.value.path()).read_bytes() == b"%PDF-1.7 historial"
    press(page, "Dar la conformidad")
    follow(page, live_server, of.sender)
    page.get_by_label("Anotar también la baja").check()
    press(page, "Dar de baja en origen")
    assert Enrolment.objects.get(student=of.ana).status == "withdrawn"
    follow(page, live_server, of.receiver)
    press(page, "Está dado de alta")
    follow(page, live_server, of.sender)
    press(page, "Cerrar el traslado")
    assert "ha terminado" in follow(page, live_server, of.receiver)
    expect(page.get_by_text("Propone el traslado")).to_be_visible()
    assert violations(page) == []
    run_engine()
    assert (
        InboxEntry.objects.filter(message__kind="transfer").count() == Transfer.objects.get().steps_done == 9
    )
    assert [sandbox.taken(channel) for channel in ("email", "telegram", "tokapp", "sms")] == [[]] * 4


def test_office_that_lets_its_time_go_by_is_reminded_once(
    of: Schools,
    page: Page,
    live_server: LiveServer,
    run_engine: Callable[[], None],
    database_clock: DatabaseClock,
) -> None:
    of.offer()
    database_clock.advance(timedelta(days=10))
    run_engine()
    run_engine()
    assert "Ha pasado el plazo" in follow(page, live_server, of.receiver)
    assert InboxEntry.objects.filter(message__params__late=True).count() == 1
    page.goto(f"{live_server.url}/profesores/secretaria/traslados/")
    expect(page.get_by_text("vencido hace 3 días")).to_be_visible()


def test_form_that_a_colleague_has_overtaken_says_so(
    of: Schools, page: Page, live_server: LiveServer
) -> None:
    row = of.offer()
    follow(page, live_server, of.receiver)
    of.act(row, "accept")
    page.get_by_label("Observaciones").fill("No hay plazas en 1º.")
    page.get_by_role("button", name="Devolver con el motivo").click()
    expect(page.get_by_role("alert").filter(has_text="Acepta el traslado")).to_be_visible()
    assert Transfer.objects.get().state == "accepted"
