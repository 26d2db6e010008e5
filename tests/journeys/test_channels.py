"""«Estado de los canales» in a browser: by whom it is read, from the administration, and on a phone."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from channels_app.models import ChannelAccount, Suppression
from notica.models import Message
from plumier.clock import database_now
from plumier.models import School, User
from tests.factories.register import make_director, make_school
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_result_page import log_in
from tests.notica.results import ACCOUNTS, every_outcome
from tests.notica.rows import make_account, make_delivery
from tests.notica.test_tallying import make_attempt, twice


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    """A school whose channels stand in every way at once."""
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    school = make_school(name="IES Ribera de los Molinos")
    every_outcome(school, make_director(school))
    now = database_now()
    accounts = {name: make_account(name) for name in ("telegram", "tokapp", "email", "sms")}
    cut = {"circuit_open_until": now + timedelta(seconds=30), "circuit_reason": "telegram.token"}
    ChannelAccount.objects.filter(pk=accounts["telegram"]).update(**cut)
    ChannelAccount.objects.filter(pk=accounts["tokapp"]).update(paused_until=now + timedelta(minutes=3))
    for minutes in (14, 3):
        make_delivery(
            accounts["email"],
            school_id=school.pk,
            channel="email",
            not_before=now - timedelta(minutes=minutes),
        )
    for number in range(40):
        delivery = make_delivery(accounts["tokapp"], school_id=school.pk, state="accepted", ended_at=now)
        make_attempt(
            delivery, "accepted" if number else "permanent", "" if number else "tokapp.unknown_phone"
        )
    Suppression.objects.create(
        account_id=accounts["sms"], address="+34600000001", reason="sms.21610", since=now
    )
    twice()
    return school


def test_director_finds_it_from_the_administration(
    school: School, live_server: LiveServer, page: Page
) -> None:
    log_in(page, live_server, Message.objects.get(school=school).sender)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Estado de los canales").first.click()
    expect(page.get_by_role("region", name="Correo · cuenta común")).to_contain_text(
        "la más antigua espera 14 min"
    )
    page.get_by_role("link", name="Dejar de actualizar").click()
    expect(page.get_by_text("La página no se actualiza sola.")).to_be_visible()


def test_superuser_tries_an_account_that_is_cut_off(
    school: School, live_server: LiveServer, page: Page
) -> None:
    log_in(page, live_server, User.objects.create_superuser("root", password="secret"))
    page.goto(f"{live_server.url}/canales/?quieta=1")
    page.get_by_role("link", name="Poner en pausa, reanudar o probar una cuenta").click()
    page.get_by_role("row", name="telegram").get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(label="Probar ahora una cuenta cortada")
    page.locator("button[name=index]").click()
    page.get_by_role("button", name="Sí, en 1 cuenta").click()
    expect(page.get_by_text("Hecho en 1 cuenta.")).to_be_visible()
    until = ChannelAccount.objects.get(channel="telegram").circuit_open_until
    assert until is not None
    assert until <= database_now()


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=lambda view: f"{view[0]}-{view[1]}")
def test_pages_are_accessible(school: School, live_server: LiveServer, page: Page) -> None:
    log_in(page, live_server, User.objects.create_superuser("root", password="secret"))
    page.goto(f"{live_server.url}/canales/?quieta=1")
    found = {"channels": violations(page)}
    page.goto(f"{live_server.url}/admin/channels_app/channelaccount/")
    page.locator("input[name=_selected_action]").first.check()
    page.locator("select[name=action]").select_option("pause")
    page.locator("button[name=index]").click()
    found["asked first"] = violations(page)
    assert found == {"channels": [], "asked first": []}
