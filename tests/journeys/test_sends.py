"""A send as its sender lives it: taken back in time, watched to its end, looked through, kept as a file."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from channels_app.models import ChannelAccount
from notica.exports.jobs import work
from notica.models import DataRequest, KeptDraft, Message
from plumier.clock import database_now
from plumier.models import Group, School, User
from tests.factories.register import Parent, make_director, make_group, make_school
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_administration import be
from tests.notica.results import ACCOUNTS, end, every_outcome, family
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

SIZES = pytest.mark.parametrize("visitor", [(360, "light"), (1280, "light")], indirect=True, ids=str)


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox, settings: Any, tmp_path: Path) -> School:
    settings.DATA_DIR = tmp_path / "data"
    return make_school(name="IES Ribera de los Molinos")


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def sent(school: School, director: User, number: int = 3, **fields: Any) -> Message:
    group = make_group(school, "2º ESO B")
    for one in range(1, number + 1):
        family(group, one)
    return send_to(school, director, groups=[group], subject="Salida al museo", **fields)


def address(live_server: LiveServer, message: Message) -> str:
    return f"{live_server.url}/envios/{message.token}/"


def written(message: Message) -> KeptDraft:
    now = database_now()
    return KeptDraft.objects.create(
        school=message.school,
        by=message.sender,
        to="familia",
        way="telegram_tokapp",
        body="Mañana no hay clase.",
        sent_as=message,
        created_at=now,
        updated_at=now,
    )


@SIZES
def test_send_is_taken_back_in_time(
    school: School,
    director: User,
    live_server: LiveServer,
    visitor: BrowserContext,
    page: Page,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    be(visitor, live_server, director)
    message = sent(school, director, undo=True)
    written(message)
    page.goto(address(live_server, message))
    expect(page.get_by_text("Se envía en")).to_be_visible()
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_text("Deshecho: no ha salido nada. Aquí sigue lo que escribió.")).to_be_visible()
    again = KeptDraft.objects.get(sent_as=None)
    assert page.url == live_server.url + reverse("profesores:write", args=[again.token])
    run_engine()
    assert sandbox.taken() == []


@SIZES
def test_send_is_watched_to_its_end_without_loading_the_page_again(
    school: School,
    director: User,
    live_server: LiveServer,
    visitor: BrowserContext,
    page: Page,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    be(visitor, live_server, director)
    message = sent(school, director)
    page.goto(address(live_server, message))
    expect(page.get_by_text("0 de 3 destinatarios")).to_be_visible()
    page.get_by_text("Texto del mensaje").click()
    page.get_by_text("Anular lo que queda").click()
    page.get_by_role("link", name="Todos 3").focus()
    page.evaluate("document.body.dataset.same = 'page'")
    run_engine()
    expect(page.get_by_role("link", name="Entregado al canal 3")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("link", name="Todos 3")).to_be_focused()
    expect(page.get_by_text("Mañana no hay clase.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Anular")).to_have_count(0)
    expect(page.locator("#send-mark")).to_have_text("Terminado")
    expect(page.locator("#said")).to_have_text("El envío ha terminado.")
    assert page.locator("body").get_attribute("data-same") == "page"
    assert len(sandbox.taken("tokapp")) == 3


def test_details_stay_open_and_the_number_goes_down_while_it_runs(
    school: School, director: User, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, director)
    message = sent(school, director)
    page.goto(address(live_server, message))
    page.get_by_text("Anular lo que queda").click()
    button = page.get_by_role("button", name="Anular para 3 destinatarios")
    button.focus()
    end(message, Parent("", person=message.recipients.order_by("pk")[0].person), "reached")
    fewer = page.get_by_role("button", name="Anular para 2 destinatarios")
    expect(fewer).to_be_visible(timeout=10_000)
    expect(fewer).to_be_focused()


def test_result_is_looked_through_and_comes_as_a_workbook(
    school: School, director: User, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, director)
    message = every_outcome(school, director)
    page.goto(address(live_server, message))
    page.get_by_role("searchbox").fill("rosa")
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_role("rowheader")).to_have_text(["Gil Número7, Rosa sobre Gil Número7, Sara"])
    page.get_by_role("link", name="Quitar la búsqueda").click()
    page.get_by_role("link", name="Sin canal 1").click()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    page.get_by_role("button", name="Resultado en Excel").click()
    expect(page.get_by_text("El resultado se está preparando.")).to_be_visible()
    work(DataRequest.objects.get().pk)
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar").click()
    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert sheet is not None
    assert sheet.max_row == 10
    assert Message.objects.get(kind="send_result").attachments.count() == 1


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_of_sends_are_accessible(
    school: School,
    director: User,
    settings: Any,
    live_server: LiveServer,
    visitor: BrowserContext,
    page: Page,
) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    be(visitor, live_server, director)
    running = sent(school, director)
    groups = list(Group.objects.filter(school=school))
    later = send_to(school, director, groups=groups, not_before=database_now() + timedelta(days=1))
    ChannelAccount.objects.filter(channel="tokapp").update(paused_until=database_now() + timedelta(minutes=5))
    pages = {
        "running": f"{address(live_server, running)}?quieta=1",
        "scheduled": f"{address(live_server, later)}?quieta=1",
        "nobody": f"{address(live_server, running)}?quieta=1&buscar=nadie",
        "list": f"{live_server.url}/envios/?via=telegram_tokapp&desde=2026-01-01",
        "wrong day": f"{live_server.url}/envios/?desde=2026-04-05&hasta=2026-04-03",
    }
    found = {}
    for name, where in pages.items():
        page.goto(where)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found[name] = violations(page)
    held = send_to(school, director, groups=groups, undo=True)
    page.goto(f"{address(live_server, held)}?quieta=1")
    found["held"] = violations(page)
    assert found == {name: [] for name in found}
