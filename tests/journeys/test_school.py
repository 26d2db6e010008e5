"""A director picks students of the whole school and a teacher her colleagues, with a script and without."""

from typing import Any

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import KeptDraft
from plumier.models import (
    Contact,
    Department,
    Group,
    Person,
    Post,
    School,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
)
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
    mobile,
)
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_picking import be
from tests.notica.results import ACCOUNTS

NAMES = ["Martín Aguilar Benítez", "Eloísa Alberto Somoza", "Rosario Alcántara Baró", "Melisa Anguita León"]
STAGES = {
    "eso": ["1º ESO A", "1º ESO B", "2º ESO A"],
    "bachillerato": ["1º Bachillerato A"],
    "fp": ["1º CFGM Cocina"],
}


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    """Three stages with twenty students, expedientes 3000 to 3019, and a subgroup."""
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    school = make_school(name="IES Ribera de los Molinos")
    groups = [_group(school, kind, name) for kind, names in STAGES.items() for name in names]
    robots = Subgroup.objects.create(school=school, year=school.years.get(), name="Robótica 1º ESO")
    for number in range(20):
        phone = mobile()
        if number % 3:
            link("telegram", phone)
        mother = Parent("Mar Gil", contacts={"phone_1": phone, "email": f"madre{number}@family.example"})
        pupil = make_student(
            groups[number % 5], f"{NAMES[number % 4]} {number:02}", [mother], protected=number == 2
        )
        Student.objects.filter(pk=pupil.pk).update(expediente=str(3000 + number), nre=str(1234000 + number))
        if number % 5 == 0:
            SubgroupMember.objects.create(school=school, subgroup=robots, enrolment=pupil.enrolments.get())
    return school


def _group(school: School, kind: str, name: str) -> Group:
    stage, _ = school.stages.get_or_create(kind=kind)
    return Group.objects.create(school=school, year=school.years.get(), stage=stage, name=name)


@pytest.fixture
def director(page: Page, school: School, live_server: LiveServer) -> Page:
    be(page.context, live_server, make_director(school))
    return page


def go(page: Page, live_server: LiveServer, path: str) -> None:
    page.goto(f"{live_server.url}/profesores/{path}")


def picked(page: Page, words: str) -> None:
    expect(page.locator(".picking-count strong")).to_have_text(words)


def whole(page: Page) -> list[str]:
    """What is wrong with a page seen whole: nothing then lies half under what is fixed at the head and the foot."""
    assert page.viewport_size is not None
    seen, height = page.viewport_size, page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": seen["width"], "height": height + 400})
    found = violations(page)
    page.set_viewport_size(seen)
    return found


def test_directors_pasted_list_of_expedientes_leads_to_writing(
    director: Page, live_server: LiveServer
) -> None:
    page = director
    go(page, live_server, "centro/")
    page.get_by_text("Pegar una lista de expedientes").click()
    page.get_by_label("Expedientes").fill("3000\t3001\n3002; 3003,40x7 3000")
    page.get_by_role("button", name="Añadir a la selección").click()
    report = page.get_by_role("region", name="La lista pegada")
    expect(report).to_contain_text("4 reconocidos")
    expect(report).to_contain_text("1 no encontrado (40x7)")
    expect(report).to_contain_text("1 repetido")
    picked(page, "4 seleccionados")
    expect(page.get_by_role("checkbox", name="Aguilar Benítez 00, Martín")).to_be_checked()
    page.get_by_label("En lugar de 40x7").fill("3007")
    page.get_by_role("button", name="Buscar otra vez").click()
    picked(page, "5 seleccionados")
    page.get_by_role("searchbox").fill("zzz")
    expect(page.get_by_role("heading", name="Nadie cumple lo que busca")).to_be_visible()
    picked(page, "5 seleccionados")
    page.get_by_role("button", name="Correo").click()
    _until_drafted(page)
    draft = KeptDraft.objects.get()
    assert (draft.to, draft.way) == ("familia", "email")
    chosen = Student.objects.filter(pk__in=draft.students).values_list("expediente", flat=True)
    assert sorted(chosen) == ["3000", "3001", "3002", "3003", "3007"]


def _until_drafted(page: Page) -> None:
    for _ in range(50):
        if KeptDraft.objects.exists():
            return
        page.wait_for_timeout(100)


def test_tree_is_ticked_by_keyboard_and_shows_what_is_half_selected(
    director: Page, live_server: LiveServer
) -> None:
    page = director
    go(page, live_server, "centro/explorador/")
    level = page.get_by_role("checkbox", name="1º ESO", exact=True)
    level.focus()
    page.keyboard.press("Space")
    picked(page, "8 seleccionados")
    expect(page.get_by_role("checkbox", name="1º ESO", exact=True)).to_be_focused()
    stage = page.get_by_role("checkbox", name="ESO", exact=True)
    assert stage.evaluate("box => box.indeterminate") is True
    expect(stage).to_have_accessible_description("8 de 12 seleccionados")
    page.locator(".branch", has=page.get_by_role("checkbox", name="1º ESO", exact=True)).last.locator(
        "summary"
    ).click()
    page.get_by_role("checkbox", name="1º ESO B").uncheck()
    picked(page, "4 seleccionados")
    expect(page.get_by_role("checkbox", name="1º ESO B")).to_be_visible()
    expect(page.get_by_role("checkbox", name="1º ESO A")).to_be_checked()
    page.get_by_role("button", name="Vaciar").click()
    picked(page, "0 seleccionados")
    expect(page.get_by_role("checkbox", name="1º ESO A")).not_to_be_checked()


def test_two_quick_ticks_are_both_kept(director: Page, live_server: LiveServer) -> None:
    page = director
    go(page, live_server, "centro/explorador/")
    for name in ("Bachillerato", "FP"):
        page.get_by_role("checkbox", name=name, exact=True).check(no_wait_after=True)
    picked(page, "8 seleccionados")
    page.reload()
    picked(page, "8 seleccionados")


def test_part_unticked_before_its_tick_is_answered_is_let_go(director: Page, live_server: LiveServer) -> None:
    page = director
    late: list[tuple[Route, APIResponse]] = []

    def answer(route: Route) -> None:
        if route.request.method == "POST" and not late:
            late.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/explorador/**", answer)
    go(page, live_server, "centro/explorador/")
    box = page.get_by_role("checkbox", name="FP", exact=True)
    box.check(no_wait_after=True)
    expect(box).to_be_checked()
    while not late:
        page.wait_for_timeout(20)
    box.uncheck(no_wait_after=True)
    route, response = late[0]
    with page.expect_response(
        lambda found: found.request.post_data is not None and "tocada" in found.request.post_data
    ):
        route.fulfill(response=response)
    page.unroute_all(behavior="wait")
    page.wait_for_timeout(300)
    page.reload()
    picked(page, "0 seleccionados")


def test_everything_works_without_a_script(browser: Browser, school: School, live_server: LiveServer) -> None:
    with browser.new_context(locale="es-ES", java_script_enabled=False) as visitor:
        be(visitor, live_server, make_director(school))
        page = visitor.new_page()
        go(page, live_server, "centro/explorador/")
        page.get_by_role("checkbox", name="Bachillerato", exact=True).check()
        page.get_by_role("button", name="Aplicar").click()
        picked(page, "4 seleccionados")
        page.get_by_role("link", name="Buscador").click()
        page.get_by_text("Pegar una lista de expedientes").click()
        page.get_by_label("Expedientes").fill("3000 3003 77")
        page.get_by_role("button", name="Añadir a la selección").click()
        picked(page, "5 seleccionados")
        expect(page.get_by_label("En lugar de 77")).to_be_visible()
        go(page, live_server, "companeros/")
        expect(page.get_by_role("heading", name="Todavía no tiene compañeros aquí")).to_be_visible()


@pytest.fixture
def colleagues(school: School) -> School:
    tutor = make_tutor(school.groups.get(name="2º ESO A"), "Tere Tornel Ruiz").people.get()
    science = Department.objects.create(school=school, name="Biología y Geología")
    Staff.objects.filter(person=tutor).update(department=science)
    for name, role in {
        "Hugo Hernández Vidal": Role.HEAD_OF_DEPARTMENT,
        "Olga Ortiz Pla": Role.COUNSELLOR,
    }.items():
        make_staff(school, name, role)
    Post.objects.filter(role=Role.HEAD_OF_DEPARTMENT).update(department=science)
    make_staff(school, "Dolores Díaz Egea", Role.DIRECTOR)
    for number, person in enumerate(Person.objects.filter(staff__isnull=False)):
        phone = mobile()
        Contact.objects.create(school=school, person=person, slot="phone_1", kind="mobile", value=phone)
        if number % 2:
            link("telegram", phone)
    return school


def test_teacher_writes_to_colleagues_by_cargo(
    colleagues: School, page: Page, live_server: LiveServer
) -> None:
    be(page.context, live_server, make_teacher(colleagues.groups.get(name="1º ESO A")))
    go(page, live_server, "companeros/")
    page.get_by_role("checkbox", name="Director 1").check()
    page.get_by_role("checkbox", name="Orientador 1").check()
    expect(page.locator("#picking .row-line")).to_have_count(2)
    page.get_by_role("button", name="Seleccionar los 2 que cumplen el filtro").click()
    picked(page, "2 seleccionados")
    expect(page.get_by_role("button", name="SMS")).to_be_disabled()
    expect(page.locator("#picking-notes")).to_have_text("SMS: elija un solo compañero")
    page.get_by_role("radio", name="Solo tutores").check()
    expect(page.get_by_role("heading", name="Nadie cumple lo que busca")).to_be_visible()
    page.locator('button[value="telegram_tokapp"]').click()
    _until_drafted(page)
    draft = KeptDraft.objects.get()
    names = (
        Person.objects.filter(pk__in=draft.staff).order_by("sort_key").values_list("given_name", flat=True)
    )
    assert (draft.to, draft.way, list(names)) == ("personal", "telegram_tokapp", ["Dolores", "Olga"])


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_are_accessible(
    colleagues: School,
    visitor: BrowserContext,
    page: Page,
    live_server: LiveServer,
) -> None:
    be(visitor, live_server, make_director(colleagues))
    found: dict[str, list[str]] = {}
    go(page, live_server, "centro/?estado=todos")
    page.get_by_text("Pegar una lista de expedientes").click()
    page.get_by_label("Expedientes").fill("3000 3001 3921 40x7 3000 3002")
    page.get_by_role("button", name="Añadir a la selección").click()
    picked(page, "3 seleccionados")
    found["search"] = whole(page)
    go(page, live_server, "centro/explorador/")
    page.get_by_role("checkbox", name="Bachillerato", exact=True).check()
    picked(page, "7 seleccionados")
    for summary in page.locator(".tree--parts details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    found["tree"] = whole(page)
    go(page, live_server, "companeros/?cargo=director&cargo=orientador")
    found["colleagues"] = whole(page)
    assert found == {name: [] for name in found}
