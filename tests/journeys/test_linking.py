"""A mother connects her Telegram from her account, on any screen (requirement B7)."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from channels_app.models import ChannelAccount
from notica.linking.invitations import token_of
from notica.models import LinkInvitation
from plumier.models import Person
from tests.factories.register import Parent, make_group, make_login, make_school, make_student
from tests.journeys.conftest import VIEWS, violations
from tests.journeys.test_administration import be
from tests.notica.linking.said import TOKENS, shared, shared_bot, tell, update

PHONE = "+34612345601"


@pytest.fixture
def mother(transactional_db: None, settings: Any) -> Person:
    settings.CHANNEL_ENVIRONMENT = TOKENS
    school = make_school(name="IES Ribera de los Molinos")
    school.policy.school_phone, school.policy.school_email = "968 12 34 56", "secretaria@ies.example"
    school.policy.save()
    contacts = {"phone_1": PHONE, "phone_2": "landline:+34968111222"}
    parent = Parent("Marta Ros Vera", contacts=contacts)
    make_student(make_group(school), "Luis Gil", [parent])
    ChannelAccount.objects.filter(pk=shared_bot().account_id).update(handle="plumier_bot")
    assert parent.person is not None
    return parent.person


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_mother_connects_her_telegram(
    mother: Person, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_login(mother))
    url = f"{live_server.url}/canales/telegram/"
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Avisos por Telegram")
    assert violations(page) == []
    page.get_by_role("button", name="Conectar Telegram").click()
    token = token_of(LinkInvitation.objects.get())
    link = page.get_by_role("link", name="Abrir Telegram")
    expect(link).to_have_attribute("href", f"https://t.me/plumier_bot?start={token}")
    expect(page.get_by_role("img", name="Código QR del enlace al bot de Telegram")).to_be_visible()
    tell(update(501, text=f"/start {token}"))
    expect(page.get_by_text("El enlace se ha abierto.")).to_be_visible(timeout=15_000)
    tell(shared(501, PHONE))
    expect(page.get_by_text("Conectado: los avisos llegarán a su Telegram.")).to_be_visible(timeout=15_000)
    assert violations(page) == []


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_page_that_waits_has_no_barrier(
    mother: Person, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_login(mother))
    page.goto(f"{live_server.url}/canales/telegram/")
    page.get_by_role("button", name="Conectar Telegram").click()
    page.goto(f"{live_server.url}/canales/telegram/?quieta=1")
    expect(page.get_by_role("link", name="Abrir Telegram")).to_be_visible()
    assert violations(page) == []
    tell(update(501, text=f"/start {token_of(LinkInvitation.objects.get())}"))
    page.reload()
    expect(page.get_by_text("El enlace se ha abierto.")).to_be_visible()
    assert violations(page) == []
