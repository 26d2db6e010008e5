"""Contacts as the Hà Nội school lives them (V 1, V 2): a tutor hands in, the office confirms and applies."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from plumier.clock import database_now
from plumier.models import Contact, ContactProposal, Guardianship, SchoolPolicy, User
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_student
from tests.journeys.conftest import VIEWS, violations
from tests.providers.sandbox import Sandbox


@pytest.fixture
def story(transactional_db: None, sandbox: Sandbox, settings: Any, live_server: LiveServer) -> Story:
    settings.LINK_ROOT = live_server.url
    story = make_story()
    SchoolPolicy.objects.update(registration_required=True)
    make_student(story.group, "Lan Phạm", [Parent("Bình Phạm", "father", {"phone_1": "+84903111222"})])
    make_student(story.group, "Mai Trần")
    return story


def log_in(page: Page, live_server: LiveServer, user: User) -> None:
    page.context.clear_cookies()
    page.goto(live_server.url)
    page.get_by_label("Nombre de usuario").fill(user.username)
    page.get_by_label("Contraseña").fill("secret")
    page.get_by_role("button", name="Entrar", exact=True).click()


def test_tutor_hands_in_and_the_office_confirms_and_applies(
    story: Story,
    live_server: LiveServer,
    page: Page,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    log_in(page, live_server, story.tutor)
    page.get_by_role("link", name="Contactos").click()
    page.get_by_label("Teléfono de Nguyễn, Nam").fill("0912 345 678")
    page.get_by_label("Registrado: Nombre de Nguyễn, Nam").check()
    page.get_by_label("Teléfono de Phạm, Bình").fill("no lo sé")
    page.get_by_role("button", name="Entregar").click()
    expect(page.get_by_role("status").first).to_have_text("1 cambio entregado, 1 no se entiende (fila 3).")
    expect(page.get_by_label("Teléfono de Phạm, Bình")).to_have_value("no lo sé")
    expect(page.get_by_text("No se entiende como teléfono.")).to_be_visible()
    expect(page.get_by_text("En la ficha: +84901234567")).to_be_visible()
    assert Contact.objects.filter(person=story.father).get().value == "+84901234567"

    log_in(page, live_server, story.training)
    page.get_by_role("link", name="Contactos").click()
    page.get_by_role("link", name="Trần, Mai").click()
    row = page.get_by_role("group", name="Persona nueva 1")
    row.get_by_label("Parentesco").select_option("mother")
    row.get_by_label("Apellidos, nombre").fill("Trần, Lan")
    row.get_by_label("Teléfono", exact=True).fill("0987 654 321")
    row.get_by_label("Se registra para recibir mensajes").check()
    page.get_by_role("button", name="Entregar").click()
    expect(page.get_by_role("status").first).to_have_text("1 cambio entregado.")

    log_in(page, live_server, story.office)
    page.get_by_role("link", name="Contactos").click()
    page.get_by_role("button", name="Aplicar 1 sin avisos").click()
    expect(page.get_by_role("status").first).to_have_text("1 cambio aplicado.")
    assert Contact.objects.filter(person=story.father).get().value == "+84912345678"

    page.get_by_role("link", name="Trần, Lan").click()
    page.get_by_role("button", name="Enviar el código").click()
    expect(page.get_by_role("status").first).to_have_text("El código va de camino.")
    run_engine()
    text = sandbox.taken("sms")[0]["text"]
    found = re.search(r"\b\d{6}\b", text)
    assert found is not None
    page.get_by_label("Código que dice la familia (enviado a ***321)").fill("000000")
    page.get_by_role("button", name="Comprobar el código").click()
    expect(page.get_by_role("status").first).to_contain_text("El código no es ese. Quedan 4 intentos.")
    page.get_by_label("Código que dice la familia (enviado a ***321)").fill(found.group())
    page.get_by_role("button", name="Comprobar el código").click()
    expect(page.get_by_role("status").first).to_have_text("Confirmado.")
    page.get_by_role("button", name="Aplicar").click()
    expect(page.get_by_role("status").first).to_have_text("Aplicado.")

    tie = Guardianship.objects.get(guardian__surname="Trần")
    assert (tie.registered_how, tie.receives_messages) == ("code", True)
    choice = Choice(Audience.FAMILY, students=(tie.student_id,))
    draft = Draft(story.school, "message", choice, Way.SMS, "next", body="Hop phu huynh")
    send(draft, by=story.office, now=database_now())
    run_engine()
    assert sandbox.taken("sms")[-1]["address"] == "+84987654321"


def test_parent_confirms_by_the_link_of_the_message(
    story: Story, live_server: LiveServer, page: Page, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    one = story.new_pupil("Tú Vũ", name="Vũ, Hà", phone_1="0976543210")
    log_in(page, live_server, story.office)
    page.goto(f"{live_server.url}/contactos/revision/{one.pk}/")
    page.get_by_role("button", name="Enviar el código").click()
    run_engine()
    link = re.search(r"http\S+", sandbox.taken("sms")[0]["text"])
    assert link is not None
    page.context.clear_cookies()
    page.goto(link.group())
    assert violations(page) == []
    page.get_by_role("button", name="Confirmar").click()
    expect(page.get_by_role("heading")).to_have_text("Gracias: está confirmado")
    one.refresh_from_db()
    assert (one.state, one.confirmed_how) == ("confirmed", "link")
    page.goto(link.group())
    expect(page.get_by_role("heading")).to_have_text("Este enlace no vale")


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_are_accessible(story: Story, live_server: LiveServer, page: Page) -> None:
    changed = story.proposal(
        story.father, phone_1="0912345678", registered=True, note="Me lo dijo en la reunión"
    )
    story.proposal(story.mother, phone_1="", phone_2="02438261234")
    Guardianship.objects.filter(guardian=story.mother).update(
        barred_from="2026-01-01", barred_reference="Auto 1"
    )
    waiting = story.new_pupil("Tú Vũ", name="Vũ, Hà", phone_1="0976543210")
    found: dict[str, list[str]] = {}
    pages = {
        story.tutor: {
            "grid": "contactos/",
            "handed in": "contactos/entregados/",
            "one": f"contactos/cambios/{changed.pk}/",
        },
        story.training: {"pupils": "contactos/nuevo/", "pupil": f"contactos/nuevo/{waiting.student_id}/"},
        story.office: {
            "queue": "contactos/revision/",
            "change": f"contactos/revision/{waiting.pk}/",
            "serious": f"contactos/revision/{ContactProposal.objects.get(guardian=story.mother).pk}/",
            "unregistered": "contactos/revision/sin-registrar/",
        },
    }
    for user, views in pages.items():
        log_in(page, live_server, user)
        for name, path in views.items():
            page.goto(f"{live_server.url}/{path}")
            found[name] = violations(page)
    log_in(page, live_server, story.tutor)
    page.goto(f"{live_server.url}/contactos/")
    page.get_by_label("Teléfono de Phạm, Bình").fill("no lo sé")
    page.get_by_role("group", name="Persona nueva 1").get_by_label("Apellidos, nombre").fill("Vũ, Hà")
    page.get_by_role("button", name="Entregar").click()
    found["problems"] = violations(page)
    page.goto(f"{live_server.url}/c/none/")
    found["no link"] = violations(page)
    assert found == {name: [] for name in found}
