"""A proposal of titles comes back, and every student's telephone says that hers waits at the office (E6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import InboxEntry
from plumier.models import Enrolment, School, Student, User
from plumier.roles import Role
from secretaria.models import Diploma
from tests.database import DatabaseClock
from tests.factories.register import make_group, make_school, make_staff, make_student
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox

ANA, LUIS, EVA, MENDED = "+34600111001", "+34600111002", "+34600111003", "+34600111004"


@pytest.fixture
def school(transactional_db: None, sandbox: Sandbox) -> School:
    return make_school(name="IES Ribera de los Molinos")


@pytest.fixture
def secretary(school: School) -> User:
    return make_staff(school, "Sara Secretaria", Role.SECRETARY)


@pytest.fixture
def pupils(school: School) -> list[Student]:
    """Ana; Luis, who has left and whose first telephone is a landline; Eva, whose telephone is out of order."""
    group = make_group(school, "2º BACH A")
    found = [
        make_student(group, "Ana Vera", contacts={"phone_1": ANA}),
        make_student(group, "Luis Gil", contacts={"phone_1": "landline:+34968111222", "phone_2": LUIS}),
        make_student(group, "Eva Ros", contacts={"phone_1": EVA}),
    ]
    Enrolment.objects.filter(student=found[1]).update(status="withdrawn")
    return found


def texts(sandbox: Sandbox) -> list[tuple[str, str]]:
    return sorted((one["address"], one["text"]) for one in sandbox.taken("sms"))


def test_proposal_is_made_received_told_of_and_collected(
    page: Page,
    secretary: User,
    pupils: list[Student],
    live_server: LiveServer,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
    database_clock: DatabaseClock,
) -> None:
    sandbox.refuse("sms", "not_mobile", address=EVA)
    be(page.context, live_server, secretary)
    page.goto(live_server.url + reverse("profesores:diploma_new"))
    page.get_by_label("Título o enseñanza").fill("Bachillerato")
    page.get_by_label("Curso en que se obtuvo").fill("2025/2026")
    page.get_by_label("Expedientes").fill("\n".join([*(one.expediente for one in pupils), "9999999"]))
    page.get_by_role("button", name="Guardar la propuesta").click()
    expect(page.get_by_text("1 expediente no es de este centro: 9999999.")).to_be_visible()
    page.get_by_label("Expedientes").fill("\t".join(one.expediente for one in pupils))
    page.get_by_role("button", name="Guardar la propuesta").click()
    page.get_by_role("button", name="Anotar que se ha enviado").click()
    page.get_by_role("link", name="Recepcionar").click()
    assert violations(page) == []
    expect(page.get_by_text("3 SMS", exact=True)).to_be_visible()
    page.get_by_role("button", name="Recepcionar 3 títulos y enviar SMS a 3 alumnos").click()
    expect(page.get_by_text("El SMS sale en unos segundos", exact=False)).to_be_visible()
    database_clock.advance(timedelta(seconds=11))
    run_engine()
    said = "IES Ribera de los Molinos: su titulo de Bachillerato ya esta en la Secretaria del centro."
    assert texts(sandbox) == [(phone, f"{said} Puede venir a recogerlo.") for phone in (ANA, LUIS)]
    acuse = InboxEntry.objects.filter(person__user=secretary, message__kind="acuse")
    assert acuse.count() == 1
    page.reload()
    pupils[2].person.contacts.update(value=MENDED)
    page.get_by_role("button", name="Enviar otra vez a 1 fallido").click()
    run_engine()
    assert [phone for phone, _text in texts(sandbox)] == [ANA, LUIS, MENDED]
    page.reload()
    page.get_by_role("checkbox", name="Ana Vera").check()
    page.get_by_label("Lo recoge una persona autorizada").fill("Rosa Vera")
    page.get_by_role("button", name="Los marcados se han recogido").click()
    expect(page.get_by_text("lo recogió Rosa Vera", exact=False)).to_be_visible()
    assert Diploma.objects.get(collected_at__isnull=False).student == pupils[0]
    assert violations(page) == []
