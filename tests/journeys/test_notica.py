"""A teacher reads in Notica what a family writes, and answers it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.files import keep
from notica.models import InboxEntry, Message
from plumier.clock import database_now
from plumier.models import Guardianship, Person
from tests.factories.register import make_school
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_administration import be
from tests.notica.correspondence import Family
from tests.notica.notices import make_entry
from tests.notica.results import ACCOUNTS

WORDS = """Buenos días, no podré asistir a la reunión del jueves porque tengo turno de tarde.

¿Podríamos hablar por teléfono? Le adjunto el justificante de la empresa."""
EXCUSED = {
    "student": "Iván Gil",
    "group": "1º ESO A",
    "day": "2026-11-17",
    "session": 2,
    "starts": "09:15",
    "subject": "Lengua",
    "kind": "absent",
}


@pytest.fixture
def family(transactional_db: None, settings: Any, tmp_path: Path) -> Family:
    """A morning of a tutor: two messages of a family, an acuse, a workbook and an old notice."""
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family(make_school(name="IES Ribera de los Molinos"))
    file = tmp_path / "justificante de empresa.pdf"
    file.write_bytes(b"%PDF-1.7")
    family.write(
        family.tutor,
        family.teacher,
        subject="No podré asistir a la reunión del jueves",
        text=WORDS,
        files=(keep(file),),
    )
    _notices(family.person(family.tutor))
    return family


def _notices(tutor: Person) -> None:
    now = database_now()
    send = make_entry(
        tutor, subject="Salida al museo el día 3", to="familia", sender=tutor.user, sender_person=tutor
    )
    day = timedelta(days=1)
    make_entry(tutor, kind="acuse", subject="", params={"message": send.message_id}, ago=day)
    data = {"students": 28, "omitted": 0, "token": "t", "attached": True, "until": "2026-12-01", "failed": ""}
    make_entry(tutor, kind="student_data", subject="", params=data, ago=day, entry={"read_at": now})
    returned = {"count": 2, "group": "1º ESO A", "reason": "Falta el prefijo en el segundo teléfono"}
    make_entry(tutor, kind="contacts_returned", subject="", params=returned, ago=3 * day)
    make_entry(
        tutor,
        kind="justification",
        subject="Faltas justificadas: Iván Gil",
        params={"reason": "", "absences": [EXCUSED]},
        ago=5 * day,
        entry={"expires_at": now + 2 * day, "read_at": now},
    )


@pytest.mark.parametrize("visitor", [(360, "light"), (1280, "light")], indirect=True)
def test_tutor_reads_and_answers(
    family: Family, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, family.tutor)
    page.goto(f"{live_server.url}/profesores/notica/")
    expect(page.locator(".unread .badge")).to_have_text(["3", "3"])  # at the head, and at the foot of a phone
    page.get_by_role("link", name="Familia de Lucía Marín").click()
    expect(page.locator("#reading").get_by_text("Buenos días")).to_be_visible()
    expect(page.locator(".unread .badge")).to_have_text(["2", "2"])
    expect(page.get_by_role("link", name="justificante de empresa.pdf")).to_be_visible()
    assert InboxEntry.objects.get(message__kind="to_teacher", person__user=family.tutor).read_at is not None
    page.get_by_label("Su respuesta").fill("Claro: le llamo hoy a las cinco.")
    page.get_by_role("button", name="Responder").click()
    expect(page.locator(".notices")).to_have_text("Su respuesta está en camino.")
    expect(page.get_by_role("listitem").filter(has_text="le llamo hoy a las cinco")).to_contain_text(
        "Marta Marín"
    )
    assert Message.objects.get(kind="reply").sender == family.tutor
    page.get_by_role("button", name="Archivar").click()
    expect(page.get_by_role("link", name="Familia de Lucía Marín")).to_have_count(0)
    page.get_by_role("link", name="Archivados").click()
    expect(page.get_by_role("link", name="Familia de Lucía Marín")).to_be_visible()


def test_on_a_phone_the_message_stands_alone_and_leads_back(
    family: Family, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, family.tutor)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live_server.url}/profesores/notica/?ver=familias")
    page.get_by_role("link", name="Familia de Lucía Marín").click()
    expect(page.get_by_role("link", name="Familia de Lucía Marín")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="Notica").click()
    expect(page).to_have_url(f"{live_server.url}/profesores/notica/?ver=familias")
    expect(page.get_by_role("link", name="Familia de Lucía Marín")).to_be_visible()


def test_answer_that_is_not_sent_is_not_lost_without_a_question(
    family: Family, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, family.tutor)
    page.goto(f"{live_server.url}/profesores/notica/")
    page.get_by_role("link", name="Familia de Lucía Marín").click()
    answer = page.get_by_label("Su respuesta")
    answer.fill("Claro: le llamo hoy a las cinco.")
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    page.get_by_role("link", name="Faltas justificadas").click()
    expect(answer).to_have_value("Claro: le llamo hoy a las cinco.")
    assert asked == ["Tiene una respuesta sin enviar. ¿Quiere perderla?"]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Faltas justificadas").click()
    expect(page.locator("#reading").get_by_text("Sesión 2 (09:15) · Lengua: falta")).to_be_visible()


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_are_accessible(
    family: Family, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, family.tutor)
    address = f"{live_server.url}/profesores/notica/"
    entries = {one.message.kind: one.pk for one in InboxEntry.objects.filter(person__user=family.tutor)}
    family.answer(Message.objects.get(kind="to_teacher"), text="Claro: le llamo hoy a las cinco.")
    found = {}
    opened = [f"{entries[kind]}/" for kind in ("to_teacher", "acuse", "student_data", "contacts_returned")]
    for path in ["", "?buscar=nada", "?ver=archivados", *opened]:
        page.goto(f"{address}{path}")
        found[path] = violations(page)
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 1")
    page.goto(f"{address}{entries['to_teacher']}/")
    found["barred"] = violations(page)
    assert found == {path: [] for path in found}
