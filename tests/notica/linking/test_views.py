"""«Avisos por Telegram»: her phones' ends, her link, and what she sees until it is linked."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels_app.models import ChannelAccount
from notica.linking.invitations import token_of
from notica.models import LinkInvitation
from plumier.clock import database_now
from plumier.models import Group, Person, User
from tests.database import DatabaseClock
from tests.factories.register import link, make_login, make_person, make_school, make_service
from tests.notica.linking.conftest import OTHER_PHONE, PHONE
from tests.notica.linking.said import TOKENS, shared, shared_bot, tell, update

URL = "/canales/telegram/"


@pytest.fixture
def user(mother: Person) -> User:
    ChannelAccount.objects.filter(pk=shared_bot().account_id).update(handle="plumier_bot")
    return make_login(mother)


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def content(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def ask(client: Client) -> HttpResponse:
    account = ChannelAccount.objects.get(channel="telegram", owner="")
    response: HttpResponse = client.post(URL, {"cuenta": account.pk}, follow=True)  # type: ignore[assignment]
    return response


def test_page_shows_ends_of_phones_and_no_whole_phone(client: Client, mother: Person) -> None:
    mother.contacts.create(school=mother.school, slot="phone_2", kind="landline", value="+34968123456")
    link("telegram", PHONE, "501")
    page = content(client.get(URL))
    assert "<strong>***601</strong> · activo" in page
    assert "<strong>***456</strong> · fijo: no sirve" in page
    assert [whole for whole in (PHONE, PHONE[3:], "968123456") if whole in page] == []
    assert "968 12 34 56" in page  # the school's own


def test_page_makes_no_link_by_itself(client: Client) -> None:
    page = content(client.get(URL))
    assert ("t.me" in page, LinkInvitation.objects.count()) == (False, 0)
    assert 'http-equiv="refresh"' not in page


def test_link_is_made_when_asked_for_and_shown_with_its_code(client: Client) -> None:
    page = content(ask(client))
    token = token_of(LinkInvitation.objects.get())
    assert f'href="https://t.me/plumier_bot?start={token}"' in page
    assert "<svg" in page
    assert 'aria-label="Código QR del enlace al bot de Telegram"' in page
    assert f'<code class="secret">/start {token}</code>' in page
    again = content(client.get(URL))
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in again
    assert f'hx-get="{URL}" hx-trigger="every 4s"' in again
    still = content(client.get(f"{URL}?quieta=1"))
    assert ('http-equiv="refresh"' in still, "hx-trigger" in still) == (False, False)


def test_script_is_given_the_panels_alone(client: Client) -> None:
    ask(client)
    part = client.get(URL, headers={"HX-Request": "true", "HX-Target": "panels"}).content.decode()
    assert ("<html" in part, 'id="panels"' in part, "t.me" in part) == (False, True, True)


def test_page_goes_on_with_the_conversation(client: Client) -> None:
    ask(client)
    token = token_of(LinkInvitation.objects.get())
    tell(update(501, text=f"/start {token}"))
    page = content(client.get(URL))
    assert ("Ahora pulse en Telegram" in page, token in page) == (True, False)
    tell(shared(501, PHONE))
    response = client.get(URL)
    assert "Conectado: los avisos llegarán a su Telegram." in content(response)
    assert 'http-equiv="refresh"' not in content(response)


def test_phone_linked_before_the_link_is_not_what_it_waits_for(client: Client, mother: Person) -> None:
    link("telegram", PHONE, "501")
    ChannelAccount.objects.get(channel="telegram").activations.update(
        checked_at=database_now() - timedelta(hours=1)
    )
    assert "Conectado:" not in content(ask(client))


def test_link_is_gone_after_its_time(client: Client, database_clock: DatabaseClock) -> None:
    ask(client)
    database_clock.advance(timedelta(minutes=15))
    assert "t.me" not in content(client.get(URL))


def test_bot_whose_name_is_not_known_is_asked_for(client: Client) -> None:
    ChannelAccount.objects.update(handle="")
    page = content(ask(client))
    assert ("Se está preguntando a Telegram" in page, "t.me" in page) == (True, False)


def test_school_without_telegram_is_said(client: Client, mother: Person, settings: Any) -> None:
    mother.school.policy.channels = ["email"]
    mother.school.policy.save()
    assert "IES Ribera no envía avisos por Telegram." in content(client.get(URL))
    settings.CHANNEL_ENVIRONMENT = {}
    assert "IES Ribera no envía avisos por Telegram." in content(client.get(URL))


def test_bots_of_two_schools_have_a_panel_each(client: Client, user: User, settings: Any) -> None:
    other = make_school("30000002", name="IES Otro")
    make_person(other, "Marta Ros", {"phone_1": OTHER_PHONE}, user=user)
    settings.CHANNEL_ENVIRONMENT = {**TOKENS, "TELEGRAM_TOKEN__30000002": "2000:sandbox"}
    page = content(client.get(URL))
    own = page.index("IES Otro")
    assert page.index("***602") > own or page.index("***601") < own
    assert page.count("Conectar Telegram") == 2


@pytest.mark.parametrize("account", ["", "0", "x", "-1", "99999999"])
def test_link_for_a_bot_that_is_not_hers_does_not_exist(client: Client, account: str) -> None:
    assert client.post(URL, {"cuenta": account}).status_code == 404
    assert LinkInvitation.objects.count() == 0


def test_page_is_of_those_who_are_on_record(user: User, group: Group) -> None:
    visitor, service = Client(), Client()
    service.force_login(make_service(group.school))
    assert visitor.get(URL).headers["Location"].startswith("/entrar/")
    assert service.get(URL).status_code == 404
    other = ChannelAccount.objects.create(channel="email")
    mine = Client()
    mine.force_login(user)
    assert mine.post(URL, {"cuenta": other.pk}).status_code == 404


def test_page_costs_the_same_for_many_phones(client: Client, user: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    first = cost()
    for number in range(3, 9):
        school = make_school(f"3000000{number}")
        make_person(school, "Marta Ros", {"phone_1": f"+3461234561{number}"}, user=user)
    assert cost() == first
