"""The notice board as families live it, on a phone: services post to every school, a school to its own."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from plumier.clock import database_today
from plumier.models import Guardianship, User
from tablon.models import NoticeRead
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_student,
)
from tests.journeys.staff import be
from tests.tablon.boards import post, service_of

PHONE = pytest.mark.parametrize("visitor", [(360, "light")], indirect=True)


_SPEAKS_ENGLISH = """async () => {
    for (;;) {
        const { active } = await navigator.serviceWorker.getRegistration();
        const english = active?.state === 'activated' && active.scriptURL.endsWith('idioma=en');
        if (english && (await caches.keys()).length === 1) return;
        await new Promise((done) => { setTimeout(done, 50); });
    }
}"""


class Town:
    """Two schools and a service for all; a mother with a child in each, and a father whom a court keeps from his."""

    def __init__(self) -> None:
        self.schools = [make_school(name="IES Ribera"), make_school("30000002", name="CEIP Sol")]
        self.directors = [make_director(school) for school in self.schools]
        self.service = make_service(all_schools=True)
        first = make_student(
            make_group(self.schools[0]), "Carmen Gil Ros", [Parent("Marta Ros"), Parent("Juan Gil", "father")]
        )
        tie = first.guardians.order_by("pk")[0]
        make_student(make_group(self.schools[1]), "Hugo Gil Ros", [Parent("Marta Ros", person=tie)])
        self.student, self.mother = first, make_login(tie)
        self.father = make_login(first.guardians.order_by("pk")[1])

    def post(self) -> None:
        """What the two documents tell of."""
        post(
            self.service,
            service_of(self.service),
            title="Becas de comedor",
            text="El plazo termina el **30 de noviembre**.",
            schools=self.schools,
        )
        for school, director, title in zip(
            self.schools, self.directors, ("Jornada de puertas abiertas", "Fiesta de otoño"), strict=True
        ):
            post(director, school, title=title)
        post(self.directors[0], self.schools[0], title="Elección de delegados", readers="students")


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = Town()
    town.post()
    return town


def titles(page: Page) -> list[str]:
    return page.locator("main h2").all_inner_texts()


def board(page: Page, visitor: BrowserContext, live_server: LiveServer, user: User) -> list[str]:
    visitor.clear_cookies()
    be(visitor, live_server, user)
    page.goto(f"{live_server.url}/mirador/tablon/")
    return titles(page)


@PHONE
def test_each_reads_what_is_hers(
    town: Town, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    """«en uno, varios o todos los centros … y los propios centros … únicamente sobre sus alumnos»."""
    both = ["Fiesta de otoño", "Jornada de puertas abiertas", "Becas de comedor"]
    assert board(page, visitor, live_server, town.mother) == both
    page.get_by_role("navigation", name="De quién").get_by_role("link", name="Carmen").click()
    assert titles(page) == both[1:]
    assert board(page, visitor, live_server, town.father) == both[1:]
    assert board(page, visitor, live_server, make_login(town.student.person)) == ["Elección de delegados"]
    Guardianship.objects.filter(guardian__user=town.father).update(
        barred_from=database_today(), barred_reference="Auto 12/2026"
    )
    assert board(page, visitor, live_server, town.father) == ["Aquí no hay ningún alumno a su cargo"]


@PHONE
def test_mother_reads_puts_away_and_takes_out(
    town: Town, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    board(page, visitor, live_server, town.mother)
    card = page.get_by_role("listitem").filter(has_text="Becas de comedor").first
    expect(card).to_contain_text("Sin leer")
    expect(card).to_contain_text("Inspección")
    page.get_by_role("link", name="Leer el anuncio Becas de comedor").click()
    expect(page.locator("strong")).to_have_text("30 de noviembre")
    assert NoticeRead.objects.get().user == town.mother
    page.get_by_role("button", name="Archivar").click()
    expect(page.locator(".notices")).to_contain_text("El anuncio está en «Archivados».")
    assert titles(page) == ["Fiesta de otoño", "Jornada de puertas abiertas"]
    page.get_by_role("link", name="Archivados").click()
    page.get_by_role("link", name="Leer el anuncio Becas de comedor").click()
    page.get_by_role("button", name="Sacar del archivo").click()
    assert titles(page) == ["Fiesta de otoño", "Jornada de puertas abiertas", "Becas de comedor"]


@PHONE
def test_mother_searches(town: Town, live_server: LiveServer, visitor: BrowserContext, page: Page) -> None:
    board(page, visitor, live_server, town.mother)
    page.get_by_label("Buscar en los anuncios").fill("becas noviembre")
    page.get_by_role("button", name="Buscar").click()
    assert titles(page) == ["Becas de comedor"]
    page.get_by_label("Buscar en los anuncios").fill("piscina")
    page.get_by_role("button", name="Buscar").click()
    page.get_by_role("link", name="Quitar los filtros").click()
    assert len(titles(page)) == 3


def in_caches(page: Page) -> dict[str, str]:
    """Everything that the browser's caches hold, by address."""
    kept: dict[str, str] = page.evaluate(
        """async () => {
            const found = {};
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const asked of await cache.keys()) {
                    found[new URL(asked.url).pathname] = await (await cache.match(asked)).text();
                }
            }
            return found;
        }"""
    )
    return kept


def installed(page: Page) -> None:
    """Wait until the worker is at work and has the page in hand."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


@PHONE
def test_without_a_connection_she_is_told_and_then_led_on(
    town: Town, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    board(page, visitor, live_server, town.mother)
    installed(page)
    visitor.set_offline(True)
    page.get_by_role("link", name="Anteriores").click()
    expect(page.get_by_role("heading", name="Sin conexión")).to_be_visible()
    assert page.url.endswith("/mirador/tablon/?ver=anteriores")
    assert page.evaluate("() => getComputedStyle(document.querySelector('.button')).minHeight") == "44px"
    visitor.set_offline(False)
    expect(page.get_by_role("heading", name="No hay anuncios anteriores")).to_be_visible(timeout=15_000)


@PHONE
def test_phone_keeps_nothing_of_hers(
    town: Town, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    board(page, visitor, live_server, town.mother)
    installed(page)
    page.get_by_role("link", name="Leer el anuncio Becas de comedor").click()
    page.goto(f"{live_server.url}/mirador/ayuda/")
    kept = in_caches(page)
    pages = [path for path in kept if not path.startswith("/static/")]
    assert (pages, "Sin conexión" in kept["/mirador/sin-conexion/"]) == (["/mirador/sin-conexion/"], True)
    for hers in ("Becas", "Marta", "Carmen", "IES Ribera", town.mother.username):
        assert [path for path, text in kept.items() if hers in text] == []
    stored = page.evaluate("() => [localStorage.length, {...sessionStorage}]")
    assert stored == [0, {"htmx-current-path-for-history": "/mirador/ayuda/"}]
    page.goto(f"{live_server.url}/salir/")
    page.locator("main form button").first.click()
    page.goto(f"{live_server.url}/mirador/tablon/")
    assert "/entrar/" in page.url
    visitor.set_offline(True)
    page.goto(f"{live_server.url}/mirador/tablon/")
    expect(page.get_by_role("heading", name="Sin conexión")).to_be_visible()


@PHONE
def test_language_that_she_chooses_is_the_one_without_a_connection_too(
    town: Town, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    board(page, visitor, live_server, town.mother)
    installed(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.evaluate(_SPEAKS_ENGLISH)
    visitor.set_offline(True)
    page.reload()
    assert page.locator("html").get_attribute("lang") == "en"


@PHONE
def test_browser_finds_it_fit_to_be_installed(
    town: Town, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    board(page, visitor, live_server, town.mother)
    installed(page)
    tools = visitor.new_cdp_session(page)
    manifest: dict[str, Any] = tools.send("Page.getAppManifest")
    assert (manifest["errors"], manifest["url"].split("?")[0].endswith("/mirador/manifest.webmanifest")) == (
        [],
        True,
    )
    problems = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in problems if one["errorId"] != "in-incognito"] == []
