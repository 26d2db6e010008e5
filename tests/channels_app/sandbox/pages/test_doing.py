"""What people do on the pages, as forms that a browser sends."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.channels_app.sandbox.asking import bot, sms, sms_now
from tests.channels_app.sandbox.receiver import Receiver
from tests.providers.sandbox import Sandbox

PHONE, DELIVERED, ANSWERED = "+34622000111", "+34622000112", "+34622000113"
MAILBOX = "ana@example.es"


@contextmanager
def opened(provider: Sandbox) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(urlsplit(provider.url).netloc, timeout=20)
    yield connection
    connection.close()


def post(provider: Sandbox, path: str, headers: dict[str, str] | None = None, **form: str) -> tuple[int, str]:
    """Send a form; the status, and the word for what came of it."""
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": provider.url}
    with opened(provider) as connection:
        connection.request("POST", path, urlencode(form), kind | (headers or {}))
        answer = connection.getresponse()
        answer.read()
        said = re.search(r"dicho=(\w+)", answer.headers.get("Location", ""))
    return answer.status, said[1] if said else ""


def page(provider: Sandbox, path: str) -> str:
    with opened(provider) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read().decode()


def updates(provider: Sandbox, token: str = "1000:sandbox") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bot(provider, "getUpdates", token)[1]["result"]
    return found


def test_bot_is_opened_by_a_pasted_link_and_told_the_phone(provider: Sandbox) -> None:
    path = f"/phone/{PHONE}/telegram"
    link = "https://t.me/plumier_1003_bot?start=abc"
    assert post(provider, path, do="start", text=link, bot="1000") == (303, "espera")
    assert post(provider, path, do="share", bot="1003") == (303, "espera")
    first, second = updates(provider, "1003:sandbox")
    assert first["message"]["text"] == "/start abc"
    assert (second["message"]["contact"]["phone_number"], second["message"]["contact"]["user_id"]) == (
        PHONE,
        second["message"]["from"]["id"],
    )
    assert "/start abc" in page(provider, f"/phone/{PHONE}?bot=1003")


def test_bot_with_a_webhook_answers_with_buttons_that_can_be_pressed(
    provider: Sandbox, receiver: Receiver
) -> None:
    keyboard = {"keyboard": [[{"text": "Dar mi teléfono", "request_contact": True}]]}
    inline = {
        "inline_keyboard": [
            [{"text": "Sí, baja", "callback_data": "baja"}, {"text": "Web", "url": "http://x/"}]
        ]
    }
    answers = iter(
        [
            {
                "method": "sendMessage",
                "chat_id": PHONE[1:],
                "text": "¿Su teléfono?",
                "reply_markup": keyboard,
            },
            {"method": "sendMessage", "chat_id": PHONE[1:], "text": "¿Seguro?", "reply_markup": inline},
        ]
    )
    receiver.answer = lambda request: (200, json.dumps(next(answers, {})).encode())
    bot(provider, "setWebhook", "1004:sandbox", url=receiver.url)
    path = f"/phone/{PHONE}/telegram"
    assert post(provider, path, do="start", bot="1004") == (303, "contestado")
    assert post(provider, path, do="share", bot="1004") == (303, "contestado")
    html = page(provider, f"/phone/{PHONE}?bot=1004")
    assert (">Dar mi teléfono</button>" in html, ">Sí, baja</button>" in html, "Web: http://x/" in html) == (
        True,
        True,
        True,
    )
    assert post(provider, path, do="press", data="baja", bot="1004") == (303, "lo_tiene")
    query = receiver.requests[-1].json["callback_query"]
    bot(provider, "answerCallbackQuery", "1004:sandbox", callback_query_id=query["id"], text="Dado de baja")
    assert '<p class="aviso">Dado de baja</p>' in page(provider, f"/phone/{PHONE}?bot=1004")
    receiver.answer = lambda request: (500, b"")
    assert post(provider, path, do="say", text="Hola", bot="1004") == (303, "no_lo_toma")


def test_bot_blocked_and_opened_again(provider: Sandbox) -> None:
    path = f"/phone/{PHONE}/telegram"
    assert post(provider, path, do="block", bot="1000") == (303, "espera")
    assert "Bot bloqueado" in page(provider, f"/phone/{PHONE}?bot=1000")
    assert post(provider, path, do="start", text="", bot="1000") == (303, "espera")
    assert "Bot bloqueado" not in page(provider, f"/phone/{PHONE}?bot=1000")
    assert [list(update)[1] for update in updates(provider)] == [
        "my_chat_member",
        "my_chat_member",
        "message",
    ]


def test_language_of_a_phone_is_that_of_what_it_writes(provider: Sandbox) -> None:
    path = f"/phone/{PHONE}/telegram"
    assert post(provider, path, do="language", language="vi", bot="1000") == (303, "hecho")
    assert post(provider, path, do="language", language="xx", bot="1000") == (303, "no_se_pudo")
    post(provider, path, do="say", text="Chào", bot="1000")
    assert updates(provider)[0]["message"]["from"]["language_code"] == "vi"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (f"/phone/{PHONE}/telegram", {"do": "say", "text": " ", "bot": "1000"}),
        (f"/phone/{PHONE}/telegram", {"do": "sing", "bot": "1000"}),
        (f"/phone/{PHONE}/telegram", {"do": "say", "text": "Hola", "bot": "x"}),
        ("/phone/nadie/telegram", {"do": "say", "text": "Hola", "bot": "1000"}),
        (f"/phone/{PHONE}/sms", {"sid": "SM0", "status": "delivered"}),
        (f"/phone/{PHONE}/sms", {"do": "answer", "body": ""}),
        (f"/mailbox/{MAILBOX}/bounce", {"kind": "lost"}),
        ("/control/acuses", {"plan": "siempre"}),
    ],
)
def test_form_that_cannot_be_done_says_so(provider: Sandbox, path: str, form: dict[str, str]) -> None:
    assert post(provider, path, **form) == (303, "no_se_pudo")


def test_tokapp_is_taken_off_and_put_on(provider: Sandbox) -> None:
    for active, word in (("no", "Sin TokApp"), ("si", "Instalado")):
        assert post(provider, f"/phone/{PHONE}/tokapp", active=active) == (303, "hecho")
        assert f"<span>{word}</span>" in page(provider, f"/phone/{PHONE}")


def test_sms_is_delivered_or_not_by_a_button(provider: Sandbox, receiver: Receiver) -> None:
    path = f"/phone/{DELIVERED}/sms"
    told, untold = (
        sms(provider, DELIVERED, StatusCallback=receiver.url)[1]["sid"],
        sms(provider, DELIVERED)[1]["sid"],
    )
    assert post(provider, path, sid=told, status="undelivered") == (303, "contado")
    assert post(provider, path, sid=untold, status="undelivered") == (303, "nadie_pregunta")
    assert [request.form["ErrorCode"] for request in receiver.requests] == ["30003"]
    assert sms_now(provider, untold)["status"] == "undelivered"
    assert page(provider, f"/phone/{DELIVERED}").count("No entregado · 30003") == 2
    receiver.answer = lambda request: (403, b"")
    assert post(provider, path, sid=told, status="delivered") == (303, "no_contado")


def test_sms_answer_goes_where_its_receipts_go(provider: Sandbox, receiver: Receiver) -> None:
    path = f"/phone/{ANSWERED}/sms"
    assert post(provider, path, do="answer", body="STOP") == (303, "nadie_pregunta")
    assert "De baja" in page(provider, f"/phone/{ANSWERED}")
    post(provider, path, do="answer", body="START")
    sms(provider, ANSWERED, StatusCallback=f"{receiver.url}/avisos/sms/RIBERA/7.1.abc/")
    assert post(provider, path, do="answer", body="STOP") == (303, "contado")
    [request] = receiver.requests
    assert (request.path, request.form["OptOutType"]) == ("/avisos/sms/RIBERA/", "STOP")


def test_rates_and_receipts_are_set(provider: Sandbox, receiver: Receiver) -> None:
    assert post(provider, "/control/ritmos", per_bot="30", per_chat="") == (303, "hecho")
    assert provider.control("limits", method="GET") == {"telegram": {"per_bot": 30, "per_chat": None}}
    assert post(provider, "/control/ritmos", per_bot="muchos", per_chat="0") == (303, "numero")
    assert post(provider, "/control/acuses", plan="perdidos") == (303, "hecho")
    sid = sms(provider, PHONE, StatusCallback=receiver.url)[1]["sid"]
    assert [request.form["MessageStatus"] for request in receiver.wait(2)] == ["sent", "undelivered"]
    assert provider.wait_for_told(2)[1]["id"] == sid
    html = page(provider, "/control")
    assert ('value="30"' in html, 'value="perdidos" selected' in html, "Acuse de SMS" in html) == (
        True,
        True,
        True,
    )


def test_rules_are_cleared(provider: Sandbox) -> None:
    provider.rule("sms", "hang")
    assert post(provider, "/control/reglas") == (303, "hecho")
    assert provider.control("rules", method="GET") == {"rules": []}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "https://127.0.0.1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
        ({"Origin": "", "Referer": "http://evil.example/x"}, 403),
        ({"Origin": "", "Referer": ""}, 303),
    ],
)
def test_form_of_another_site_is_refused(provider: Sandbox, headers: dict[str, str], status: int) -> None:
    assert post(provider, f"/phone/{PHONE}/tokapp", headers, active="no")[0] == status
    assert ("Sin TokApp" in page(provider, f"/phone/{PHONE}")) is (status == 303)


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("+34 600 111 222", "/phone/+34600111222"),
        ("600-111-222", "/phone/+34600111222"),
        ("0084 912 345 678", "/phone/+84912345678"),
        ("hola", "/?dicho=telefono"),
        ("", "/?dicho=telefono"),
    ],
)
def test_phone_is_opened_by_its_number(provider: Sandbox, typed: str, there: str) -> None:
    with opened(provider) as connection:
        connection.request("GET", f"/phone?numero={quote(typed)}")
        answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (303, there)


def test_unknown_word_for_what_was_done_is_not_shown(provider: Sandbox) -> None:
    assert 'class="dicho"' not in page(provider, "/?dicho=%3Cb%3E")
    assert "Escriba un teléfono con su prefijo" in page(provider, "/?dicho=telefono")
