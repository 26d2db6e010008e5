"""A tutor looks why a mother gets nothing (document P, «Acciones por sospecha de fallos»)."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from plumier.models import Guardianship, Person
from tests.factories.register import Parent, make_group, make_school, make_student, make_tutor
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_administration import be
from tests.notica.results import ACCOUNTS


@pytest.fixture
def mother(transactional_db: None, settings: Any) -> Person:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    parent = Parent(
        "Marta Ros Vera", contacts={"phone_1": "landline:+34968123456", "email": "marta@example.org"}
    )
    make_student(make_group(make_school(name="IES Ribera de los Molinos")), "Luis Gil", [parent])
    Guardianship.objects.update(receives_messages=False)
    assert parent.person is not None
    return parent.person


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_tutor_sees_what_is_to_be_corrected(
    mother: Person, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_tutor(Guardianship.objects.get().student.enrolments.get().group))
    page.goto(f"{live_server.url}/diagnostico/{mother.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Por qué no le llega a Ros Vera, Marta?")
    expect(page.get_by_text("3 cosas por corregir.")).to_be_visible()
    expect(page.get_by_text("Márquelo en la ficha del alumno, y mire sus fechas.")).to_be_visible()
    assert violations(page) == []
