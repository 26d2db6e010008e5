"""The page of a phone."""

import re
from pathlib import Path

from channels_app.sandbox.pages.phone import phone_page
from channels_app.sandbox.pages.words import Clock
from channels_app.sandbox.state import Incoming
from tests.channels_app.sandbox.samples import CHAT, PHONE, sandbox_of, world_of

CLOCK = Clock("Europe/Madrid")


def bubbles(html: str) -> list[str]:
    return re.findall(r'<p class="globo__texto">([^<]*)</p>', html)


def test_phone_has_an_app_above_the_other_with_bubbles_in_order(tmp_path: Path) -> None:
    sandbox = sandbox_of(
        tmp_path,
        Incoming("sms", PHONE, "Por SMS", sender="+34600000000"),
        Incoming("tokapp", PHONE, "Por TokApp", account="sandbox"),
        Incoming("telegram", CHAT, "Uno", account="1000"),
        Incoming("telegram", CHAT, "Dos", account="1000"),
    )
    sandbox.boxes.place_chats({CHAT: PHONE})
    html = phone_page(world_of(sandbox, tmp_path), CLOCK, PHONE)
    assert bubbles(html) == ["Uno", "Dos", "Por TokApp", "Por SMS"]
    assert re.findall(r'-nombre">(\w+)</h2><p>([^<]*)</p>', html) == [
        ("Telegram", "bot 1000"),
        ("TokApp", "cuenta sandbox"),
        ("SMS", "+34 600 000 000"),
    ]
    assert "<h1>+34 600 111 222</h1>" in html


def test_phone_escapes_what_it_shows(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, Incoming("sms", PHONE, "<script>alert(1)</script>", sender="<b>"))
    html = phone_page(world_of(sandbox, tmp_path), CLOCK, PHONE)
    assert bubbles(html) == ["&lt;script&gt;alert(1)&lt;/script&gt;"]
    assert ("<script" in html, "<b>&" in html) == (False, False)


def test_phone_shows_apart_what_it_never_got_and_why(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    sandbox.record(Incoming("tokapp", PHONE, "Perdido"), taken=False, error="no_user")
    html = phone_page(world_of(sandbox, tmp_path), CLOCK, PHONE)
    assert bubbles(html) == []
    assert "TokApp: No tiene TokApp" in html
    assert "Sin mensajes de TokApp." in html


def test_phone_says_when_the_sender_heard_nothing(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    sandbox.record(Incoming("sms", PHONE, "Hola"), taken=True, provider_id="1", error="lose")
    assert "Tomado, pero la respuesta se perdió" in phone_page(world_of(sandbox, tmp_path), CLOCK, PHONE)


def test_phone_tells_the_parts_of_an_sms(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, Incoming("sms", PHONE, "á" * 71))
    assert "2 SMS · " in phone_page(world_of(sandbox, tmp_path), CLOCK, PHONE)


def test_phone_page_of_a_chat_without_phone(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, Incoming("telegram", CHAT, "Hola", account="1000"))
    html = phone_page(world_of(sandbox, tmp_path), CLOCK, CHAT)
    assert (bubbles(html), "<h1>Chat 1001</h1>" in html) == (["Hola"], True)


def test_phone_knows_whether_it_has_tokapp_once_told(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    before = "¿Tiene TokApp?" in phone_page(world_of(sandbox, tmp_path), CLOCK, PHONE)
    sandbox.tokapp_phones = frozenset({PHONE})
    assert before is False
    assert "<dt>¿Tiene TokApp?</dt><dd>Sí</dd>" in phone_page(world_of(sandbox, tmp_path), CLOCK, PHONE)
