"""A family answers to a notice of an absence on a telephone, and the school hears of it (requirement E1)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from attendance.choices import Mark
from plumier.models import Contact, Guardianship, User
from tests.attendance.classes import FRIDAY, MOTHER_PHONE, NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_login, make_student
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox

PHONE = (360, "light")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def of(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> SchoolClass:
    """Ana was missing in session 2."""
    database_clock.set(NINE)
    of = SchoolClass()
    make_director(of.school)
    of.mark((of.ana, Mark.ABSENT))
    return of


def login_of(who: Parent) -> User:
    assert who.person is not None
    return make_login(who.person)


def open_notice(page: Page, live_server: LiveServer) -> Locator:
    """Avisos, and in it what she was told."""
    page.goto(live_server.url + reverse("mirador:inbox"))
    page.get_by_role("main").get_by_role("link", name="Falta de asistencia").click()
    return page.get_by_role("main")


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_mother_says_that_she_knew_and_the_tutor_excuses_it(
    of: SchoolClass,
    live_server: LiveServer,
    visitor: BrowserContext,
    page: Page,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
    tmp_path: Path,
) -> None:
    run_engine()
    (text,) = [one["text"] for one in sandbox.taken("tokapp") if one["address"] == MOTHER_PHONE]
    assert reverse("mirador:inbox") in text
    be(visitor, live_server, login_of(of.mother))
    main = open_notice(page, live_server)
    expect(main).to_contain_text("Sesión 2 (09:15) · Matemáticas: falta")
    main.get_by_role("link", name="Lo sabía").click()
    main.get_by_role("button", name="Enviar al tutor").click()
    expect(main.get_by_text("Escriba el motivo de la falta.")).to_be_visible()
    paper = tmp_path / "médico.pdf"
    paper.write_bytes(PDF)
    main.get_by_label("Motivo de la falta").fill("Visita médica")
    main.get_by_label("Justificante (opcional)").set_input_files(paper)
    main.get_by_role("button", name="Enviar al tutor").click()
    expect(main.get_by_text("Esperando al tutor")).to_be_visible()
    be(visitor, live_server, of.tutor)
    page.goto(live_server.url + reverse("profesores:absences"))
    expect(main.get_by_text("«Visita médica» — Eva Ros")).to_be_visible()
    with page.expect_download() as download:
        main.get_by_role("link", name="médico.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    main.get_by_role("button", name="Aceptar y justificar").click()
    expect(page.get_by_text("El justificante está aceptado.")).to_be_visible()
    be(visitor, live_server, of.mother.person.user)  # type: ignore[union-attr, arg-type]
    page.goto(live_server.url + reverse("mirador:grades"))
    page.get_by_role("navigation", name="Notas y faltas").get_by_role("link", name="Faltas").click()
    expect(main.get_by_text("Justificada", exact=True)).to_be_visible()
    expect(main.get_by_text("Aceptado", exact=True)).to_be_visible()


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_father_says_that_she_should_be_there_and_the_school_has_it_at_once(
    of: SchoolClass,
    live_server: LiveServer,
    visitor: BrowserContext,
    page: Page,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    run_engine()
    be(visitor, live_server, login_of(of.father))
    main = open_notice(page, live_server)
    main.get_by_role("link", name="¡Debería estar en clase!").click()
    expect(main.get_by_text("El centro sabrá ahora mismo que Ana debería estar en clase")).to_be_visible()
    main.get_by_role("button", name="Avisar al centro").click()
    expect(page.get_by_text("El centro ya está avisado.")).to_be_visible()
    run_engine()
    desk = Contact.objects.filter(slot="email_official", person__staff__isnull=False)
    assert {one["address"] for one in sandbox.taken("email")} == set(desk.values_list("value", flat=True))
    be(visitor, live_server, of.tutor)
    page.goto(live_server.url + reverse("profesores:inbox"))
    expect(page.get_by_role("link", name="¡Debería estar en clase!").first).to_be_visible()


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_father_of_two_sees_each_and_barred_from_one_the_other_alone(
    of: SchoolClass, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    make_student(make_group(of.school, "3º ESO B"), "Hugo Vera", [of.father])
    be(visitor, live_server, login_of(of.father))
    page.goto(live_server.url + reverse("mirador:attendance"))
    main = page.get_by_role("main")
    expect(main.get_by_text("Matemáticas")).to_be_visible()
    main.get_by_role("navigation", name="De quién").get_by_role("link", name="Hugo").click()
    expect(main.get_by_text("No consta ninguna falta este curso")).to_be_visible()
    Guardianship.objects.filter(student=of.ana, guardian=of.father.person).update(
        barred_from=FRIDAY, barred_reference="Auto 1/2026"
    )
    page.goto(live_server.url + reverse("mirador:attendance"))
    expect(page.get_by_role("heading", name="Faltas de Hugo")).to_be_visible()
    expect(main).not_to_contain_text("Ana")


@pytest.mark.parametrize("visitor", [PHONE], indirect=True)
def test_student_reads_her_absences_and_answers_nothing(
    of: SchoolClass, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_login(of.ana.person))
    page.goto(live_server.url + reverse("mirador:attendance"))
    main = page.get_by_role("main")
    expect(main.get_by_text("Matemáticas")).to_be_visible()
    expect(main.get_by_role("link", name="Lo sabía")).to_have_count(0)


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_are_sound_on_every_screen(
    of: SchoolClass, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, login_of(of.mother))
    open_notice(page, live_server)
    found = {"entry": violations(page)}
    page.get_by_role("link", name="¡Debería estar en clase!").click()
    found["alarm"] = violations(page)
    page.get_by_role("button", name="Avisar al centro").click()
    found["list"] = violations(page)
    page.get_by_role("link", name="Lo sabía").click()
    page.get_by_role("button", name="Enviar al tutor").click()
    found["error"] = violations(page)
    page.get_by_label("Motivo de la falta").fill("Visita médica")
    page.get_by_role("button", name="Enviar al tutor").click()
    found["answered"] = violations(page)
    assert found == {name: [] for name in found}
