"""A director defines a body, adds its members and calls them; mail and Notica have it; one answers (requirement E9)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from icalendar import Calendar
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.files import path_of
from notica.models import InboxEntry, Message
from plumier.models import School, User
from tests.database import DatabaseClock
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_staff,
    make_student,
)
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox
from tests.secretaria.bodies.rooms import NINE, THURSDAY

MAILS = {"elsa": "elsa@staff.example", "mother": "marta@family.example"}


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> School:
    database_clock.set(NINE)
    return make_school()


@pytest.fixture
def people(school: School) -> dict[str, User]:
    marta = Parent("Marta Vera", contacts={"email": MAILS["mother"]})
    make_student(make_group(school), "Ana Vera", [marta])
    assert marta.person is not None
    return {
        "director": make_director(school),
        "elsa": make_staff(school, "Elsa Ros", username="elsa"),
        "mother": make_login(marta.person),
    }


def mails(sandbox: Sandbox, address: str) -> list[dict[str, Any]]:
    return [one for one in sandbox.taken("email") if one["address"] == address]


def last_event() -> Any:
    """What the last file for calendars says."""
    message = Message.objects.filter(kind="meeting", attachments__name="convocatoria.ics").latest("pk")
    file = message.attachments.get(name="convocatoria.ics")
    return Calendar.from_ical(path_of(file.sha256).read_bytes()).walk("VEVENT")[0]


def define_body(page: Page) -> None:
    page.get_by_role("link", name="Nuevo órgano").click()
    page.get_by_label("Qué es").select_option("Consejo Escolar")
    page.get_by_label("Nombre").fill("Consejo Escolar")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Todavía no tiene componentes")).to_be_visible()
    page.get_by_label("Ros, Elsa").check()
    page.get_by_role("button", name="Añadir a las marcadas").click()
    page.get_by_label("Buscar por nombre").fill("marta")
    page.get_by_role("button", name="Buscar").click()
    page.get_by_label("Vera, Marta").check()
    page.get_by_role("button", name="Añadir a las marcadas").click()
    expect(page.get_by_role("heading", name="2 componentes")).to_be_visible()


def write_call(page: Page, folder: Path) -> None:
    budget = folder / "presupuesto.pdf"
    budget.write_bytes(b"%PDF-1.4\n%%EOF")
    page.get_by_role("link", name="Convocar").click()
    page.get_by_label("Día", exact=True).fill("2026-12-03")
    page.get_by_label("Primera convocatoria").fill("17:00")
    page.get_by_label("Lugar").fill("Biblioteca")
    page.get_by_label("Orden del día").fill("1. Acta anterior\n2. Presupuesto")
    page.get_by_label("Adjuntar").set_input_files(budget)
    page.get_by_role("button", name="Guardar y revisar").click()
    expect(page.get_by_role("heading", name="Quién lo va a recibir")).to_be_visible()
    page.get_by_role("button", name="Convocar a 2 personas").click()
    expect(page.get_by_text("Convocada: se envía a 2 personas.")).to_be_visible()


def test_body_is_called_answers_and_has_its_minutes(
    page: Page,
    people: dict[str, User],
    live_server: LiveServer,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
    database_clock: DatabaseClock,
    tmp_path: Path,
) -> None:
    bodies = live_server.url + reverse("profesores:bodies")
    be(page.context, live_server, people["director"])
    page.goto(bodies)
    define_body(page)
    write_call(page, tmp_path)
    run_engine()
    for address in MAILS.values():
        (mail,) = mails(sandbox, address)
        assert mail["subject"] == "Convocatoria: Consejo Escolar, jueves 3 de diciembre"
        assert mail["attachments"] == ["presupuesto.pdf", "convocatoria.ics"]
    assert (last_event()["SEQUENCE"], last_event()["DTSTART"].dt) == (0, THURSDAY)

    be(page.context, live_server, people["elsa"])
    entry = InboxEntry.objects.get(person__user=people["elsa"], message__kind="meeting")
    page.goto(live_server.url + reverse("profesores:inbox_entry", args=[entry.pk]))
    expect(page.get_by_role("link", name="presupuesto.pdf")).to_be_visible()
    page.goto(bodies)
    page.get_by_role("link", name="Consejo Escolar").click()
    page.get_by_role("button", name="No podré asistir").click()
    expect(page.get_by_text("Escriba por qué no podrá asistir.")).to_be_visible()
    page.get_by_role("button", name="Asistiré").click()
    expect(page.get_by_text("su respuesta está guardada")).to_be_visible()

    be(page.context, live_server, people["mother"])
    token = entry.message.params["token"]
    page.goto(live_server.url + reverse("profesores:meeting_open", args=[token]))
    page.get_by_label("Si no puede asistir").fill("Trabajo por la tarde")
    page.get_by_role("button", name="No podré asistir").click()
    expect(page.get_by_text("su respuesta está guardada")).to_be_visible()

    be(page.context, live_server, people["director"])
    meeting = live_server.url + reverse("profesores:meeting", args=[token])
    page.goto(meeting)
    expect(page.get_by_text("«Trabajo por la tarde»")).to_be_visible()
    page.get_by_role("link", name="Cambiar").click()
    page.get_by_label("Primera convocatoria").fill("18:00")
    page.get_by_role("button", name="Guardar y avisar a 2 personas").click()
    run_engine()
    assert [len(mails(sandbox, address)) for address in MAILS.values()] == [2, 2]
    assert (last_event()["SEQUENCE"], last_event()["DTSTART"].dt) == (1, THURSDAY.replace(hour=18))

    database_clock.set(THURSDAY.replace(hour=20))
    acta = tmp_path / "acta.pdf"
    acta.write_bytes(b"%PDF-1.4\n% acta\n%%EOF")
    be(page.context, live_server, people["director"])
    page.goto(meeting)
    page.get_by_label("Asistió Elsa Ros").check()
    page.get_by_role("button", name="Guardar quién asistió").click()
    expect(page.get_by_text("asistió 1 persona")).to_be_visible()
    page.get_by_label("Fichero del acta").set_input_files(acta)
    page.get_by_role("button", name="Poner el acta").click()
    run_engine()
    assert mails(sandbox, MAILS["elsa"])[-1]["attachments"] == ["acta.pdf"]
    be(page.context, live_server, people["elsa"])
    page.goto(meeting)
    expect(page.get_by_role("link", name="acta.pdf")).to_be_visible()
