"""A tutor of Hà Nội writes to her families: in office hours, before ten at night, and after (V 3.3)."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.models import Message
from notica.writing.keeping import Written, begin, save
from plumier.clock import database_now
from tests.database import DatabaseClock
from tests.factories.register import link
from tests.journeys.staff import be
from tests.journeys.words import vi, vi_many
from tests.notica.review_desk import Desk
from tests.providers.sandbox import Sandbox

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(hour: int, minute: int = 0, second: int = 0, day: int = 27) -> datetime:
    """A moment of the last days of November 2026, whose 27th is a Friday."""
    return datetime.combine(date(2026, 11, day), time(hour, minute, second), HANOI)


def send_at(hour: str) -> str:
    """The button."""
    one, many = "Enviar a las %(hour)s a %(n)d familia", "Enviar a las %(hour)s a %(n)d familias"
    return vi_many(one, many, 2, hour=hour, n=2)


@pytest.fixture
def desk(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> Desk:
    database_clock.freeze(at(10))
    found = Desk(quiet_from=time(22), quiet_until=time(6))
    for number, mother in enumerate(found.mothers):
        link("telegram", mother.contacts["phone_1"], f"60{number}")
    return found


@pytest.fixture
def writing(desk: Desk, page: Page, live_server: LiveServer) -> Callable[[], Page]:
    """The page of a text of hers to both families, opened in Vietnamese."""
    be(page.context, live_server, desk.tutor, "vi")

    def opened() -> Page:
        choice = Choice(Audience.FAMILY, students=tuple(one.pk for one in desk.students))
        now = database_now()
        kept = begin(desk.school, choice, Way.TELEGRAM_TOKAPP, by=desk.tutor, now=now)
        written = Written(Audience.FAMILY, Way.TELEGRAM_TOKAPP, body="Ngày mai lớp mình nghỉ học.")
        save(kept, written, by=desk.tutor, now=now)
        page.goto(live_server.url + reverse("profesores:write", args=[kept.token]))
        return page

    return opened


def chats(sandbox: Sandbox) -> list[str]:
    return sorted(one["address"] for one in sandbox.taken("telegram"))


def test_in_office_hours_it_is_left_for_when_the_office_closes(
    writing: Callable[[], Page],
    database_clock: DatabaseClock,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    page = writing()
    expect(page.locator("#write-office")).to_contain_text("17:00")
    expect(page.locator("#write-office")).to_contain_text("Hà Công")
    page.get_by_role("button", name=send_at("17:00")).click()
    page.wait_for_url("**/envios/**")
    database_clock.freeze(at(16, 59, 59))
    run_engine()
    assert chats(sandbox) == []
    database_clock.freeze(at(17))
    run_engine()
    assert chats(sandbox) == ["600", "601"]


def test_what_is_sent_after_ten_reaches_phones_at_six(
    writing: Callable[[], Page],
    database_clock: DatabaseClock,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    database_clock.freeze(at(21, 59))
    page = writing()
    expect(page.locator("#write-send")).not_to_contain_text("6:00")
    expect(page.locator("#write-send")).to_contain_text("2")
    database_clock.freeze(at(22, 1))
    page.locator("#write-send").click()
    page.wait_for_url("**/envios/**")
    expect(page.locator("#live")).to_contain_text("6:00")
    expect(page.get_by_role("button", name=vi("Deshacer"))).to_be_visible()

    page = writing()
    expect(page.locator("#write-send")).to_have_text(send_at("6:00"))
    database_clock.freeze(at(5, 59, 59, day=28))
    run_engine()
    assert chats(sandbox) == []
    database_clock.freeze(at(6, day=28))
    run_engine()
    assert chats(sandbox) == ["600", "601"]
    assert Message.objects.get(kind="out_of_hours").state == "finished"
