"""Where Telegram brings updates: believed only with the secret, answered in the answer."""

import json
import logging
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from channels_app.receipts import LARGEST_BODY
from notica.models import BotUpdate
from plumier.models import Person
from tests.factories.register import make_school
from tests.notica.linking.conftest import PHONE
from tests.notica.linking.said import TOKENS, links, shared, update

SECRET = "a-secret_1"
URL = "/avisos/telegram/"


@pytest.fixture
def bots(mother: Person, settings: Any) -> None:
    make_school("30000002")
    settings.CHANNEL_ENVIRONMENT = {
        **TOKENS,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_TOKEN__30000002": "2000:sandbox",
        "TELEGRAM_WEBHOOK_SECRET__30000002": "its-own",
    }


def bring(given: Any, url: str = URL, secret: str | None = SECRET) -> HttpResponse:
    """As Telegram does."""
    body = given if isinstance(given, bytes) else json.dumps(given).encode()
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    client = Client(enforce_csrf_checks=True)
    response: HttpResponse = client.post(url, body, content_type="application/json", headers=headers)
    return response


def test_update_is_carried_out_and_answered_in_the_answer(bots: None) -> None:
    response = bring(shared(501, PHONE))
    assert response.status_code == 200
    answer = json.loads(response.content)
    assert (answer["method"], answer["chat_id"]) == ("sendMessage", 501)
    assert links() == [(PHONE, "501", "linked")]


def test_update_again_is_taken_and_not_answered(bots: None) -> None:
    given = update(501, text="/ayuda")
    assert json.loads(bring(given).content)["method"] == "sendMessage"
    assert (bring(given).status_code, bring(given).content) == (200, b"")


@pytest.mark.parametrize("secret", [None, "", "a-secret_", "a-secret_12", "ñ", "its-own"])
def test_update_without_the_secret_is_refused_and_changes_nothing(
    bots: None, secret: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    assert bring(shared(501, PHONE), secret=secret).status_code == 403
    assert (links(), BotUpdate.objects.count()) == ([], 0)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("notica")]
    assert ours == ["telegram shared: an update without the secret is refused"]


def test_update_for_a_bot_without_a_secret_is_refused(bots: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = TOKENS
    assert [bring(shared(501, PHONE), secret=one).status_code for one in (None, "", SECRET)] == [403] * 3


@pytest.mark.parametrize("path", ["30000001", "39999999", "telegram"])
def test_owner_without_a_bot_has_no_webhook(bots: None, path: str) -> None:
    assert bring(shared(501, PHONE), f"{URL}{path}/").status_code == 404


def test_installation_without_a_bot_has_no_webhook(bots: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {}
    assert bring(shared(501, PHONE)).status_code == 404


def test_own_bot_has_its_own_secret(bots: None) -> None:
    given = update(501, text="/ayuda")
    assert bring(given, f"{URL}30000002/").status_code == 403
    assert bring(given, f"{URL}30000002/", "its-own").status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(bots: None, body: bytes) -> None:
    assert bring(body).status_code == 400


@pytest.mark.parametrize("given", [[], 1, "x", None, {}, {"update_id": "x"}])
def test_json_that_is_no_update_is_taken_and_does_nothing(bots: None, given: Any) -> None:
    response = bring(given)
    assert (response.status_code, response.content) == (200, b"")


def test_body_of_a_mebibyte_is_read_and_one_more_is_not(bots: None) -> None:
    head = json.dumps(shared(501, PHONE)).encode()
    assert bring(head + b" " * (LARGEST_BODY + 1 - len(head))).status_code == 413
    assert links() == []
    assert bring(head + b" " * (LARGEST_BODY - len(head))).status_code == 200
    assert links() == [(PHONE, "501", "linked")]


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_nothing_but_post_is_taken(bots: None, method: str) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    assert getattr(Client(), method)(URL, headers=headers).status_code == 405


def test_press_is_answered_in_one_call(bots: None) -> None:
    said = update(501, text="x")["message"]
    query = {"id": "4711", "from": said["from"], "data": "lang:es", "message": said}
    answer = json.loads(bring({"update_id": 10**9, "callback_query": query}).content)
    assert (answer["method"], answer["message_id"]) == ("editMessageText", said["message_id"])
