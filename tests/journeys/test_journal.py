"""A day of the class journal: in time and late, beside the supervisors' report, and each parent's phone (C9, C12)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import InboxEntry
from plumier.models import User
from tests.database import DatabaseClock
from tests.journal.classes import FATHER, MOTHER, OTHER, Classes, at
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox


@pytest.fixture
def of(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> Classes:
    database_clock.freeze(at(15, 20))
    found = Classes()
    found.clock = database_clock
    return found


def opened(page: Page, live_server: LiveServer, user: User, name: str, *args: int) -> Page:
    page.context.clear_cookies()
    be(page.context, live_server, user)
    page.goto(live_server.url + reverse(f"profesores:{name}", args=args))
    return page


def texts(sandbox: Sandbox, channel: str, address: str) -> list[str]:
    return [one["text"] for one in sandbox.taken(channel) if one["address"] == address]


def in_notica(kind: str) -> list[str]:
    rows = InboxEntry.objects.filter(message__kind=kind).select_related("person")
    return sorted(row.person.full_name for row in rows)


def hand_in(page: Page, live_server: LiveServer, user: User, group: Any, lines: dict[str, str]) -> None:
    opened(page, live_server, user, "journal", group.pk)
    for pupil, line in lines.items():
        page.get_by_label(f"Línea nueva de {pupil}").fill(line)
    page.get_by_role("button", name="Guardar y entregar").click()
    expect(page.get_by_text("El diario está entregado a la mesa.")).to_be_visible()


def test_each_parents_phone_holds_her_childs_lines_and_nobody_elses(
    of: Classes, page: Page, live_server: LiveServer, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    # The supervisors report, and a subject's teacher writes in the lesson book.
    opened(page, live_server, of.supervisor, "day_report_write")
    page.get_by_label("Faltan").first.fill("1")
    page.get_by_role("button", name="Enviar el parte").click()
    expect(page.get_by_text("El parte está enviado")).to_be_visible()
    opened(page, live_server, of.teacher, "journal", of.group.pk)
    page.get_by_label("Línea nueva de An Nguyễn").fill("Làm bài tốt")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Guardada 1 línea.")).to_be_visible()

    # Half an hour before, both tutors are reminded; one hands in at 15:59, the other at 16:01.
    of.until(at(15, 35))
    run_engine()
    assert in_notica("journal_reminder") == ["Hoa Chủ nhiệm", "Lan Chủ nhiệm"]
    of.until(at(15, 59))
    hand_in(page, live_server, of.tutor, of.group, {"Bình Trần": "Đi muộn 10 phút"})
    of.until(at(16, 1))
    run_engine()
    assert in_notica("journal_missing") == ["Tú Công nghệ"]
    hand_in(page, live_server, of.other_tutor, of.other, {"Chi Nguyễn": "Hát hay"})
    expect(page.get_by_text("Se ha entregado fuera de hora")).to_be_visible()

    # The desk mends one text beside the report, approves and sends.
    opened(page, live_server, of.desk, "journals_desk")
    expect(page.get_by_text("Tarde", exact=True)).to_be_visible()
    page.get_by_role("link", name="10A1").click()
    expect(page.get_by_text("faltan 1")).to_be_visible()
    page.get_by_label("Lo que lee la familia de Bình Trần").fill("Đến lớp muộn 10 phút")
    page.get_by_role("button", name="Guardar", exact=True).last.click()
    opened(page, live_server, of.desk, "journals_desk")
    page.get_by_role("button", name="Aprobar 3 textos").click()
    page.get_by_role("button", name="Enviar 3 textos").click()
    expect(page.get_by_text("Se envían los textos de 3 alumnos")).to_be_visible()
    run_engine()

    both = ("Làm bài tốt", "Hát hay")
    for channel, address, own, others in (
        ("telegram", "501", both, ("Bình", "10 phút")),
        ("tokapp", FATHER, both, ("Bình", "10 phút")),
        ("tokapp", OTHER, ("Đến lớp muộn 10 phút",), ("An Nguyễn", "Chi", *both)),
    ):
        (text,) = texts(sandbox, channel, address)
        assert all(one in text for one in own)
        assert not any(one in text for one in others)
    assert texts(sandbox, "tokapp", MOTHER) == texts(sandbox, "telegram", "501")
