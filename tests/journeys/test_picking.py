"""Picking people as a teacher does it, with a script and without, on a desk and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import KeptDraft
from plumier.models import Group, Student, User
from tests.factories.register import Parent, link, make_group, make_school, make_student, make_teacher, mobile
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.staff import be
from tests.notica.results import ACCOUNTS
from tests.profesores.picking.classroom import fill

NAMES = ["Martín Aguilar Benítez", "Eloísa Alberto Somoza", "Rosario Alcántara Baró", "Melisa Anguita León"]


@pytest.fixture
def group(transactional_db: None, settings: Any) -> Group:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    group = make_group(make_school(name="IES Ribera de los Molinos"))
    for number, name in enumerate(NAMES):
        phone = mobile()
        if number % 2:
            link("telegram", phone)
        contacts = {"phone_1": phone, "email": f"madre{number}@family.example"}
        make_student(group, name, [Parent(f"Madre de {name}", contacts=contacts)], protected=number == 2)
    fill(group, 60)
    return group


@pytest.fixture
def teacher(group: Group) -> User:
    return make_teacher(group)


URL = "/profesores/alumnos/"


@pytest.fixture
def mine(page: Page, teacher: User, live_server: LiveServer) -> Page:
    be(page.context, live_server, teacher)
    page.goto(f"{live_server.url}{URL}")
    return page


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name)


def count(page: Page) -> Locator:
    return page.locator(".picking-count")


def test_range_is_ticked_with_the_shift_key_and_kept_while_she_searches(mine: Page) -> None:
    box(mine, "Aguilar").click()
    expect(count(mine)).to_have_text("1 seleccionado")
    expect(box(mine, "Marcar esta página")).not_to_be_checked()
    box(mine, "Anguita").click(modifiers=["Shift"])
    expect(count(mine)).to_have_text("4 seleccionados")
    mine.get_by_role("searchbox").fill("somoza")
    expect(mine.get_by_role("listitem")).to_have_count(1)
    expect(count(mine)).to_contain_text("3 fuera de esta vista")
    expect(box(mine, "Alberto")).to_be_checked()
    box(mine, "Alberto").click()
    expect(count(mine)).to_contain_text("3 seleccionados")
    mine.get_by_role("link", name="Ver", exact=True).click()
    expect(mine.get_by_role("listitem")).to_have_count(3)
    mine.go_back()
    expect(mine.get_by_role("searchbox")).to_have_value("somoza")
    expect(box(mine, "Alberto")).not_to_be_checked()
    mine.go_back()
    expect(box(mine, "Anguita")).to_be_checked()
    mine.get_by_role("link", name="Siguientes").click()
    expect(count(mine)).to_contain_text("3 seleccionados")
    mine.get_by_role("button", name="Vaciar").click()
    expect(count(mine)).to_have_text("0 seleccionados")


def test_page_and_then_everybody_who_fits_is_taken(mine: Page) -> None:
    mine.get_by_role("combobox").select_option(label="1º ESO A · 64")
    mine.wait_for_url("**clase=m*")
    box(mine, "Marcar esta página").click()
    expect(count(mine)).to_have_text("50 seleccionados")
    mine.get_by_role("button", name="Seleccionar los 64 que cumplen el filtro").click()
    expect(count(mine)).to_have_text("64 seleccionados")
    expect(mine.get_by_role("button", name="Quitar los 64 de la selección")).to_be_visible()
    box(mine, "Aguilar").click()
    expect(count(mine)).to_have_text("63 seleccionados")
    assert box(mine, "Marcar esta página").evaluate("box => box.indeterminate")


def test_sms_is_off_with_two_and_says_why(mine: Page) -> None:
    sms = mine.get_by_role("button", name="SMS")
    expect(sms).to_be_disabled()
    expect(mine.locator("#picking-notes")).to_have_text("Marque a quién quiere escribir.")
    box(mine, "Aguilar").click()
    expect(sms).to_be_enabled()
    box(mine, "Anguita").click()
    expect(mine.locator("#picking-notes")).to_have_text("SMS: elija un solo alumno")
    expect(sms).to_be_disabled()
    expect(mine.get_by_role("button", name="Correo")).to_be_enabled()


def test_quick_ticks_and_second_thoughts_are_all_kept(mine: Page) -> None:
    for name in (
        "Aguilar",
        "Alberto",
        "Anguita",
        "Alberto",
        "Aguilar",
        "Alcántara",
        "Aguilar",
        "Nadal, Alumno00007",
    ):
        box(mine, name).click()
    expect(count(mine)).to_have_text("4 seleccionados")
    mine.reload()
    ticked = [box(mine, name).is_checked() for name in ("Aguilar", "Alberto", "Alcántara", "Anguita")]
    assert ticked == [True, False, True, True]


def test_tick_is_kept_by_who_leaves_at_once(mine: Page) -> None:
    """Its request is held back, as one that still waits for another."""
    mine.evaluate("document.addEventListener('htmx:beforeRequest', event => event.preventDefault())")
    box(mine, "Aguilar").click()
    mine.get_by_role("link", name="Anguita").click()
    mine.wait_for_url("**/alumnos/*/")
    mine.go_back()
    mine.reload()
    expect(box(mine, "Aguilar")).to_be_checked()


def test_button_leads_to_writing(mine: Page) -> None:
    box(mine, "Aguilar").click()
    expect(count(mine)).to_have_text("1 seleccionado")
    with mine.expect_response("**/profesores/escribir/**") as answer:
        mine.get_by_role("button", name="Telegram/TokApp").click()
    assert answer.value.status == 200
    draft = KeptDraft.objects.get()
    aguilar = Student.objects.get(person__surname__startswith="Aguilar")
    assert (draft.way, draft.to, draft.students) == ("telegram_tokapp", "familia", [aguilar.pk])


def test_those_left_out_are_told_in_a_dialog(mine: Page, group: Group, teacher: User) -> None:
    """She is the tutor of another class, and only teaches this one."""
    make_group(group.school, "2º ESO Z", tutor=teacher.people.get())
    group.school.policy.senders = "tutors"
    group.school.policy.save()
    box(mine, "Aguilar").click()
    expect(count(mine)).to_have_text("1 seleccionado")
    mine.get_by_role("button", name="Correo").click()
    dialog = mine.get_by_role("dialog", name="Antes de escribir")
    expect(dialog).to_contain_text("No puede escribir a nadie de la selección")
    assert violations(mine) == []
    dialog.get_by_role("link", name="Volver").click()
    expect(dialog).to_be_hidden()
    expect(box(mine, "Aguilar")).to_be_checked()
    assert KeptDraft.objects.count() == 0


def test_everything_is_done_without_a_script(
    browser: Browser, teacher: User, live_server: LiveServer
) -> None:
    with browser.new_context(java_script_enabled=False, locale="es-ES") as visitor:
        be(visitor, live_server, teacher)
        page = visitor.new_page()
        page.goto(f"{live_server.url}{URL}")
        box(page, "Aguilar").check()
        page.get_by_role("button", name="Aplicar").click()
        expect(count(page)).to_have_text("1 seleccionado")
        page.get_by_role("searchbox").fill("anguita")
        page.get_by_role("button", name="Buscar").click()
        box(page, "Anguita").check()
        page.get_by_role("button", name="Correo").click()
        page.wait_for_url("**/profesores/escribir/**")
        assert len(KeptDraft.objects.get().students) == 2
        page.goto(f"{live_server.url}{URL}")
        page.get_by_role("button", name="Marcar esta página").click()
        expect(count(page)).to_have_text("50 seleccionados")
        page.get_by_role("button", name="Datos de alumnos").click()
        expect(page.get_by_role("status").first).to_contain_text("El libro le llegará por correo y a Notica.")


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_page_is_accessible(mine: Page) -> None:
    found = {"nobody picked": violations(mine)}
    box(mine, "Aguilar").click()
    box(mine, "Anguita").click()
    expect(count(mine)).to_have_text("2 seleccionados")
    found["two picked"] = violations(mine)
    mine.goto(mine.url + "?buscar=ninguno")
    found["no match"] = violations(mine)
    assert found == {view: [] for view in found}
