"""What becomes of absences: excused, notified, and told together (requirements E1–E3)."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from attendance.choices import Mark
from attendance.models import Absence, AttendancePolicy
from notica.models import InboxEntry, Message
from plumier.models import User
from plumier.roles import Role
from tests.attendance.classes import MOTHER_PHONE, NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_staff
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox

TEACHER_MAIL = "paco@x.example"


@pytest.fixture
def of(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> SchoolClass:
    database_clock.set(NINE)
    return SchoolClass()


@pytest.fixture
def marked(of: SchoolClass) -> SchoolClass:
    """Ana missed the three sessions of the morning."""
    for session in (1, 2, 3):
        of.mark((of.ana, Mark.ABSENT), of=of.lesson(session))
    return of


def opened(page: Page, live_server: LiveServer, user: User, name: str) -> Page:
    page.context.clear_cookies()
    be(page.context, live_server, user)
    page.goto(live_server.url + reverse(f"profesores:{name}"))
    return page


def in_notica(kind: str) -> Counter[str]:
    """How many messages of a kind each person has in Notica."""
    rows = InboxEntry.objects.filter(message__kind=kind).select_related("person")
    return Counter(row.person.full_name for row in rows)


def test_tutor_excuses_three_at_once_and_the_teacher_hears_of_it_once(
    marked: SchoolClass,
    page: Page,
    live_server: LiveServer,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    teacher = marked.teacher.people.get()
    teacher.contacts.filter(slot="email_official").update(value=TEACHER_MAIL)
    opened(page, live_server, marked.tutor, "absences")
    boxes = page.get_by_role("checkbox", name="Ana Vera")
    expect(boxes).to_have_count(3)
    for box in boxes.all():
        box.check()
    page.get_by_label("Motivo").fill("Visita médica")
    page.get_by_role("button", name="Justificar las marcadas").click()
    expect(page.get_by_role("heading", name="Ninguna falta cumple lo que busca")).to_be_visible()
    run_engine()
    assert Absence.objects.filter(justified_by=marked.tutor, justification="Visita médica").count() == 3
    assert in_notica("justification") == {teacher.full_name: 1}
    (mail,) = [one for one in sandbox.taken("email") if one["address"] == TEACHER_MAIL]
    for words in ("Ana Vera", "Sesión 1", "Sesión 2", "Sesión 3", "Visita médica"):
        assert words in mail["text"]
    opened(page, live_server, marked.teacher, "inbox")
    expect(page.get_by_text("Justificación de faltas")).to_have_count(1)


def test_director_notifies_absentismo_and_tutor_and_ptsc_have_it_in_notica(
    marked: SchoolClass,
    page: Page,
    live_server: LiveServer,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    director = make_director(marked.school)
    make_staff(marked.school, "Pilar Social", Role.PTSC)
    opened(page, live_server, director, "absenteeism")
    expect(page.get_by_role("link", name="Ana Vera")).to_be_visible()
    page.get_by_role("button", name="Notificar").click()
    expect(page.get_by_role("heading", name="Lo notificado")).to_be_visible()
    before = len(sandbox.taken("email"))
    run_engine()
    told = {person.full_name for user in (director, marked.tutor) for person in user.people.all()}
    assert in_notica("absenteeism") == dict.fromkeys({*told, "Pilar Social"}, 1)
    opened(page, live_server, marked.tutor, "inbox")
    page.get_by_role("link", name="Absentismo").first.click()
    expect(page.get_by_text("Ana Vera").first).to_be_visible()
    assert before == 0


def test_two_sessions_within_the_grace_time_are_one_notice(
    of: SchoolClass,
    page: Page,
    live_server: LiveServer,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
    database_clock: DatabaseClock,
) -> None:
    AttendancePolicy.objects.create(school=of.school, grace_minutes=15)
    opened(page, live_server, of.teacher, "roll")
    for session in ("1ª", "2ª"):
        page.get_by_role("link", name=session).click()
        line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Ana Vera"))
        line.get_by_role("radio", name="Falta").check()
        page.get_by_role("button", name="Guardar la lista").click()
        expect(page.get_by_text("ha cambiado 1 marca.")).to_be_visible()
    run_engine()
    assert sandbox.taken("tokapp") == []
    database_clock.advance(timedelta(minutes=15))
    run_engine()
    (text,) = [one["text"] for one in sandbox.taken("tokapp") if one["address"] == MOTHER_PHONE]
    assert "• Sesión 1 (08:15) · Matemáticas: falta" in text
    assert "• Sesión 2 (09:15) · Matemáticas: falta" in text
    assert Message.objects.filter(kind="absence").count() == 1


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_pages_of_absences_are_sound_on_every_screen(
    marked: SchoolClass, page: Page, live_server: LiveServer
) -> None:
    assert violations(opened(page, live_server, marked.tutor, "absences")) == []
    assert violations(opened(page, live_server, make_director(marked.school), "absenteeism")) == []
