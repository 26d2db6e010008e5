"""A student's record and the notice board, in a browser: what a tutor, a director and a service do there."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from channels_app.models import Activation
from notica.models import KeptDraft
from plumier.clock import database_now
from plumier.models import School, SchoolPolicy, Student, User
from tablon.models import Notice, NoticeFile
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_school,
    make_service,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_administration import be
from tests.notica.results import ACCOUNTS
from tests.notica.stories import send_to
from tests.tablon.boards import post

PHONE = "+34600111222"
TEXT = "# Jornada de puertas abiertas\n\nEl **jueves a las 18:00** en el salón de actos:\n\n- visita guiada\n- merienda"


@pytest.fixture
def student(transactional_db: None, settings: Any, tmp_path: Path) -> Student:
    settings.CHANNEL_ENVIRONMENT, settings.DATA_DIR = ACCOUNTS, tmp_path
    school = make_school(name="IES Ribera de los Molinos")
    group = make_group(school)
    mother = Parent(
        "Marta Ros Vidal",
        contacts={"phone_1": PHONE, "phone_2": "landline:+34968111222", "email": "marta@familia.example"},
    )
    father = Parent("Pedro Gil Mora", "father", {"phone_1": "+34600333444"}, barred=(date(2026, 1, 1), None))
    aunt = Parent("Rosa Gil Mora", "other", {"phone_1": "unreadable:60 11"}, ticked=False)
    student = make_student(
        group,
        "Luis Gil Ros",
        [mother, father, aunt],
        contacts={"email_alt": "luis@alu.example"},
        protected=True,
    )
    make_student(group, "Eva Gil Ros", [mother])
    SchoolPolicy.objects.update(registration_required=True)
    link("telegram", PHONE, "77", state="blocked")
    link("tokapp", PHONE)
    Activation.objects.update(checked_at=database_now() - timedelta(hours=2))
    return student


def record_of(live_server: LiveServer, student: Student) -> str:
    return f"{live_server.url}/profesores/alumnos/{student.pk}/"


def picture(page: Page, name: str) -> None:
    """Kept to be looked at, where somebody asks for it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_tutor_reads_how_each_of_the_family_is_reached_and_has_it_checked(
    student: Student, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    tutor = make_tutor(student.enrolments.get().group)
    be(visitor, live_server, tutor)
    page.goto(record_of(live_server, student))
    expect(page.get_by_text("Queda registrado que ha consultado esta ficha.")).to_be_visible()
    mother, father = (
        page.get_by_role("region", name="Marta Ros Vidal"),
        page.get_by_role("region", name="Pedro Gil"),
    )
    for words in ("Telegram: bloqueado", "TokApp: activo", "Fijo: no recibe SMS ni Telegram", "hace 2 horas"):
        expect(mother.get_by_text(words).first).to_be_visible()
    expect(father).to_contain_text("Consulte con la dirección del centro.")
    expect(father).not_to_contain_text("+34600333444")
    page.get_by_role("button", name="Comprobar").click()
    expect(page.get_by_text("Comprobando…")).to_be_visible()
    Activation.objects.filter(account__channel="tokapp").update(checked_at=database_now())
    expect(page.get_by_role("button", name="Comprobar")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="Gil Ros, Eva").click()
    expect(page.get_by_role("heading", name="Gil Ros, Eva")).to_be_visible()
    page.get_by_role("button", name="Escribir: SMS").click()
    expect(page.locator("#dialog[open]")).to_be_visible()
    assert KeptDraft.objects.get().students == [Student.objects.get(person__given_name="Eva").pk]


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_have_no_barrier(
    student: Student, live_server: LiveServer, visitor: BrowserContext, page: Page, request: Any
) -> None:
    director = make_director(student.school)
    send_to(student.school, director, students=[student], subject="Reunión del jueves", way="email")
    notice = post(director, student.school, text=TEXT)
    view, found = request.node.callspec.id, {}
    be(visitor, live_server, director)
    for name, path in {
        "record": f"/profesores/alumnos/{student.pk}/",
        "notices": "/tablon/",
        "nothing": "/tablon/?buscar=nada",
        "notice": f"/tablon/{notice.pk}/",
        "new": "/tablon/nuevo/",
    }.items():
        page.goto(f"{live_server.url}{path}")
        for summary in page.locator("main summary").all():
            summary.click()
        found[name] = violations(page)
        picture(page, f"{name}-{view}")
    assert found == {name: [] for name in found}


def test_director_posts_with_a_preview_and_a_file(
    student: Student, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_director(student.school))
    page.goto(f"{live_server.url}/tablon/")
    page.get_by_role("link", name="Escribir el primero").click()
    page.get_by_label("Título").fill("Puertas abiertas")
    page.get_by_label("Texto").fill(TEXT)
    page.get_by_label("Adjuntar").set_input_files(
        {"name": "circular.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 circular"}
    )
    page.get_by_role("button", name="Vista previa").click()
    shown = page.get_by_role("region", name="Así se leerá").get_by_role("listitem")
    expect(shown).to_have_count(3)  # two of the text, and the file
    expect(shown.last).to_contain_text("circular.pdf")
    picture(page, "preview")
    page.get_by_role("button", name="Publicar").click()
    expect(page.get_by_role("status")).to_contain_text("El anuncio está publicado")
    assert [file.name for file in NoticeFile.objects.all()] == ["circular.pdf"]
    with page.expect_download() as download:
        page.get_by_role("link", name="circular.pdf").click()
    assert Path(download.value.path()).read_bytes() == b"%PDF-1.4 circular"
    page.get_by_text("Retirar del tablón").click()
    page.get_by_label("Por qué se retira").fill("Cambia el día")
    page.get_by_role("button", name="Retirar de 1 centro").click()
    expect(page.get_by_text("Cambia el día")).to_be_visible()


@pytest.mark.parametrize("visitor", [(360, "light"), (1280, "dark")], indirect=True, ids=["phone", "desk"])
def test_service_posts_to_some_of_its_schools(
    student: Student, live_server: LiveServer, visitor: BrowserContext, page: Page, request: Any
) -> None:
    others = [make_school(f"3000001{number}", name=f"CEIP Número {number}") for number in range(4)]
    service: User = make_service(student.school, *others)
    be(visitor, live_server, service)
    page.goto(f"{live_server.url}/tablon/nuevo/")
    page.get_by_label("Título").fill("Plazo de admisión")
    page.get_by_label("Texto").fill("Se abre el lunes.")
    page.get_by_label("Solo en los que elija").check()
    page.get_by_label("Buscar por nombre o código").fill("numero")
    page.get_by_role("button", name="Buscar").click()
    page.get_by_role("button", name="Marcar los 4 que se ven").click()
    expect(page.get_by_text("4 centros elegidos")).to_be_visible()
    page.get_by_label("CEIP Número 3").uncheck()
    assert violations(page) == []
    picture(page, f"service-{request.node.callspec.id}")
    page.get_by_role("button", name="Publicar").click()
    expect(page.get_by_role("status")).to_contain_text("El anuncio está publicado")
    notice = Notice.objects.get()
    assert set(notice.schools.all()) == set(School.objects.filter(pk__in=[one.pk for one in others[:3]]))


def test_teacher_has_no_notice_board(
    student: Student, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_teacher(student.enrolments.get().group))
    answer = page.goto(f"{live_server.url}/tablon/")
    assert answer is not None
    assert answer.status == 404
