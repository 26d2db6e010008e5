"""An expediente disciplinario from its opening to its end, and who hears of it (requirement E5)."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from convivencia.disciplinary import deadlines
from convivencia.models import DisciplinaryCase
from notica.models import InboxEntry
from plumier.models import User
from plumier.roles import Role
from tests.convivencia.disciplinary.cases import FACTS, DisciplinarySchool
from tests.database import DatabaseClock
from tests.factories.register import make_staff
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox

FRIDAY = date(2026, 11, 27)
NINE = datetime(2026, 11, 27, 9, 0, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.fixture
def of(
    transactional_db: None,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    monkeypatch: pytest.MonkeyPatch,
) -> DisciplinarySchool:
    monkeypatch.setattr(deadlines, "_closed", {})
    database_clock.set(NINE)
    of = DisciplinarySchool()
    of.father = make_staff(of.school, "Pedro Barrado", Role.SECRETARY)  # type: ignore[attr-defined]
    of.make_father(of.father, barred=True)  # type: ignore[attr-defined]
    return of


def opened(page: Page, live_server: LiveServer, user: User, path: str) -> Page:
    page.context.clear_cookies()
    be(page.context, live_server, user)
    page.goto(live_server.url + path)
    return page


def in_notica(kind: str) -> Counter[str]:
    """How many messages of a kind each person has in Notica."""
    rows = InboxEntry.objects.filter(message__kind=kind).select_related("person")
    return Counter(row.person.full_name for row in rows)


def official(*users: User) -> set[str]:
    return {user.people.get().contacts.get(slot="email_official").value for user in users}


def open_one(page: Page, live_server: LiveServer, of: DisciplinarySchool) -> DisciplinaryCase:
    """The head of studies looks for the pupil and writes what happened."""
    opened(page, live_server, of.head, reverse("profesores:disciplinary"))
    page.get_by_role("link", name="Abrir un expediente").click()
    page.get_by_label("¿Sobre qué alumno?").fill("vera")
    page.get_by_role("button", name="Buscar").click()
    page.get_by_role("link", name="Vera, Ana").click()
    choices = page.get_by_label("Instructor").locator("option").all_inner_texts()
    assert ("Instructor, Iván" in choices, "Barrado, Pedro" in choices) == (True, False)
    page.get_by_label("Instructor").select_option(label="Instructor, Iván")
    page.get_by_label("Hechos", exact=True).fill(FACTS)
    page.get_by_role("button", name="Abrir el expediente y comunicarlo").click()
    expect(page.get_by_role("heading", name="Expediente disciplinario 1/2026-27")).to_be_visible()
    return DisciplinaryCase.objects.get()


def test_expediente_is_opened_told_instructed_reminded_and_closed(
    of: DisciplinarySchool,
    page: Page,
    live_server: LiveServer,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
    database_clock: DatabaseClock,
) -> None:
    case = open_one(page, live_server, of)
    run_engine()
    concerned = (of.head, of.director, of.tutor, of.ptsc, of.instructor)
    assert in_notica("disciplinary") == dict.fromkeys((user.people.get().full_name for user in concerned), 1)
    mails = sandbox.taken("email")
    assert {one["address"] for one in mails} == official(*concerned)
    assert len(mails) == len(concerned)
    to = reverse("profesores:disciplinary_case", args=[case.pk])
    for mail in mails:
        assert ("Ana Vera (1º ESO C)" in mail["text"], to in mail["text"]) == (True, True)
        assert FACTS not in mail["text"]
    page.reload()
    line = page.get_by_role("listitem").filter(has_text="Pedro Barrado")
    expect(line).to_contain_text("una resolución judicial la aparta del alumno")
    expect(page.get_by_role("listitem").filter(has_text="Elena Tutora")).to_contain_text("Entregado al canal")

    # Whom a court keeps from her has no such page, though he is of the management.
    opened(page, live_server, of.father, to)  # type: ignore[attr-defined]
    expect(page.get_by_text(FACTS)).to_have_count(0)

    # The instructor notes what is done, and what is to be done today.
    opened(page, live_server, of.instructor, to)
    page.get_by_role("link", name="Anotar una actuación").click()
    page.get_by_label("Actuación").select_option(label="Trámite de audiencia")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Ponga el plazo, o el día en que se hizo.")).to_be_visible()
    page.get_by_label("Plazo, si lo tiene").fill(FRIDAY.isoformat())
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("La actuación está anotada.")).to_be_visible()
    run_engine()
    assert in_notica("disciplinary_deadline") == {}

    # Monday: nobody has heard the family.
    database_clock.advance(timedelta(days=3))
    run_engine()
    run_engine()
    reminded = (of.head, of.director, of.instructor)
    assert in_notica("disciplinary_deadline") == dict.fromkeys(
        (user.people.get().full_name for user in reminded), 1
    )
    assert len(sandbox.taken("email")) == len(mails)
    opened(page, live_server, of.instructor, to)
    expect(page.get_by_text("Plazo pasado")).to_be_visible()
    page.get_by_role("link", name="Marcar como hecha, corregir o tachar").click()
    page.get_by_label("Hecha el, si ya se hizo").fill((FRIDAY + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Corregida 1 vez")).to_be_visible()

    opened(page, live_server, of.head, to)
    page.get_by_role("link", name="Cerrar el expediente").click()
    page.get_by_label("Cómo termina").select_option(label="Resuelto con medidas correctoras")
    page.get_by_label("Qué se resuelve").fill("Repara el daño.")
    page.get_by_role("button", name="Cerrar el expediente para siempre").click()
    expect(page.get_by_text("El expediente está cerrado.")).to_be_visible()
    expect(page.get_by_role("link", name="Anotar una actuación")).to_have_count(0)
    assert violations(page) == []
