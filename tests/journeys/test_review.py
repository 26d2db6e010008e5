"""Tin nhắn chung (V 3.1): an office writes, CGCN looks it over and sends, families' phones hold what was sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import Delivery, InboxEntry, Message, ReviewText
from notica.review.words import office_words
from plumier.clock import database_now
from plumier.models import User
from tests.factories.register import link
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.notica.review_desk import Desk
from tests.providers.sandbox import Sandbox

BY_TELEGRAM, BY_SMS = "Nộp học phí trước ngày 15/12 tại phòng 102.", "Nộp học phí trước ngày 5."


@pytest.fixture
def desk(transactional_db: None, sandbox: Sandbox, settings: Any, tmp_path: Path) -> Desk:
    settings.DATA_DIR = tmp_path / "data"
    desk = Desk()
    sandbox.tokapp([])
    link("telegram", desk.mothers[0].contacts["phone_1"], "501")
    return desk


def test_homeroom_teacher_and_board_send_no_general_message(
    desk: Desk, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    text = desk.submitted()
    be(visitor, live_server, desk.tutor, "vi")
    for address in (reverse("profesores:review"), reverse("profesores:review_text", args=[text.token])):
        answer = page.goto(live_server.url + address)
        assert answer is not None
        assert answer.status == 404
    be(visitor, live_server, desk.board, "vi")
    page.goto(live_server.url + reverse("profesores:school_students"))
    expect(page.get_by_text("An Nguyễn")).to_be_visible()
    expect(page.locator(".picking-ways button[value=telegram_tokapp]")).to_have_count(0)


def test_returned_text_tells_its_office_why(
    desk: Desk, live_server: LiveServer, visitor: BrowserContext, page: Page, run_engine: Callable[[], None]
) -> None:
    address = live_server.url + reverse("profesores:review_text", args=[desk.submitted().token])
    be(visitor, live_server, desk.cgcn, "vi")
    page.goto(address)
    page.locator("[name=reason]").fill("Thiếu số tiền phải nộp.")
    press(page, "devolver")
    expect(page.locator("button[value=devolver]")).to_have_count(0)
    run_engine()
    assert reads(desk.finance, "review_answer") == 1
    be(visitor, live_server, desk.finance, "vi")
    page.goto(address)
    expect(page.get_by_text("Thiếu số tiền phải nộp.").first).to_be_visible()
    page.locator("[name=body]").fill("Nộp 500.000đ.")
    press(page, "entregar")
    expect(page.locator("button[value=entregar]")).to_have_count(0)
    assert ReviewText.objects.get().state == "submitted"


def press(page: Page, what: str) -> None:
    page.locator(f"button[name=hacer][value={what}]").click()


def sent() -> str:
    """The token of what was sent, which is held no longer."""
    now = database_now()
    Message.objects.filter(kind="general").update(not_before=now)
    Delivery.objects.update(not_before=now)
    return Message.objects.get(kind="general").token


def reads(user: User, kind: str) -> int:
    return InboxEntry.objects.filter(person__user=user, message__kind=kind).count()


def test_office_hands_in_the_desk_edits_and_families_read_it(
    desk: Desk,
    live_server: LiveServer,
    visitor: BrowserContext,
    page: Page,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
) -> None:
    be(visitor, live_server, desk.finance, "vi")
    page.goto(live_server.url + reverse("profesores:review_new"))
    page.locator("[name=body]").fill(BY_SMS)
    page.locator(f"[name=groups][value='{desk.group.pk}']").check()
    press(page, "entregar")
    expect(page.locator("ol li")).to_have_count(1)
    run_engine()
    assert reads(desk.cgcn, "review_waiting") == 1

    be(visitor, live_server, desk.cgcn, "vi")
    page.goto(live_server.url + reverse("profesores:review"))
    page.locator("li.send a").click()
    page.locator("[name=body]").fill(BY_TELEGRAM)
    press(page, "guardar")
    expect(page.locator(".review-diff ins").first).to_be_visible()
    assert violations(page) == []
    press(page, "revisar")
    press(page, "confirmar")
    expect(page).to_have_url(live_server.url + reverse("notica:message", args=[sent()]))
    run_engine()
    with translation.override("vi"):
        office = office_words("tai_chinh")
    taken = {one["channel"]: one["text"] for one in sandbox.taken() if one["channel"] in ("telegram", "sms")}
    assert {name: (BY_TELEGRAM in text, office in text) for name, text in taken.items()} == {
        "telegram": (True, True),
        "sms": (True, True),
    }
    assert (
        reads(desk.finance, "review_answer"),
        reads(desk.finance, "acuse"),
        reads(desk.cgcn, "acuse"),
    ) == (1, 1, 1)

    be(visitor, live_server, desk.finance, "vi")
    page.goto(live_server.url + reverse("profesores:review_text", args=[ReviewText.objects.get().token]))
    expect(page.get_by_text(BY_SMS)).to_be_visible()
    page.locator(f"a[href='{reverse('notica:message', args=[sent()])}']").click()
    expect(page.get_by_text("An, Mẹ").first).to_be_visible()
