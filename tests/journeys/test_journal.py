"""A day of the class journal in Vietnamese: in time, late, returned, and what each parent reads (C9, C12)."""

import re
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
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.journeys.words import vi, vi_many
from tests.providers.sandbox import Sandbox


@pytest.fixture
def of(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> Classes:
    database_clock.freeze(at(15, 20))
    found = Classes()
    found.clock = database_clock
    return found


def opened(page: Page, live_server: LiveServer, user: User, name: str, *args: int) -> Page:
    page.context.clear_cookies()
    be(page.context, live_server, user, "vi")
    page.goto(live_server.url + reverse(f"profesores:{name}", args=args))
    return page


def texts(sandbox: Sandbox, channel: str, address: str) -> list[str]:
    return [one["text"] for one in sandbox.taken(channel) if one["address"] == address]


def in_notica(kind: str) -> list[str]:
    rows = InboxEntry.objects.filter(message__kind=kind).select_related("person")
    return sorted(row.person.full_name for row in rows)


def write(page: Page, lines: dict[str, str], button: str) -> None:
    for pupil, line in lines.items():
        page.get_by_label(vi("Línea nueva de %(name)s", name=pupil)).fill(line)
    page.get_by_role("button", name=vi(button), exact=True).click()


def hand_in(page: Page, live_server: LiveServer, user: User, group: Any, lines: dict[str, str]) -> None:
    opened(page, live_server, user, "journal", group.pk)
    write(page, lines, "Guardar y entregar")
    expect(page.get_by_text(vi("El diario está entregado a la mesa."))).to_be_visible()


def test_each_parents_phone_holds_her_childs_lines_and_nobody_elses(
    of: Classes, page: Page, live_server: LiveServer, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    # The supervisors report, and a subject's teacher writes in the lesson book.
    opened(page, live_server, of.supervisor, "day_report_write")
    page.get_by_label(vi("Faltan")).first.fill("1")
    page.get_by_role("button", name=vi("Enviar el parte")).click()
    expect(page.get_by_text(vi("El parte está enviado por correo y a Notica."))).to_be_visible()
    opened(page, live_server, of.teacher, "journal", of.group.pk)
    write(page, {"An Nguyễn": "Làm bài tốt"}, "Guardar")
    expect(
        page.get_by_text(vi_many("Guardada %(number)d línea.", "Guardadas %(number)d líneas.", 1))
    ).to_be_visible()

    # Half an hour before, both tutors are reminded; one hands in at 15:59, the other at 16:01.
    of.until(at(15, 35))
    run_engine()
    assert in_notica("journal_reminder") == ["Hoa Chủ nhiệm", "Lan Chủ nhiệm"]
    of.until(at(15, 59))
    opened(page, live_server, of.tutor, "journals")
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^Còn 0[01]:[0-5]\d$"))
    hand_in(page, live_server, of.tutor, of.group, {"Bình Trần": "Đi muộn 10 phút"})
    of.until(at(16, 1))
    run_engine()
    assert in_notica("journal_missing") == ["Tú Công nghệ"]
    hand_in(page, live_server, of.other_tutor, of.other, {"Chi Nguyễn": "Hát hay"})
    expect(page.get_by_text(vi("Se ha entregado fuera de hora: la mesa lo ve señalado."))).to_be_visible()

    # The desk mends one text beside the report and asks the tutor for what is missing, who reads both.
    opened(page, live_server, of.desk, "journals_desk")
    expect(page.get_by_text(vi("Tarde"), exact=True)).to_be_visible()
    page.get_by_role("link", name="10A1").click()
    expect(page.get_by_text(vi("faltan %(number)s", number=1))).to_be_visible()
    page.get_by_label(vi("Lo que lee la familia de %(name)s", name="Bình Trần")).fill("Đến lớp muộn 10 phút")
    page.get_by_text(vi("Devolver al tutor"), exact=True).click()
    page.get_by_label(vi("Qué hay que corregir")).fill("Thiếu lời khen của cả lớp")
    page.get_by_role("button", name=vi("Devolver el diario")).click()
    expect(page.get_by_text(vi("El diario está devuelto y se le ha dicho al tutor."))).to_be_visible()
    run_engine()
    assert in_notica("journal_returned") == ["Lan Chủ nhiệm"]
    opened(page, live_server, of.tutor, "journal", of.group.pk)
    expect(page.get_by_text("Thiếu lời khen của cả lớp")).to_be_visible()
    expect(page.get_by_text("Đến lớp muộn 10 phút")).to_be_visible()
    assert violations(page) == []
    write(page, {"An Nguyễn": "Hăng hái phát biểu"}, "Guardar y entregar")
    expect(page.get_by_text(vi("El diario está entregado a la mesa."))).to_be_visible()

    # It approves and sends.
    opened(page, live_server, of.desk, "journals_desk")
    page.get_by_role(
        "button", name=vi_many("Aprobar %(number)s texto", "Aprobar %(number)s textos", 3)
    ).click()
    page.get_by_role("button", name=vi_many("Enviar %(number)s texto", "Enviar %(number)s textos", 3)).click()
    sent = "Se envían los textos de %(number)d alumnos, a cada familia el suyo."
    expect(
        page.get_by_text(vi_many("Se envía el texto de %(number)d alumno a su familia.", sent, 3))
    ).to_be_visible()
    run_engine()

    both = ("Làm bài tốt", "Hăng hái phát biểu", "Hát hay")
    for channel, address, own, others in (
        ("telegram", "501", both, ("Bình", "10 phút")),
        ("tokapp", FATHER, both, ("Bình", "10 phút")),
        ("tokapp", OTHER, ("Đến lớp muộn 10 phút",), ("An Nguyễn", "Chi", *both)),
    ):
        (text,) = texts(sandbox, channel, address)
        assert all(one in text for one in own)
        assert not any(one in text for one in others)
    assert texts(sandbox, "tokapp", MOTHER) == texts(sandbox, "telegram", "501")
