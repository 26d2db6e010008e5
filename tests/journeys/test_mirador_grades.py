"""Marks as a family lives them: read, acknowledged, remarked on; and as their tutor does."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from grades.models import Acknowledgement, Mark
from notica.models import InboxEntry, Message
from plumier.models import Guardianship, User
from tests.factories.register import Parent, make_login, make_school, make_student
from tests.grades.marked import Marked, put
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox


@pytest.fixture
def marked(transactional_db: None, sandbox: Sandbox, settings: Any, tmp_path: Path) -> Marked:
    settings.DATA_DIR = tmp_path / "data"
    return Marked(make_school(name="IES Ribera de los Molinos"))


def opened(
    page: Page, live_server: LiveServer, user: User, name: str = "mirador:grades", *about: int
) -> Page:
    page.context.clear_cookies()
    be(page.context, live_server, user)
    page.goto(live_server.url + reverse(name, args=about))
    return page


@pytest.mark.parametrize("visitor", [(360, "light")], indirect=True)
def test_acuse_opens_remarks_which_reach_the_tutor_in_notica_and_by_mail(
    page: Page,
    marked: Marked,
    live_server: LiveServer,
    run_engine: Callable[[], None],
    sandbox: Sandbox,
) -> None:
    """«Se accede desde la ventana de Calificaciones. Una vez pulsado el botón Acuse de Recibo se activa el botón
    Observaciones, que al ser pulsado envía una notificación como la de Tutorías.»"""
    marked.publish()
    opened(page, live_server, marked.mother_login)
    expect(page.get_by_role("heading", name="1ª evaluación")).to_be_visible()
    expect(page.get_by_role("button", name="Observaciones")).to_be_disabled()
    page.get_by_role("button", name="Acuse de recibo").click()
    expect(page.get_by_text("por usted")).to_be_visible()
    expect(page.get_by_role("button", name="Acuse de recibo")).to_have_count(0)
    page.get_by_role("link", name="Observaciones").click()
    page.get_by_role("textbox", name="Mensaje").fill("Gracias por todo.\n¿Puede verle en Lengua?")
    page.get_by_role("button", name="Enviar observaciones").click()
    expect(page.get_by_text("Sus observaciones están enviadas al tutor.")).to_be_visible()
    message = Message.objects.get()
    assert message.subject == "Observaciones: 1ª evaluación"
    entries = InboxEntry.objects.filter(message=message)
    assert [one.person for one in entries] == [marked.person(marked.tutor)]
    run_engine()
    (letter,) = [
        one for one in sandbox.taken("email") if one["address"] == f"{marked.tutor.username}@staff.example"
    ]
    assert "¿Puede verle en Lengua?" in letter["text"]
    opened(page, live_server, marked.tutor, "profesores:inbox")
    expect(page.get_by_role("link", name="Observaciones: 1ª evaluación")).to_be_visible()


def test_tutor_sees_who_acknowledged_and_reminds_the_others(
    page: Page,
    marked: Marked,
    live_server: LiveServer,
    run_engine: Callable[[], None],
    sandbox: Sandbox,
) -> None:
    """A barred father is neither counted nor reached."""
    barred = Parent(
        "Iván Barrado", "father", {"email": "ivan@familia.example"}, barred=(date(2026, 1, 1), None)
    )
    waiting = Parent("Rosa Somoza", contacts={"email": "rosa@familia.example"})
    put(
        marked.evaluation,
        make_student(marked.group, "Eloísa Somoza", [barred, waiting]),
        marked.language,
        "6",
    )
    lonely = Parent(
        "Otro Barrado", "father", {"email": "otro@familia.example"}, barred=(date(2026, 1, 1), None)
    )
    put(marked.evaluation, make_student(marked.group, "Zoe Sola", [lonely]), marked.language, "6")
    opened(page, live_server, marked.tutor, "profesores:grades")
    page.get_by_role("link", name="1º ESO A").click()
    page.get_by_role("button", name="Publicar las notas de 3 alumnos").click()
    expect(page.get_by_text("Acuse de recibo: 0 de 3")).to_be_visible()
    assert not Message.objects.exists()
    marked.acknowledge()
    page.reload()
    expect(page.get_by_role("row", name="Marín, Lucía")).to_contain_text("Marta Marín (madre)")
    page.get_by_text("Falta 1 familia").click()
    expect(page.get_by_role("listitem").filter(has_text="Somoza, Eloísa")).to_be_visible()
    page.get_by_role("button", name="Recordar a 1 familia").click()
    expect(page.get_by_text("El recordatorio está en camino.")).to_be_visible()
    expect(page.get_by_role("button", name="Recordar a")).to_have_count(0)
    run_engine()
    told = {one["address"] for one in sandbox.taken("email") if one["address"].endswith("@familia.example")}
    assert told == {"rosa@familia.example"}


def test_student_reads_and_acknowledges_her_own(page: Page, marked: Marked, live_server: LiveServer) -> None:
    marked.publish()
    opened(page, live_server, make_login(marked.student.person))
    expect(page.get_by_role("heading", name="Notas", exact=True)).to_be_visible()
    page.get_by_role("button", name="Acuse de recibo").click()
    expect(page.get_by_text("por usted")).to_be_visible()
    assert Acknowledgement.objects.get().person == marked.student.person


def test_father_of_two_reads_one_child_at_a_time(page: Page, marked: Marked, live_server: LiveServer) -> None:
    second = make_student(
        marked.group, "Hugo Marín", [Parent("Pedro Marín", "father", person=marked.person(marked.father))]
    )
    put(marked.evaluation, second, marked.language, "10")
    marked.publish()
    opened(page, live_server, marked.father_login)
    expect(page.get_by_role("heading", name="Notas de Hugo")).to_be_visible()
    page.get_by_role("button", name="Acuse de recibo").click()
    page.get_by_role("link", name="Lucía").click()
    expect(page.get_by_role("heading", name="Notas de Lucía")).to_be_visible()
    expect(page.get_by_role("button", name="Observaciones")).to_be_disabled()
    assert Acknowledgement.objects.get().enrolment.student == second


def test_barred_father_finds_nothing(page: Page, marked: Marked, live_server: LiveServer) -> None:
    marked.publish()
    Guardianship.objects.filter(guardian=marked.person(marked.father)).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1/2026"
    )
    opened(page, live_server, marked.father_login)
    expect(page.get_by_text("Aquí no hay ningún alumno a su cargo")).to_be_visible()
    answer = page.goto(f"{live_server.url}{reverse('mirador:grades')}?alumno={marked.student.pk}")
    assert answer is not None
    assert answer.status == 404


def test_teacher_writes_a_class_from_the_keyboard(
    page: Page, marked: Marked, live_server: LiveServer
) -> None:
    make_student(marked.group, "Zoe Sola")
    opened(page, live_server, marked.teacher, "profesores:grades")
    page.get_by_role("link", name="Matemáticas · 1º ESO A").click()
    first = page.get_by_role("textbox", name="Calificación de Marín, Lucía")
    first.fill("8")
    first.press("ArrowDown")
    second = page.get_by_role("textbox", name="Calificación de Sola, Zoe")
    expect(second).to_be_focused()
    second.press_sequentially("NT")
    second.press("ArrowUp")
    expect(first).to_be_focused()
    page.get_by_role("button", name="Guardar las notas").click()
    expect(page.get_by_text("Guardadas 2 notas.")).to_be_visible()
    maths = Mark.objects.filter(subject=marked.maths.subject).order_by("enrolment")
    assert list(maths.values_list("value", flat=True)) == ["8", "NT"]


def test_everything_is_done_without_a_script(
    browser: Browser, marked: Marked, live_server: LiveServer
) -> None:
    marked.publish()
    with browser.new_context(java_script_enabled=False, locale="es-ES") as visitor:
        page = opened(visitor.new_page(), live_server, marked.mother_login)
        page.get_by_role("button", name="Acuse de recibo").click()
        page.get_by_role("link", name="Observaciones").click()
        page.get_by_role("button", name="Enviar observaciones").click()
        expect(page.locator(".error")).to_contain_text("El mensaje está vacío")
        page.get_by_role("textbox", name="Mensaje").fill("Gracias.")
        page.get_by_role("button", name="Enviar observaciones").click()
        expect(page.get_by_text("Sus observaciones están enviadas al tutor.")).to_be_visible()
    assert Message.objects.get().body == "Gracias."


@pytest.mark.parametrize("visitor", [(360, "light"), (360, "dark"), (1280, "light")], indirect=True)
def test_states_of_the_pages_are_accessible(page: Page, marked: Marked, live_server: LiveServer) -> None:
    found: dict[str, list[str]] = {}
    opened(page, live_server, marked.mother_login)
    found["nothing yet"] = violations(page)
    opened(page, live_server, marked.tutor, "profesores:grades_group", marked.evaluation.pk, marked.group.pk)
    found["not published"] = violations(page)
    marked.publish()
    marked.acknowledge()
    put(marked.evaluation, marked.student, marked.language, "SB")
    opened(page, live_server, marked.mother_login)
    found["changed"] = violations(page)
    page.goto(live_server.url + reverse("mirador:remarks", args=[marked.evaluation.pk]))
    found["remarks before the acuse"] = violations(page)
    opened(
        page, live_server, marked.teacher, "profesores:grades_class", marked.evaluation.pk, marked.maths.pk
    )
    put(marked.evaluation, marked.student, marked.maths.subject, "3", "De otra persona")
    page.get_by_role("textbox", name="Calificación de Marín, Lucía").fill("9")
    page.get_by_role("button", name="Guardar las notas").click()
    expect(page.get_by_role("alert").first).to_contain_text("otra persona ha cambiado")
    found["clash"] = violations(page)
    assert found == {name: [] for name in found}
