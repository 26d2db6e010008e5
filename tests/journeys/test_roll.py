"""A teacher marks an absence, and the family's telephone has it; she corrects it, and it has that too (E1)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.attendance.classes import FATHER_PHONE, MOTHER_PHONE, NINE, SchoolClass
from tests.database import DatabaseClock
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox


@pytest.fixture
def of(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> SchoolClass:
    database_clock.set(NINE)
    return SchoolClass()


@pytest.fixture
def roll(page: Page, of: SchoolClass, live_server: LiveServer) -> Page:
    be(page.context, live_server, of.teacher)
    page.goto(live_server.url + reverse("profesores:roll"))
    return page


def mark(page: Page, pupil: str, word: str) -> None:
    line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=pupil))
    line.get_by_role("radio", name=word).check()


def texts(sandbox: Sandbox, phone: str) -> list[str]:
    return [one["text"] for one in sandbox.taken("tokapp") if one["address"] == phone]


def test_absence_is_told_at_once_and_its_correction_to_those_who_were_told(
    roll: Page, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    expect(roll.get_by_role("link", name="2ª")).to_have_attribute("aria-current", "page")
    expect(roll.get_by_text("Se avisará a: Juan Vera, Eva Ros")).to_be_hidden()
    mark(roll, "Ana Vera", "Falta")
    expect(roll.get_by_text("Se avisará a: Juan Vera, Eva Ros")).to_be_visible()
    roll.get_by_role("button", name="Guardar la lista").click()
    expect(roll.get_by_text("ha cambiado 1 marca. Se avisa ahora a 1 familia.")).to_be_visible()
    run_engine()
    for phone in (FATHER_PHONE, MOTHER_PHONE):
        (text,) = texts(sandbox, phone)
        assert "Sobre: Ana Vera" in text
        assert "• Sesión 2 (09:15) · Matemáticas: falta" in text
    roll.reload()
    expect(roll.get_by_text("Familia avisada a las 09:3")).to_be_visible()
    mark(roll, "Ana Vera", "Asiste")
    roll.get_by_role("button", name="Guardar la lista").click()
    expect(roll.get_by_text("ha cambiado 1 marca.")).to_be_visible()
    run_engine()
    for phone in (FATHER_PHONE, MOTHER_PHONE):
        _first, text = texts(sandbox, phone)
        assert "Corrección de lo que le avisamos del viernes 27 de noviembre." in text
        assert "• Sesión 2 (09:15) · Matemáticas: asistió a clase" in text


def test_leaving_with_marks_that_are_not_saved_is_asked_about(roll: Page) -> None:
    mark(roll, "Ana Vera", "Falta")
    asked: list[Any] = []
    roll.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    roll.get_by_role("link", name="3ª").click(no_wait_after=True)
    roll.wait_for_timeout(200)
    assert (asked, roll.url.rpartition("?")[2]) == (["beforeunload"], roll.url.rpartition("?")[2])


def test_roll_is_marked_by_the_keyboard_alone(roll: Page) -> None:
    roll.get_by_role("radio", name="Asiste").first.focus()
    roll.keyboard.press("ArrowRight")
    expect(roll.get_by_role("radio", name="Falta").first).to_be_checked()


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_roll_is_sound_on_every_screen(roll: Page) -> None:
    mark(roll, "Ana Vera", "Falta")
    mark(roll, "Luis Gil", "Justificada")
    roll.evaluate("scrollTo(0, 0)")  # what lies under the bar at the head is small only as long as it does
    assert violations(roll) == []
