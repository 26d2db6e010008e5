"""The first page."""

import re
from pathlib import Path

import pytest

from channels_app.sandbox.pages.index import Query, index_page
from channels_app.sandbox.pages.words import Clock
from channels_app.sandbox.state import Incoming
from tests.channels_app.sandbox.samples import CHAT, MAILBOX, PHONE, sandbox_of

CLOCK = Clock("Europe/Madrid")
MESSAGES = (
    Incoming("sms", PHONE, "Uno"),
    Incoming("email", MAILBOX, "Dos", subject="<Aviso>"),
    Incoming("telegram", CHAT, "Tres"),
    Incoming("telegram", "2002", "Cuatro"),
)


def names(html: str) -> list[str]:
    return re.findall(r'<div class="quien"><a href="[^"]*">([^<]*)</a>', html)


def test_index_lists_the_latest_first_and_chats_under_their_phone(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, *MESSAGES)
    sandbox.boxes.place_chats({CHAT: PHONE})
    html = index_page(sandbox, CLOCK, Query())
    assert names(html) == ["Chat 2002", "+34 600 111 222", MAILBOX]
    assert "2 teléfonos y 1 buzón" in html
    assert "&lt;Aviso&gt;" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(text="600 111"), ["+34 600 111 222"]),
        (Query(text=CHAT), ["+34 600 111 222"]),
        (Query(text="ANA@"), [MAILBOX]),
        (Query(kind="telefonos"), ["Chat 2002", "+34 600 111 222"]),
        (Query(kind="buzones"), [MAILBOX]),
        (Query(text="-"), []),
    ],
)
def test_index_search_and_kinds(tmp_path: Path, query: Query, found: list[str]) -> None:
    sandbox = sandbox_of(tmp_path, *MESSAGES)
    sandbox.boxes.place_chats({CHAT: PHONE})
    assert names(index_page(sandbox, CLOCK, query)) == found


def test_index_totals_by_channel(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, *MESSAGES)
    sandbox.record(MESSAGES[0], taken=False, error="opted_out")
    html = index_page(sandbox, CLOCK, Query())
    totals = re.findall(r"<span>(\w+)</span></dt><dd><strong>(\d+)</strong><span>([^<]*)</span>", html)
    assert totals == [
        ("Telegram", "2", "0 no tomados"),
        ("TokApp", "0", "0 no tomados"),
        ("SMS", "1", "1 no tomado"),
        ("Correo", "1", "0 no tomados"),
    ]


def test_index_two_empty_states(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    assert "Todavía no ha llegado nada." in index_page(sandbox, CLOCK, Query())
    assert "Nada coincide con «&lt;x&gt;»." in index_page(sandbox, CLOCK, Query(text="<x>"))


def test_index_pages_of_fifty(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path, *(Incoming("sms", f"+346{n:08}", "Hola") for n in range(120)))
    first, last = (index_page(sandbox, CLOCK, Query(page=page)) for page in (1, 3))
    assert (len(names(first)), len(names(last))) == (50, 20)
    assert 'href="/?p=2">Anteriores ›' in first
    assert 'href="/?p=2">‹ Más recientes' in last
    assert len(first.encode()) < 60_000


def test_query_read_leaves_out_what_cannot_be() -> None:
    assert Query.read({"q": " ana ", "tipo": "fax", "p": "x"}) == Query("ana", "", 1)
    assert Query.read({"tipo": "buzones", "p": "3"}) == Query("", "buzones", 3)
    assert Query("a b", "buzones", 1).link(page=2) == "/?q=a+b&tipo=buzones&p=2"
    assert Query().link() == "/"
