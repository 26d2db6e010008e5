"""Writing as a teacher does it, from picking to what the providers took."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.templatetags.static import static
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from channels_app.sms.segments import explain
from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.models import KeptDraft, Message, TextTemplate
from notica.writing.keeping import begin
from plumier.clock import database_now
from plumier.models import Group, Student, User
from tests.database import DatabaseClock
from tests.factories.register import (
    Parent,
    link,
    make_group,
    make_school,
    make_student,
    make_teacher,
)
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox

MOTHERS = ("+34600000101", "+34600000102")
NOTHING_MORE = timedelta(seconds=20)  # after which it cannot be taken back


@pytest.fixture
def group(transactional_db: None, sandbox: Sandbox, settings: Any, tmp_path: Path) -> Group:
    settings.DATA_DIR = tmp_path / "data"
    group = make_group(make_school(name="IES Ribera de los Molinos"))
    make_student(
        group,
        "Martín Aguilar",
        [
            Parent("Pedro Aguilar", "father", {"email": "pedro@family.example"}),
            Parent("Marta Benítez", contacts={"phone_1": MOTHERS[0], "email": "marta@family.example"}),
        ],
        contacts={"email_official": "martin@student.example"},
    )
    make_student(
        group,
        "Eloísa Somoza",
        [Parent("Rosa Somoza", contacts={"phone_1": MOTHERS[1], "email": "rosa@family.example"})],
        contacts={"email_official": "eloisa@student.example"},
    )
    make_student(group, "Zoe Sola")
    return group


@pytest.fixture
def teacher(group: Group) -> User:
    return make_teacher(group)


@pytest.fixture
def mine(page: Page, teacher: User, live_server: LiveServer) -> Page:
    be(page.context, live_server, teacher)
    page.goto(f"{live_server.url}{reverse('profesores:students')}")
    return page


def pick(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=name).click()
    expect(page.locator(".picking-count")).to_contain_text(f"{len(names)} seleccionado")


def dialog_of(page: Page, way: str) -> Locator:
    page.get_by_role("button", name=way, exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Mensaje")).to_be_visible()
    return dialog


def draft_of(teacher: User, group: Group, way: Way, *names: str) -> KeptDraft:
    students = Student.objects.filter(person__given_name__in=names)
    choice = Choice(Audience.FAMILY, students=tuple(students.values_list("pk", flat=True)))
    return begin(group.school, choice, way, by=teacher, now=database_now())


def address(live_server: LiveServer, draft: KeptDraft) -> str:
    return live_server.url + reverse("profesores:write", args=[draft.token])


def sent_to(sandbox: Sandbox, channel: str) -> list[str]:
    found = [one["address"] for one in sandbox.taken(channel)]
    return sorted(one for one in found if not one.endswith("@staff.example"))


def test_mail_with_a_file_reaches_the_students_and_its_acuse_the_teacher(
    mine: Page, teacher: User, sandbox: Sandbox, run_engine: Callable[[], None], database_clock: DatabaseClock
) -> None:
    pick(mine, "Aguilar", "Somoza")
    dialog = dialog_of(mine, "Correo")
    expect(dialog.get_by_role("heading", name="Nuevo mensaje")).to_be_focused()
    dialog.get_by_text("Alumno", exact=True).click()
    expect(dialog.get_by_role("button", name="Enviar a 2 alumnos")).to_be_visible()
    dialog.get_by_role("textbox", name="Asunto").fill("Salida al museo")
    dialog.get_by_role("textbox", name="Mensaje").fill("Mañana salimos a las 9.")
    circular = {"name": "circular.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%nothing\n"}
    dialog.get_by_label("Ficheros").set_input_files(circular)  # type: ignore[arg-type]
    expect(dialog.get_by_role("link", name="circular.pdf")).to_be_visible()
    expect(dialog.locator("#who")).to_contain_text("va directo al correo y no queda en Notica")
    dialog.get_by_role("button", name="Enviar a 2 alumnos").click()
    mine.wait_for_url("**/envios/**")
    expect(mine.get_by_role("button", name="Deshacer")).to_be_visible()
    assert Message.objects.count() == 1
    database_clock.advance(NOTHING_MORE)
    run_engine()
    assert sent_to(sandbox, "email") == ["eloisa@student.example", "martin@student.example"]
    letter = next(one for one in sandbox.taken("email") if one["address"] == "martin@student.example")
    assert (letter["subject"], letter["attachments"]) == ("Salida al museo", ["circular.pdf"])
    assert "Mañana salimos a las 9." in letter["text"]
    acuse = [one["text"] for one in sandbox.taken("email") if one["address"].endswith("@staff.example")]
    assert len(acuse) == 1
    assert "Aguilar, Martín" in acuse[0]
    mine.goto(mine.url.partition("/envios/")[0] + reverse("profesores:inbox"))
    expect(mine.locator(".inbox-list")).to_contain_text("Salida al museo")


def test_chat_to_families_goes_from_the_dialog_and_only_where_there_is_one(
    mine: Page, sandbox: Sandbox, run_engine: Callable[[], None], database_clock: DatabaseClock
) -> None:
    link("telegram", MOTHERS[0], "501")
    sandbox.telegram("501", "start")
    sandbox.tokapp([MOTHERS[1]])
    pick(mine, "Aguilar", "Somoza", "Sola")
    dialog = dialog_of(mine, "Telegram/TokApp")
    dialog.get_by_role("textbox", name="Mensaje").fill("Hola, {alumno}")
    expect(dialog.locator("#write-example")).to_contain_text("Hola, Martín")
    dialog.get_by_role("textbox", name="Mensaje").fill("Hasta luego, {alumno}")
    expect(dialog.locator("#write-example")).to_contain_text("Hasta luego, Martín")
    expect(dialog.get_by_role("button", name="Enviar a 2 familias")).to_be_visible()
    dialog.locator(".writing-missed > summary").click()
    expect(dialog.get_by_role("link", name="Familia de Sola, Zoe")).to_be_visible()
    dialog.get_by_role("textbox", name="Mensaje").fill("Mañana no hay clase.")
    expect(dialog.locator("#write-kept")).to_contain_text("Guardado")
    dialog.get_by_role("button", name="Enviar a 2 familias").click()
    mine.wait_for_url("**/envios/**")
    database_clock.advance(NOTHING_MORE)
    run_engine()
    assert sent_to(sandbox, "telegram") == ["501"]
    assert sent_to(sandbox, "tokapp") == [MOTHERS[1]]
    assert sent_to(sandbox, "email") == sent_to(sandbox, "sms") == []


def test_sms_is_for_one_family_and_for_151_characters(
    mine: Page, sandbox: Sandbox, run_engine: Callable[[], None], database_clock: DatabaseClock
) -> None:
    pick(mine, "Aguilar", "Somoza")
    expect(mine.get_by_role("button", name="SMS")).to_be_disabled()
    mine.get_by_role("checkbox", name="Somoza").click()
    expect(mine.get_by_role("button", name="SMS")).to_be_enabled()
    dialog = dialog_of(mine, "SMS")
    text = dialog.get_by_role("textbox", name="Mensaje")
    text.fill("a" * 152)
    counter = dialog.locator("#write-counter")
    expect(counter).to_contain_text("152 / 151")
    expect(counter).to_contain_text("sobran 1")
    dialog.get_by_role("button", name="Revisar y enviar").click()
    expect(dialog.locator("#id_body_error")).to_contain_text("El texto tiene 1 carácter de más")
    expect(text).to_have_value("a" * 152)
    text.fill("a" * 151)
    expect(counter).not_to_contain_text("sobran")
    dialog.get_by_role("button", name="Revisar y enviar").click()
    expect(dialog.get_by_role("heading", name="Revisar el mensaje")).to_be_visible()
    expect(dialog).to_contain_text("1 SMS")
    dialog.get_by_role("button", name="Enviar a 1 familia").click()
    mine.wait_for_url("**/envios/**")
    database_clock.advance(NOTHING_MORE)
    run_engine()
    # The father comes first and has no phone.
    assert [(one["address"], one["text"].count("a" * 151)) for one in sandbox.taken("sms")] == [
        (MOTHERS[0], 1)
    ]


def test_draft_is_there_after_the_page_is_loaded_again_and_the_dialog_closed(mine: Page) -> None:
    pick(mine, "Somoza")
    dialog = dialog_of(mine, "Correo")
    dialog.get_by_role("textbox", name="Mensaje").fill("Primera frase.")
    expect(dialog.locator("#write-kept")).to_contain_text("Guardado")
    dialog.get_by_role("textbox", name="Asunto").fill("Sin esperar")
    mine.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    mine.get_by_role("link", name="Seguir escribiendo").click()
    expect(dialog.get_by_role("textbox", name="Mensaje")).to_have_value("Primera frase.")
    expect(dialog.get_by_role("textbox", name="Asunto")).to_have_value("Sin esperar")
    mine.reload()
    mine.goto(mine.url.partition("/profesores/")[0] + reverse("profesores:drafts"))
    mine.get_by_role("link", name="Seguir", exact=False).first.click()
    expect(mine.get_by_role("textbox", name="Asunto")).to_have_value("Sin esperar")
    mine.get_by_role("textbox", name="Asunto").fill("Y sin esperar a que se guarde")
    drafts = mine.url.partition("/profesores/")[0] + reverse("profesores:drafts")
    mine.goto(drafts)
    expect(mine.get_by_role("main")).to_contain_text("Borradores")
    mine.goto(drafts)
    expect(mine.get_by_role("link", name="Y sin esperar a que se guarde").first).to_be_visible()


def test_keeping_that_fails_is_said_and_tried_again(
    page: Page, teacher: User, group: Group, live_server: LiveServer
) -> None:
    be(page.context, live_server, teacher)
    draft = draft_of(teacher, group, Way.EMAIL, "Martín")
    page.goto(address(live_server, draft))
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Mensaje").fill("Sin conexión")
    expect(page.locator("#write-kept")).to_contain_text("No se ha podido guardar. Lo escrito sigue aquí")
    page.context.set_offline(False)
    expect(page.locator("#write-kept")).to_contain_text("Guardado", timeout=10_000)
    draft.refresh_from_db()
    assert draft.body == "Sin conexión"


def test_what_is_typed_while_the_page_is_busy_is_not_lost(
    page: Page, teacher: User, group: Group, live_server: LiveServer
) -> None:
    """Another way is chosen, its answer is slow, and she goes on; and a choice waits for a slow keeping."""
    be(page.context, live_server, teacher)
    draft = draft_of(teacher, group, Way.EMAIL, "Martín")
    page.goto(address(live_server, draft))
    page.get_by_role("textbox", name="Mensaje").fill("Hola")
    slow: list[Route] = []

    def hold(route: Route) -> None:
        slow.append(route)

    page.route("**/escribir/**", hold)
    page.get_by_text("SMS", exact=True).click()
    while not slow:
        page.wait_for_timeout(20)
    page.get_by_role("textbox", name="Mensaje").press_sequentially(" a todos")
    for route in slow:
        route.continue_()
    page.unroute("**/escribir/**", hold)
    expect(page.locator("#write-counter")).to_contain_text("/ 151")
    expect(page.get_by_role("textbox", name="Mensaje")).to_have_value("Hola a todos")
    expect(page.locator("#write-problem")).to_have_count(0)
    expect(page.locator("#write-kept")).to_contain_text("Guardado")
    page.get_by_role("textbox", name="Mensaje").blur()
    page.wait_for_timeout(1500)
    draft.refresh_from_db()
    assert (draft.way, draft.body) == ("sms", "Hola a todos")


TEXTS = [
    "",
    "Hola",
    "a" * 151,
    "a" * 160,
    "a" * 161,
    "€" * 80,
    "€" * 81,
    "[a]" * 60,
    "a" * 152 + "€" + "b" * 20,
    "ñ" * 160,
    "á" * 70,
    "á" * 71,
    "Mañana reunión en el aula 3",
    "Ngày mai có họp phụ huynh lúc 9 giờ",
    "😀" * 35,
    "😀" * 36,
    "a" * 66 + "😀" + "á" * 10,
    "Primera\nsegunda",
    "ÑÜÖÄÀàèéìòùÇç¿¡§",
    "\f^{}\\[~]|€",
    "«comillas» — y raya…",
]


def test_counter_of_the_page_and_the_servers_agree(mine: Page) -> None:
    counted = mine.evaluate(
        "async ([module, texts]) => { const {explain} = await import(module); return texts.map(explain); }",
        [static("writing.js"), TEXTS],
    )
    costs = [explain(text) for text in TEXTS]
    assert counted == [
        {
            "characters": one.characters,
            "units": one.units,
            "alphabet": one.alphabet,
            "segments": one.segments,
            "forcing": list(one.forcing),
        }
        for one in costs
    ]


def test_accents_and_places_are_offered_in_the_page(
    page: Page, teacher: User, group: Group, live_server: LiveServer
) -> None:
    TextTemplate.objects.create(school=group.school, owner=None, name="Salidas", body="Salida de {grupo}")
    be(page.context, live_server, teacher)
    page.goto(address(live_server, draft_of(teacher, group, Way.SMS, "Martín")))
    text = page.get_by_role("textbox", name="Mensaje")
    text.fill("Mañana reunión aquí a las 9, en el salón de actos. Rogamos puntualidad. Gracias")
    expect(page.locator("#write-counter")).to_contain_text("2 SMS")
    page.get_by_role("button", name="Quitar tildes").click()
    expect(page.locator("#plain")).to_contain_text("Mañana reunion aqui")
    page.get_by_role("button", name="Usar este texto").click()
    expect(page.locator("#write-counter")).to_contain_text("1 SMS")
    page.get_by_text("Plantillas y campos que se rellenan").click()
    page.get_by_role("combobox", name="Plantilla").select_option(label="Salidas · del centro")
    page.get_by_role("button", name="Usar", exact=True).click()
    page.get_by_role("button", name="En lugar de lo mío").click()
    expect(text).to_have_value("Salida de {grupo}")
    page.get_by_text("Plantillas y campos que se rellenan").click()
    text.press("End")
    page.get_by_role("button", name="{centro}").click()
    expect(text).to_have_value("Salida de {grupo}{centro}")


def test_everything_is_done_without_a_script(
    browser: Browser, teacher: User, group: Group, live_server: LiveServer
) -> None:
    with browser.new_context(java_script_enabled=False, locale="es-ES") as visitor:
        be(visitor, live_server, teacher)
        page = visitor.new_page()
        page.goto(address(live_server, draft_of(teacher, group, Way.EMAIL, "Martín", "Eloísa")))
        page.get_by_text("Alumno", exact=True).click()
        page.get_by_role("button", name="Aplicar").first.click()
        circular = {"name": "circular.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n"}
        page.get_by_label("Ficheros").set_input_files(circular)  # type: ignore[arg-type]
        page.get_by_role("button", name="Adjuntar").click()
        expect(page.get_by_role("link", name="circular.pdf")).to_be_visible()
        page.get_by_role("button", name="Enviar a 2 alumnos").click()
        expect(page.locator("#id_body_error")).to_have_text("El mensaje está vacío. Escriba el texto.")
        page.get_by_role("textbox", name="Mensaje").fill("Mañana salimos.")
        page.get_by_role("button", name="Enviar a 2 alumnos").click()
        page.wait_for_url("**/envios/**")
    assert Message.objects.get().to == "alumno"


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_of_writing_are_accessible(
    mine: Page, teacher: User, group: Group, live_server: LiveServer
) -> None:
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        mine.evaluate(
            "document.querySelectorAll('main details, dialog details').forEach(one => one.open = true)"
        )
        mine.wait_for_timeout(300)
        found[name] = violations(mine)

    mine.goto(live_server.url + reverse("profesores:drafts"))
    look("no drafts")
    mine.goto(live_server.url + reverse("profesores:students"))
    pick(mine, "Aguilar", "Sola")
    dialog = dialog_of(mine, "Telegram/TokApp")
    expect(dialog.get_by_role("button", name="Enviar a 1 familia")).to_be_visible()
    look("dialog")
    dialog.get_by_role("button", name="Enviar a 1 familia").click()
    expect(dialog.locator("#id_body_error")).to_be_visible()
    look("refused")
    sms = draft_of(teacher, group, Way.SMS, "Martín")
    KeptDraft.objects.filter(pk=sms.pk).update(body="Mañana reunión aquí a las 9. " * 4)
    TextTemplate.objects.create(school=group.school, owner=teacher, name="Salidas", body="Salida de {grupo}")
    one = TextTemplate.objects.get()
    pages = {
        "sms": address(live_server, sms),
        "review": f"{address(live_server, sms)}?revisar=1",
        "people": f"{address(live_server, sms)}personas/",
        "missed": f"{address(live_server, sms)}sin/",
        "drafts": live_server.url + reverse("profesores:drafts"),
        "templates": live_server.url + reverse("profesores:templates"),
        "template": live_server.url + reverse("profesores:template", args=[one.pk]),
    }
    for name, where in pages.items():
        mine.goto(where)
        look(name)
    assert found == {name: [] for name in found}
