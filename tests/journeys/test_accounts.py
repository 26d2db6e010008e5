"""First passwords and forgotten ones, in a browser (document P)."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from plumier.accounts import letters, recovery
from plumier.models import Group, Person, School, SchoolKind, Subject, TeachingAssignment, User
from plumier.policy_presets import apply_preset
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_person,
    make_school,
    make_staff,
    make_student,
)
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.staff import be
from tests.journeys.words import vi, vi_many
from tests.providers.sandbox import Sandbox

PASSWORD = "cuatro palabras bien largas"
ONE_LETTER = (
    "Se le envía un correo con una contraseña temporal.",
    "Se les envía un correo con una contraseña temporal.",
)


@pytest.fixture
def school(
    transactional_db: None, sandbox: Sandbox, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> School:
    """A concertado school, whose mail goes to the sandbox."""
    cache.clear()
    server = urlsplit(sandbox.environment["EMAIL_URL"])
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
    monkeypatch.setattr(settings, "EMAIL_HOST", server.hostname)
    monkeypatch.setattr(settings, "EMAIL_PORT", server.port)
    monkeypatch.setattr(settings, "LINK_ROOT", live_server.url)
    return make_school(name="Colegio La Alberca", kind=SchoolKind.CHARTER)


def enter(page: Page, live_server: LiveServer, name: str, password: str) -> None:
    page.goto(live_server.url)
    page.get_by_label("Nombre de usuario").fill(name)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar", exact=True).click()


def choose(page: Page) -> None:
    page.get_by_label("Contraseña nueva", exact=True).fill(PASSWORD)
    page.get_by_label("Contraseña nueva (confirmación)").fill(PASSWORD)
    page.get_by_role("button", name="Guardar la contraseña").click()


def speak(visitor: BrowserContext, live_server: LiveServer) -> None:
    """Vietnamese, from now on."""
    visitor.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "vi", "url": live_server.url}])


def password_in(letter: str) -> str:
    """The temporary one, which stands behind its label."""
    return letter.partition(vi("Contraseña temporal:"))[2].split()[0]


def test_teacher_of_a_concertado_school_enters_for_the_first_time(
    school: School, live_server: LiveServer, visitor: BrowserContext, page: Page, sandbox: Sandbox
) -> None:
    person = make_person(school, "Ana Ruiz Vera", {"email": "ana@colegio.example"}, document="12345678Z")
    be(visitor, live_server, make_director(school))
    page.goto(f"{live_server.url}/admin/plumier/staff/add/?school={school.pk}&person={person.pk}")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Se le envía un correo con una contraseña temporal.")).to_be_visible()
    letters.send_due()
    (letter,) = sandbox.taken("email")
    assert letter["address"] == "ana@colegio.example"
    words = letter["text"].split()
    temporary = words[words.index("temporal:") + 1]
    visitor.clear_cookies()
    enter(page, live_server, "12345678-Z", temporary)
    expect(page.get_by_role("heading", name="Elegir contraseña")).to_be_visible()
    page.goto(f"{live_server.url}/envios/")
    expect(page.get_by_role("heading", name="Elegir contraseña")).to_be_visible()
    choose(page)
    expect(page.get_by_text("Desde ahora entra con ella.")).to_be_visible()
    visitor.clear_cookies()
    enter(page, live_server, "12345678z", temporary)
    expect(page.get_by_role("alert")).to_be_visible()
    enter(page, live_server, "12345678z", PASSWORD)
    expect(page.get_by_role("button", name="Salir")).to_be_visible()


def test_student_recovers_her_password_by_her_alternative_address(
    school: School, live_server: LiveServer, page: Page, sandbox: Sandbox
) -> None:
    contacts = {"email_alt": "luz@example.org", "email_official": "nre@alu.example"}
    student = make_student(make_group(school), "Luz Marín", [Parent("Eva Marín")], contacts=contacts)
    user = make_login(student.person)
    page.goto(live_server.url)
    page.get_by_role("link", name="He olvidado mi usuario o mi contraseña").click()
    page.get_by_label("Usuario o correo").fill("luz@example.org")
    page.get_by_role("button", name="Enviar el enlace").click()
    expect(page.get_by_role("heading", name="Mire su correo")).to_be_visible()
    recovery.answer_waiting()
    (letter,) = sandbox.taken("email")
    assert letter["address"] == "luz@example.org"
    link = next(word for word in letter["text"].split() if word.startswith(live_server.url))
    page.goto(link)
    expect(page.get_by_text(user.username)).to_be_visible()
    choose(page)
    expect(page.get_by_text("Contraseña guardada. Ya puede entrar con ella.")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="El enlace ya no vale")).to_be_visible()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_desk_of_hanoi_makes_the_account_of_a_homeroom_teacher_and_she_alone_may_send(
    school: School, live_server: LiveServer, visitor: BrowserContext, page: Page, sandbox: Sandbox
) -> None:
    apply_preset(school, "hanoi")
    desk = make_staff(school, "Tú Công nghệ", Role.CGCN)
    group = make_group(school, "10A1")
    make_student(group, "An Nguyễn", [Parent("Mẹ An", contacts={"phone_1": "+84912000001"})])
    mails = {"lan": "lan@thpt.example", "minh": "minh@thpt.example"}
    lan, minh = (make_person(school, name.title(), {"email": mail}) for name, mail in mails.items())

    # V 2: the office of technology makes the accounts; whose class it is says who may send.
    be(visitor, live_server, desk, "vi")
    for person in (lan, minh):
        page.goto(f"{live_server.url}/admin/plumier/staff/add/?school={school.pk}&person={person.pk}")
        page.locator("[name=_save]").click()
        expect(page.get_by_text(vi_many(*ONE_LETTER, 1))).to_be_visible()
    Group.objects.filter(pk=group.pk).update(tutor=lan)
    maths = Subject.objects.create(school=school, name="Toán")
    TeachingAssignment.objects.create(
        school=school, year=group.year, teacher=minh, subject=maths, group=group
    )
    letters.send_due()
    temporary = {one["address"]: password_in(one["text"]) for one in sandbox.taken("email")}

    for person, mail in zip((lan, minh), mails.values(), strict=True):
        visitor.clear_cookies()
        speak(visitor, live_server)
        page.goto(live_server.url)
        page.locator("[name=login]").fill(mail)
        page.locator("[name=password]").fill(temporary[mail])
        page.locator("button.button--main").click()
        for field in page.locator("[type=password]").all():
            field.fill(PASSWORD)
        page.get_by_role("button", name=vi("Guardar la contraseña")).click()
        expect(page.get_by_text(vi("Contraseña guardada. Desde ahora entra con ella."))).to_be_visible()
        page.goto(f"{live_server.url}/profesores/alumnos/")
        expect(page.get_by_text("An Nguyễn").or_(page.get_by_text("Nguyễn, An")).first).to_be_visible()
        page.get_by_role("checkbox", name=vi("Marcar esta página")).check()
        button = page.locator(".picking-ways button[value=telegram_tokapp]")
        if person == lan:
            expect(button).to_be_enabled()
        else:
            barred = vi("En su centro escribe a las familias el tutor de cada grupo.")
            expect(page.get_by_text(barred).first).to_be_visible()
            expect(button).to_have_count(0)


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_pages_of_the_door_have_no_barrier(school: School, live_server: LiveServer, page: Page) -> None:
    found = {}
    for path in ("entrar/", "recuperar/", "recuperar/pedido/", "primera-vez/", "primera-vez/NONE/"):
        page.goto(f"{live_server.url}/{path}")
        found[path] = violations(page)
    page.goto(f"{live_server.url}/primera-vez/")
    page.get_by_label("Usuario").fill("12345678z")
    page.get_by_label("Código").fill("ABCD-EFGH-JK")
    choose(page)
    expect(page.get_by_role("alert")).to_be_visible()
    found["wrong"] = violations(page)
    assert found == {path: list[str]() for path in found}
    assert Person.objects.count() == 0
