"""A family writes to teachers and is answered: on a phone and at a desk, with what the providers were handed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import InboxEntry, KeptDraft, Message
from plumier.models import Guardianship, User
from tests.factories.register import make_login, make_school
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.staff import be
from tests.notica.correspondence import Family
from tests.providers.sandbox import Sandbox

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def family(transactional_db: None, settings: Any, sandbox: Sandbox) -> Family:
    settings.CHANNEL_ENVIRONMENT = sandbox.environment
    return Family(make_school(name="IES Ribera de los Molinos"))


def open_notica(
    visitor: BrowserContext, live_server: LiveServer, page: Page, teacher: User, name: str
) -> None:
    be(visitor, live_server, teacher)
    page.goto(f"{live_server.url}/profesores/notica/")
    page.get_by_role("link", name=name).click()


@pytest.mark.parametrize("visitor", [(360, "light")], indirect=True)
def test_mother_writes_to_the_tutor_and_reads_the_answer(
    family: Family,
    live_server: LiveServer,
    visitor: BrowserContext,
    page: Page,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
    tmp_path: Path,
) -> None:
    be(visitor, live_server, family.mother_login)
    page.goto(f"{live_server.url}/mirador/escribir/")
    page.get_by_role("button", name="Escribir a Tere Tutora").click()
    page.get_by_label("Asunto (opcional)").fill("Reunión del jueves")
    page.get_by_label("Mensaje", exact=True).fill("No podré ir. Le adjunto el justificante.")
    file = tmp_path / "justificante.pdf"
    file.write_bytes(PDF)
    page.get_by_label("Ficheros").set_input_files(file)
    expect(page.get_by_role("button", name="Quitar justificante.pdf")).to_be_visible()
    page.get_by_role("button", name="Enviar a 1 profesor").click()
    expect(page.locator(".notices")).to_have_text(
        "Enviado a Tere Tutora. Se lee en Notica y llega también a su correo profesional."
    )
    began = Message.objects.get(kind="to_teacher")
    assert page.url == f"{live_server.url}/mirador/escribir/{began.token}/"
    run_engine()
    told = sandbox.taken("email")
    assert [one["address"] for one in told] == [f"{family.tutor.username}@staff.example"]
    assert told[0]["attachments"] == []
    assert "justificante.pdf" in told[0]["text"]

    open_notica(visitor, live_server, page, family.tutor, "Familia de Lucía Marín · 1º ESO A")
    expect(page.locator("#reading")).to_contain_text("Le adjunto el justificante.")
    expect(page.get_by_role("link", name="justificante.pdf")).to_be_visible()
    page.get_by_label("Su respuesta").fill("Gracias, le llamo el viernes.")
    page.get_by_role("button", name="Responder").click()
    expect(page.locator(".notices")).to_have_text("Su respuesta está en camino.")
    run_engine()
    chat = sandbox.taken("telegram")
    assert [one["address"] for one in chat] == ["501"]
    assert "Gracias, le llamo el viernes." in chat[0]["text"]
    assert f"/mirador/escribir/{began.token}/" in chat[0]["text"]

    be(visitor, live_server, family.mother_login)
    page.goto(f"{live_server.url}/mirador/escribir/")
    page.get_by_role("link", name="1 conversación con respuesta sin leer").click()
    page.get_by_role("link", name="Reunión del jueves").click()
    expect(page.locator(".thread")).to_contain_text("Gracias, le llamo el viernes.")
    expect(page.locator(".told")).to_have_text("Leído Tere Tutora")
    page.get_by_label("Mensaje", exact=True).fill("De acuerdo, hasta el viernes.")
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator(".thread")).to_contain_text("De acuerdo, hasta el viernes.")
    expect(page.get_by_label("Mensaje", exact=True)).to_have_value("")
    open_notica(visitor, live_server, page, family.tutor, "Re: Reunión del jueves")
    expect(page.locator("#reading")).to_contain_text("De acuerdo, hasta el viernes.")


@pytest.mark.parametrize("visitor", [(1280, "light")], indirect=True)
def test_student_writes_to_two_teachers(
    family: Family,
    live_server: LiveServer,
    visitor: BrowserContext,
    page: Page,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    subject = family.person(family.teacher).assignments.get()
    subject.pk, subject.teacher = None, family.person(family.tutor)
    subject.save()
    be(visitor, live_server, make_login(family.student.person))
    page.goto(f"{live_server.url}/mirador/escribir/")
    page.get_by_role("checkbox", name="Tere Tutora").check()
    expect(page.get_by_role("button", name="Escribir a 1 profesor")).to_be_visible()
    page.get_by_role("checkbox", name="Paco Profesor").check()
    page.get_by_role("button", name="Escribir a 2 profesores").click()
    page.get_by_label("Mensaje", exact=True).fill("¿Cuándo es el examen?")
    page.get_by_role("button", name="Enviar a 2 profesores").click()
    expect(page.locator(".notices")).to_contain_text("Enviado a Tere Tutora y Paco Profesor.")
    run_engine()
    addresses = sorted(f"{one.username}@staff.example" for one in (family.tutor, family.teacher))
    assert sorted(one["address"] for one in sandbox.taken("email")) == addresses
    assert InboxEntry.objects.filter(message__kind="to_teacher").count() == 2
    open_notica(visitor, live_server, page, family.teacher, "Lucía Marín · 1º ESO A")
    expect(page.locator("#reading")).to_contain_text("¿Cuándo es el examen?")


def test_what_is_typed_is_kept_without_a_press(
    family: Family, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, family.mother_login)
    page.goto(f"{live_server.url}/mirador/escribir/")
    page.get_by_role("button", name="Escribir a Tere Tutora").click()
    page.get_by_label("Mensaje", exact=True).fill("A medias")
    expect(page.locator("#write-kept")).to_contain_text("Guardado")
    assert KeptDraft.objects.get().body == "A medias"
    page.goto(f"{live_server.url}/mirador/escribir/")
    page.get_by_role("link", name="A medias").click()
    expect(page.get_by_label("Mensaje", exact=True)).to_have_value("A medias")


def test_session_that_ended_takes_nothing_that_was_typed(
    family: Family, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    began = family.write()
    be(visitor, live_server, family.mother_login)
    page.goto(f"{live_server.url}/mirador/escribir/{began.token}/")
    visitor.clear_cookies()
    text = page.get_by_label("Mensaje", exact=True)
    text.fill("Escrito sin sesión")
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator("#fault")).to_be_visible()
    expect(text).to_have_value("Escrito sin sesión")
    assert Message.objects.count() == 1


def test_without_a_script_it_is_written_and_sent_too(
    family: Family, live_server: LiveServer, visitor: BrowserContext
) -> None:
    browser = visitor.browser
    assert browser is not None
    with browser.new_context(locale="es-ES", java_script_enabled=False) as plain:
        be(plain, live_server, family.mother_login)
        page = plain.new_page()
        page.goto(f"{live_server.url}/mirador/escribir/")
        page.get_by_role("checkbox", name="Paco Profesor").check()
        page.get_by_role("button", name="Escribir a los marcados").click()
        page.get_by_label("Mensaje", exact=True).fill("Buenos días.")
        page.get_by_role("button", name="Enviar a 1 profesor").click()
        expect(page.locator(".thread")).to_contain_text("Buenos días.")
        page.get_by_label("Mensaje", exact=True).fill("Y buenas tardes.")
        page.get_by_role("button", name="Enviar").click()
        expect(page.locator(".thread")).to_contain_text("Y buenas tardes.")
    assert [one.body for one in Message.objects.order_by("pk")] == ["Buenos días.", "Y buenas tardes."]


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_are_accessible(
    family: Family, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    began = family.write(family.tutor, family.teacher)
    family.answer(began)
    be(visitor, live_server, family.mother_login)
    found, start = {}, f"{live_server.url}/mirador/escribir/"
    for path in ("", "?buscar=nada", f"{began.token}/"):
        page.goto(f"{start}{path}")
        found[path] = violations(page)
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator("#write-problem")).to_be_visible()
    found["refused"] = violations(page)
    page.goto(start)
    page.get_by_role("button", name="Escribir a Tere Tutora").click()
    page.get_by_text("Añadir a otro profesor").click()
    found["letter"] = violations(page)
    page.get_by_role("button", name="Quitar a Tere Tutora").click()
    expect(page.get_by_text("Elija al menos un profesor.")).to_be_visible()
    found["to nobody"] = violations(page)
    Guardianship.objects.filter(guardian=family.person(family.mother)).update(
        barred_from="2026-01-01", barred_reference="Auto 1"
    )
    page.goto(start)
    found["about nobody"] = violations(page)
    assert found == {path: [] for path in found}
