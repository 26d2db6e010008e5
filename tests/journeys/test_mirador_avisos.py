"""A family reads its notices in Mirador, on a phone, and who sent them sees that it has."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import Delivery, InboxEntry, MessageAttachment
from plumier.clock import database_now
from tests.factories.register import make_login
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.staff import be
from tests.mirador.households import Household
from tests.notica.results import ACCOUNTS

PHONE = (360, "light")
TRIP = """Buenos días: el jueves día 3 vamos con {alumno} al museo arqueológico.
Salimos a las 9:00 de la puerta principal.

Traigan la autorización firmada, por favor. Todo lo demás está en https://ies.example/excursion"""


@pytest.fixture
def home(transactional_db: None, settings: Any) -> Household:
    """A week of a household: a trip of both, a meeting, a note by chat, something about one child."""
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    home, now = Household(), database_now()
    trip = home.tell(subject="Excursión al museo arqueológico", body=TRIP)
    Delivery.objects.filter(message_id=trip.pk, channel="telegram").update(state="delivered", ended_at=now)
    Delivery.objects.filter(message_id=trip.pk, channel="tokapp").update(state="failed", ended_at=now)
    MessageAttachment.objects.create(
        message=trip, name="autorización.pdf", content_type="application/pdf", size=48_000, sha256="0" * 64
    )
    ago = {
        "Reunión de familias de 3º ESO": ([home.hugo], timedelta(days=1)),
        "Carmen ha olvidado el estuche en clase de Plástica": ([home.carmen], timedelta(days=2)),
        "Menú del comedor de noviembre": ([], timedelta(days=9)),
    }
    for subject, (students, past) in ago.items():
        message = home.tell(
            *students, subject=subject, body="Está en conserjería, pueden recogerlo hasta las 15:00."
        )
        copies = InboxEntry.objects.filter(message=message)
        copies.update(created_at=now - past, read_at=now if past > timedelta(days=1) else None)
    return home


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_mother_of_two_reads_and_the_sender_sees_it(
    home: Household, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, home.mother)
    page.goto(live_server.url)
    expect(page).to_have_url(f"{live_server.url}/mirador/avisos/")
    main = page.get_by_role("main")
    page.get_by_role("navigation", name="De quién").get_by_role("link", name="Hugo").click()
    expect(main.get_by_role("link", name="estuche")).to_have_count(0)
    main.get_by_role("link", name="Excursión al museo").click()
    expect(main.get_by_text("con Carmen Sánchez Vera y Hugo Sánchez Vera")).to_be_visible()
    expect(main.get_by_role("listitem").filter(has_text="***345").first).to_contain_text("Recibido")
    main.get_by_role("link", name="Avisos").click()
    expect(page).to_have_url(f"{live_server.url}/mirador/avisos/?alumno={home.hugo.pk}")
    trip = main.get_by_role("link", name="Excursión al museo")
    expect(trip).not_to_contain_text("Sin leer")
    trip.click()
    page.get_by_role("button", name="Archivar").click()
    expect(trip).to_have_count(0)
    page.get_by_role("button", name="Deshacer").click()
    expect(trip).to_be_visible()
    token = InboxEntry.objects.filter(message__subject__startswith="Excursión")[0].message.token
    be(visitor, live_server, home.director)
    page.goto(f"{live_server.url}/envios/{token}/")
    expect(page.get_by_role("row").filter(has_text="Vera, Lucía")).to_contain_text("Leído en Mirador")
    expect(page.get_by_role("row").filter(has_text="Sánchez, Pedro")).not_to_contain_text("Leído en Mirador")


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_mother_barred_from_one_child_reads_of_the_other_alone(
    home: Household, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    home.bar(home.mother_person, home.carmen, 0)
    be(visitor, live_server, home.mother)
    page.goto(f"{live_server.url}/mirador/avisos/")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="Excursión al museo")).to_be_visible()
    expect(main.get_by_role("link", name="estuche")).to_have_count(0)
    expect(main).not_to_contain_text("Carmen")
    main.get_by_role("link", name="Excursión al museo").click()
    expect(main).to_contain_text("vamos con Hugo Sánchez Vera al museo")
    expect(main).not_to_contain_text("Carmen")


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_student_reads_what_came_for_her(
    home: Household, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    home.tell(home.carmen, to="alumno", subject="Tu taquilla")
    be(visitor, live_server, make_login(home.carmen.person))
    page.goto(f"{live_server.url}/mirador/avisos/")
    expect(page.locator(".entry")).to_have_count(1)
    page.get_by_role("link", name="Tu taquilla").click()
    expect(page.get_by_role("heading", name="Tu taquilla")).to_be_visible()


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_mother_reads_in_vietnamese_what_is_written_in_spanish(
    home: Household, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, home.mother, "vi")
    page.goto(f"{live_server.url}/mirador/avisos/")
    expect(page.get_by_role("heading", name="Hôm nay")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Excursión al museo").click()
    expect(page.locator("article")).to_contain_text("sẽ bị xóa sau 90 ngày")
    expect(page.locator("article")).to_contain_text("Traigan la autorización firmada")
    expect(page.get_by_role("listitem").filter(has_text="***345").first).to_contain_text("Đã nhận")


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_father_puts_the_note_about_telegram_away(
    home: Household, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, home.father)
    page.goto(f"{live_server.url}/mirador/avisos/")
    note = page.get_by_text("Aún no recibe los avisos por Telegram.")
    expect(note).to_be_visible()
    page.get_by_role("button", name="Ahora no").click()
    expect(page.get_by_role("heading", name="Avisos")).to_be_visible()
    expect(note).to_have_count(0)


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_are_accessible(
    home: Household, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, home.father)
    home.carmen.protected = True
    home.carmen.save()
    alone = home.tell(home.carmen, subject="Cita con la orientadora")
    entries = {
        message: InboxEntry.objects.get(person=home.father_person, message__subject__startswith=message).pk
        for message in ("Excursión", "Cita")
    }
    found = {}
    for path in ["", "?buscar=nada", "?ver=archivados", *(f"{pk}/" for pk in entries.values())]:
        page.goto(f"{live_server.url}/mirador/avisos/{path}")
        found[path] = violations(page)
    page.get_by_role("button", name="Archivar").click()
    found["archived"] = violations(page)
    assert found == {path: [] for path in found}
    assert InboxEntry.objects.get(message=alone, person=home.father_person).archived_at is not None
