"""Contacts as the Hà Nội school lives them (V 1, V 2): a tutor hands in, the office confirms and applies."""

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from plumier.clock import database_now
from plumier.models import Contact, ContactProposal, Guardianship, User
from plumier.policy_presets import apply_preset
from tests.database import DatabaseClock
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_student
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.words import vi, vi_many
from tests.providers.sandbox import Sandbox

TEN = datetime(2026, 11, 27, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # of the morning: nothing is held


@pytest.fixture
def story(
    transactional_db: None,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    live_server: LiveServer,
    database_clock: DatabaseClock,
) -> Story:
    database_clock.freeze(TEN)
    monkeypatch.setattr(settings, "LINK_ROOT", live_server.url)
    story = make_story()
    apply_preset(story.school, "hanoi")
    make_student(story.group, "Lan Phạm", [Parent("Bình Phạm", "father", {"phone_1": "+84903111222"})])
    make_student(story.group, "Mai Trần")
    return story


def log_in(page: Page, live_server: LiveServer, user: User, language: str = "vi") -> None:
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
    )
    page.goto(live_server.url)
    page.locator("[name=login]").fill(user.username)
    page.locator("[name=password]").fill("secret")
    page.locator("button.button--main").click()


def cell(page: Page, what: str, whose: str) -> Locator:
    """A field of the grid, as a screen reader names it."""
    return page.get_by_label(vi("%(what)s de %(who)s", what=vi(what), who=whose), exact=True)


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("status").first).to_have_text(words)


def many(one: str, many: str, **values: int) -> str:
    return vi_many(one, many, next(iter(values.values())), **values)


def test_tutor_hands_in_and_the_office_confirms_and_applies(
    story: Story,
    live_server: LiveServer,
    page: Page,
    sandbox: Sandbox,
    database_clock: DatabaseClock,
    run_engine: Callable[[], None],
) -> None:
    # 1: the homeroom teacher hands in names and phones; what nobody can read stays before her.
    log_in(page, live_server, story.tutor)
    page.get_by_role("link", name=vi("Contactos"), exact=True).click()
    cell(page, "Teléfono", "Nguyễn, Nam").fill("0912 345 678")
    name = vi("%(what)s de %(who)s", what=vi("Nombre"), who="Nguyễn, Nam")
    page.get_by_label(vi("Registrado: %(who)s", who=name)).check()
    cell(page, "Teléfono", "Phạm, Bình").fill("không biết")
    page.get_by_role("button", name=vi("Entregar"), exact=True).click()
    handed = many("%(number)d cambio entregado", "%(number)d cambios entregados", number=1)
    wrong = vi_many(
        "%(number)d no se entiende (fila %(rows)s)",
        "%(number)d no se entienden (filas %(rows)s)",
        1,
        rows="3",
    )
    says(page, f"{handed}, {wrong}.")
    expect(cell(page, "Teléfono", "Phạm, Bình")).to_have_value("không biết")
    expect(page.get_by_text(vi("No se entiende como teléfono."))).to_be_visible()
    expect(page.get_by_text(vi("En la ficha: %(old)s", old="+84901234567"))).to_be_visible()
    assert Contact.objects.filter(person=story.father).get().value == "+84901234567"

    # The training office brings those of a new pupil.
    log_in(page, live_server, story.training)
    page.get_by_role("link", name=vi("Contactos"), exact=True).click()
    page.get_by_role("link", name="Trần, Mai").click()
    row = page.get_by_role("group", name=vi("Persona nueva %(number)s", number=1))
    row.get_by_label(vi("Parentesco")).select_option("mother")
    row.get_by_label(vi("Apellidos, nombre")).fill("Trần, Lan")
    row.get_by_label(vi("Teléfono"), exact=True).fill("0987 654 321")
    row.get_by_label(vi("Se registra para recibir mensajes")).check()
    page.get_by_role("button", name=vi("Entregar"), exact=True).click()
    says(page, f"{handed}.")

    # 2: the desk applies the first, and gets in touch with the new pupil's mother before it applies hers.
    log_in(page, live_server, story.office)
    page.get_by_role("link", name=vi("Contactos"), exact=True).click()
    page.get_by_role(
        "button", name=many("Aplicar %(counter)s sin avisos", "Aplicar %(counter)s sin avisos", counter=1)
    ).click()
    says(page, many("%(number)d cambio aplicado.", "%(number)d cambios aplicados.", number=1))
    assert Contact.objects.filter(person=story.father).get().value == "+84912345678"

    page.get_by_role("link", name="Trần, Lan").click()
    page.get_by_role("button", name=vi("Enviar el código")).click()
    says(page, vi("El código va de camino."))
    run_engine()
    text = sandbox.taken("sms")[0]["text"]
    found = re.search(r"\b\d{6}\b", text)
    assert found is not None
    code = page.get_by_label(vi("Código que dice la familia (enviado a %(address)s)", address="***321"))
    code.fill("000000")
    page.get_by_role("button", name=vi("Comprobar el código")).click()
    wrong = many(
        "El código no es ese. Queda %(left)d intento.",
        "El código no es ese. Quedan %(left)d intentos.",
        left=4,
    )
    expect(page.get_by_role("status").first).to_contain_text(wrong)
    code.fill(found.group())
    page.get_by_role("button", name=vi("Comprobar el código")).click()
    says(page, vi("Confirmado."))
    page.get_by_role("button", name=vi("Aplicar"), exact=True).click()
    says(page, vi("Aplicado."))

    # Only registered parents receive: of two classmates the mother who is, and nobody of the other.
    tie = Guardianship.objects.get(guardian__surname="Trần")
    assert (tie.registered_how, tie.receives_messages) == ("code", True)
    unregistered = Guardianship.objects.get(guardian__surname="Phạm")
    database_clock.freeze(TEN.replace(hour=18))
    choice = Choice(Audience.FAMILY, students=(tie.student_id, unregistered.student_id))
    draft = Draft(story.school, "out_of_hours", choice, Way.TELEGRAM_TOKAPP, "next", body="Mai hop phu huynh")
    send(draft, by=story.tutor, now=database_now())
    run_engine()
    reached = {one["address"] for one in sandbox.taken() if "Mai hop phu huynh" in one["text"]}
    assert reached == {"+84987654321"}


def test_parent_confirms_by_the_link_of_the_message(
    story: Story, live_server: LiveServer, page: Page, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    one = story.new_pupil("Tú Vũ", name="Vũ, Hà", phone_1="0976543210")
    log_in(page, live_server, story.office, "es")
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
        log_in(page, live_server, user, "es")
        for name, path in views.items():
            page.goto(f"{live_server.url}/{path}")
            found[name] = violations(page)
    log_in(page, live_server, story.tutor, "es")
    page.goto(f"{live_server.url}/contactos/")
    page.get_by_label("Teléfono de Phạm, Bình").fill("no lo sé")
    page.get_by_role("group", name="Persona nueva 1").get_by_label("Apellidos, nombre").fill("Vũ, Hà")
    page.get_by_role("button", name="Entregar").click()
    found["problems"] = violations(page)
    page.goto(f"{live_server.url}/c/none/")
    found["no link"] = violations(page)
    assert found == {name: [] for name in found}
