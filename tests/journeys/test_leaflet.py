"""A family reads how to get the school's notices; a director exports the roster for TokApp."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.exports.jobs import work
from notica.models import DataRequest
from plumier.models import School, SchoolPolicy
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_administration import be
from tests.notica.leaflet.schools import BOT, with_bot
from tests.notica.results import ACCOUNTS


@pytest.fixture
def school(transactional_db: None, settings: Any, tmp_path: Path) -> School:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    settings.DATA_DIR = tmp_path
    made = make_school(name="IES Ribera de los Molinos")
    SchoolPolicy.objects.update(
        school_phone="968 12 34 56",
        school_email="secretaria@ribera-de-los-molinos.example",
        tokapp_url="https://tokapp.example/ayuda",
        tokapp_phone="+34 886 00 00 00",
        support_name="CLIP",
        support_url="https://soporte.example",
    )
    with_bot()
    return made


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_family_reads_the_guide_in_her_language(school: School, live_server: LiveServer, page: Page) -> None:
    page.goto(f"{live_server.url}/entrar/")
    page.get_by_role("link", name="Guía para familias: cómo recibir los avisos").click()
    page.wait_for_url(f"{live_server.url}/folleto/{school.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Los avisos del centro, en su móvil")
    expect(page.get_by_role("link", name=f"@{BOT}")).to_have_attribute("href", f"https://t.me/{BOT}")
    assert violations(page) == []
    page.get_by_role("navigation").get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("contentinfo").get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page).to_have_url(f"{live_server.url}/folleto/{school.code}/")


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_family_finds_her_school(school: School, live_server: LiveServer, page: Page) -> None:
    for number in range(2, 6):
        make_school(f"3000000{number}", name=f"CEIP Número {number}")
    page.goto(f"{live_server.url}/folleto/")
    assert violations(page) == []
    page.get_by_label("Nombre del centro").fill("ribera")
    page.get_by_role("button", name="Buscar").click()
    page.get_by_role("link", name="IES Ribera de los Molinos").click()
    page.wait_for_url(f"{live_server.url}/folleto/{school.code}/")


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_director_exports_the_roster(
    school: School, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    mothers = [Parent("Marta Ros", contacts={"phone_1": "+34600111222"}), Parent("Rosa Paz", "other")]
    make_student(make_group(school), "Luis Gil", mothers)
    be(visitor, live_server, make_director(school))
    page.goto(f"{live_server.url}/canales/")
    page.get_by_role("link", name="Exportar para TokApp").click()
    assert violations(page) == []
    page.get_by_label("Personal").uncheck()
    page.get_by_label("Formato").select_option("csv")
    page.get_by_role("button", name="Exportar").click()
    expect(page.get_by_text("El listado se está preparando.")).to_be_visible()
    asked = DataRequest.objects.get()
    assert asked.selection == {"people": ["students", "families"], "form": "csv"}
    work(asked.pk)
    page.reload()
    expect(page.get_by_text("1 fila. 2 quedan fuera: no tienen un móvil que sirva.")).to_be_visible()
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar").click()
    assert "Marta" in download.value.path().read_text(encoding="utf-8-sig")
