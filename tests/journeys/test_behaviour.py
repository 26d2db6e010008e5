"""A teacher writes down what a pupil did, and its family is told, of it and of no other pupil (requirement E4)."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from convivencia.models import BehaviourRecord
from tests.convivencia.records.incidents import TEN, Incident
from tests.database import DatabaseClock
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox

HURT = "Ha lanzado una silla. Rosa se ha asustado."


@pytest.fixture
def of(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> Incident:
    database_clock.set(TEN)
    sandbox.tokapp([])
    return Incident()


def status(page: Page, address: str) -> int:
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def test_family_is_told_of_a_record_and_of_no_other_pupil(
    page: Page, of: Incident, live_server: LiveServer, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    be(page.context, live_server, of.teacher)
    page.goto(live_server.url + reverse("profesores:behaviour"))
    page.get_by_role("link", name="Nuevo registro").click()
    page.get_by_label("Vera Ros, Luis").check()
    page.get_by_role("button", name="Guardar el registro").click()
    expect(page.get_by_label("Vera Ros, Luis")).to_be_checked()  # what was chosen is kept while a text lacks
    page.get_by_label("Sesión", exact=True).select_option("3")
    page.get_by_label("Lugar").fill("Aula 12")
    page.get_by_label("Qué ha pasado", exact=True).fill(HURT)
    page.get_by_role("button", name="Guardar el registro").click()
    expect(page.get_by_text("La familia aún no sabe nada.")).to_be_visible()
    address = page.url
    page.get_by_role("link", name="Notificar a la familia").click()
    expect(page.get_by_text("Vera, Juan")).to_be_visible()
    expect(page.get_by_text("Ros, Eva")).to_be_visible()
    text = page.get_by_label("Lo que leerá la familia")
    proposed = text.input_value()
    text.fill(f"{proposed}\nDiscutió con Rosa Martín.")
    page.get_by_role("button", name="Enviar a 1 familia").click()
    expect(page.get_by_text("El texto nombra a otro alumno: «Rosa Martín».")).to_be_visible()
    expect(page.locator("mark")).to_have_text("Rosa Martín")
    assert text.input_value().endswith("Discutió con Rosa Martín.")
    text.fill(f"{proposed}\nDiscutió con otra alumna.")
    page.get_by_role("button", name="Enviar a 1 familia").click()
    expect(page.get_by_text("La notificación está enviada.")).to_be_visible()
    run_engine()
    (told,) = [one["text"] for one in sandbox.taken("telegram")]
    assert ("Sobre: Luis Vera Ros" in told, "Discutió con otra alumna." in told, "Rosa" in told) == (
        True,
        True,
        False,
    )
    page.goto(address)
    expect(page.get_by_role("listitem").filter(has_text="Vera, Juan")).to_contain_text("Entregado al canal")
    expect(page.get_by_role("listitem").filter(has_text="Ros, Eva")).to_contain_text("Sin canal")
    for user, expected in ((of.tutor, 200), (of.director, 200), (of.colleague, 404), (of.pas, 404)):
        page.context.clear_cookies()
        be(page.context, live_server, user)
        assert (user.people.get().given_name, status(page, address)) == (
            user.people.get().given_name,
            expected,
        )


@pytest.mark.parametrize("visitor", [(360, "dark"), (1280, "light")], indirect=True)
def test_refused_text_is_sound_on_every_screen(page: Page, of: Incident, live_server: LiveServer) -> None:
    record: BehaviourRecord = of.record()
    be(page.context, live_server, of.teacher)
    page.goto(live_server.url + reverse("profesores:behaviour_notify", args=[record.pk]))
    page.get_by_label("Lo que leerá la familia").fill("Rosa y Ana Gil")
    page.get_by_role("button", name="Comprobar el texto").click()
    expect(page.get_by_label("«Rosa» no es un alumno")).to_be_visible()
    assert violations(page) == []
