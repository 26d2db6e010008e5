"""The page of what is sent, against the table of kinds and the list of the two source documents."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from notica.choices import Way, way_channels
from notica.communications import Rule, rule_of, summary_of, time_words
from notica.kinds import KINDS, UNSENT, Kind, step_deadline
from plumier.models import User
from tests.factories.register import make_group, make_school, make_tutor

# What the two documents and the requirements name, by the kind that tells it.
DOCUMENTS = {
    "Notificaciones individuales y colectivas": {"message"},
    "Acuse de envío": {"acuse"},
    "Datos de alumnos": {"student_data"},
    "Listado para TokApp": {"tokapp_roster"},
    "Tutorías, Mis profesores, Observaciones": {"to_teacher"},
    "Faltas de asistencia o de puntualidad": {"absence", "absence_correction"},
    "Justificación de faltas por el tutor": {"justification"},
    "Absentismo": {"absenteeism"},
    "Registro de convivencia": {"behaviour"},
    "Expedientes disciplinarios": {"disciplinary"},
    "Recepción de un título": {"diploma"},
    "Traslados": {"transfer"},
    "Tasas": {"fees"},
    "Convocatorias": {"meeting"},
    "Tin nhắn chung": {"general"},
    "Tin nhắn riêng": {"journal", "journal_reminder", "journal_missing", "journal_returned"},
    "Tin nhắn đột xuất": {"out_of_hours"},
    "Tình hình học sinh các lớp": {"day_report"},
}
# What goes beyond the documents.
OURS = {
    *("send_result", "reply", "grades", "own_data", "contact_code", "contacts_returned", "test"),
    *("absence_excuse", "absence_alarm", "disciplinary_deadline", "review_waiting", "review_answer"),
}
# Named there and no kind: a letter of the accounts, which has no recipient's choice of ways, and the board.
NO_MESSAGE = ("Alta de un docente", "Tablón de anuncios")
# What no page of this installation does yet, and which would send it.
NOT_BUILT: dict[str, str] = {}
APPS = (
    "attendance",
    "convivencia",
    "secretaria",
    "journal",
    "notica",
    "plumier",
    "channels_app",
    "grades",
    "tablon",
    "profesores",
    "mirador",
    "config",
)


@pytest.fixture
def page(db: None) -> str:
    client = Client()
    client.force_login(make_tutor(make_group(make_school())))
    return client.get(reverse("notica:summary")).content.decode()


def cards(page: str) -> dict[str, str]:
    """Each article by its id."""
    found = re.findall(r'<article [^>]*?id="(\w+)".*?>(.*?)</article>', page, re.DOTALL)
    assert len(found) == len(dict(found))
    return {code: " ".join(text.split()) for code, text in found}


def shown(kind: Kind) -> list[str]:
    """The steps of a row, made here from its fields: its ways in their order, by both phones where it is a phone."""
    words = {Way.EMAIL: ["Correo"]}
    if kind.one_address:
        return [{Way.EMAIL: "Correo", Way.SMS: "SMS"}.get(way, "Telegram/TokApp") for way in kind.ways]
    for way, word in ((Way.TELEGRAM_TOKAPP, "Telegram/TokApp"), (Way.SMS, "SMS")):
        words[way] = [f"{word}, al Teléfono", f"{word}, al Teléfono 2"]
    ways = [way for way in kind.ways if way != Way.NOTICA]
    ways += [Way.EMAIL] if kind.email_after and Way.EMAIL not in ways else []
    return [word for way in ways for word in words[way]] or ["Notica"]


def test_page_has_a_card_for_each_kind_that_is_sent(page: str) -> None:
    assert set(cards(page)) == set(KINDS) - UNSENT


@pytest.mark.parametrize("code", sorted(set(KINDS) - UNSENT))
def test_card_says_its_channels_steps_and_how_long_it_is_kept_once(page: str, code: str) -> None:
    kind, card = KINDS[code], cards(page)[code]
    steps = re.findall(r"<li> <span>(.*?)(?: <span class=\"soft\">\((.*?)\)</span>)?\s*</span> </li>", card)
    assert [word.strip() for word, _wait in steps] == shown(kind)
    kept = "No queda en Notica." if kind.one_address else f"Hasta {kind.keep.days} días en Notica."
    assert card.count(f"<dt>Se guarda</dt> <dd>{kept}</dd>") == 1
    to = re.search(r"<dt>Llega a</dt> <dd>(.*?)</dd>", card)
    assert to is not None
    assert to[1] == ", ".join(str(one.label) for one in kind.audiences)
    assert card.count("<h3 ") == 1
    assert ("recibe un acuse" in card) == kind.acuse


def test_kinds_are_those_of_the_documents_and_ours() -> None:
    assert set.union(*DOCUMENTS.values()) | OURS == set(KINDS)
    assert set.union(*DOCUMENTS.values()) & OURS == set()


def test_board_is_on_the_page_as_what_it_is(page: str) -> None:
    assert NO_MESSAGE[1] in page
    assert "no se envía: se lee en Mirador" in page


def test_what_is_not_sent_yet_is_known_with_its_reason() -> None:
    assert set(NOT_BUILT) == UNSENT


def test_unsent_is_what_no_source_sends() -> None:
    """A kind begins to be sent where its code is given a name or handed over as the kind."""
    root = Path(project.BASE_DIR)
    sources = [
        path
        for app in APPS
        for path in (root / app).rglob("*.py")
        if "migrations" not in path.parts and path.name != "apps.py"
    ]
    text = "\n".join(path.read_text() for path in sources)
    assert {code for code in KINDS if not re.search(rf'=\s*"{code}"', text)} == UNSENT


def test_group_is_the_chapter_of_its_source() -> None:
    found = {group.key: [rule.code for rule in group.rules] for group in summary_of(KINDS.values())}
    assert found == {
        "staff": [
            *("message", "acuse", "student_data", "send_result"),
            *("general", "review_waiting", "review_answer"),
            *(
                "journal",
                "journal_reminder",
                "journal_missing",
                "journal_returned",
                "out_of_hours",
                "day_report",
            ),
        ],
        "families": ["to_teacher", "reply", "grades"],
        "events": [
            *("absence", "absence_correction", "absence_excuse", "absence_alarm"),
            *("justification", "absenteeism", "behaviour", "disciplinary", "disciplinary_deadline"),
            *("diploma", "transfer", "fees", "meeting"),
        ],
        "system": ["tokapp_roster", "contact_code", "contacts_returned", "own_data", "test"],
    }


def rule(code: str) -> Rule:
    return rule_of(KINDS[code])


def test_what_is_chosen_has_a_chain_for_each_way_and_the_rest_one() -> None:
    found = [
        [[step.word for step in chain] for chain in rule(code).chains]
        for code in ("message", "absence", "fees")
    ]
    chat = ["Telegram/TokApp, al Teléfono", "Telegram/TokApp, al Teléfono 2"]
    assert found == [
        [["Correo"], chat, ["SMS, al Teléfono", "SMS, al Teléfono 2"]],
        [[*chat, "Correo"]],
        [["Notica"]],
    ]


def test_step_says_how_long_it_may_take_but_for_the_last() -> None:
    found = {
        code: [[step.wait for step in chain] for chain in rule(code).chains]
        for code in ("message", "absence")
    }
    assert found == {
        "message": [[""], ["4 horas", ""], ["1 hora", ""]],
        "absence": [["15 minutos", "15 minutos", ""]],
    }
    assert step_deadline(KINDS["message"], way_channels(Way.SMS)).total_seconds() == 3600


def test_way_without_a_channel_here_is_not_told(settings: Any) -> None:
    settings.CHANNELS = {"email": settings.CHANNELS["email"]}
    assert [[step.word for step in chain] for chain in rule("message").chains] == [["Correo"]]


def test_time_is_said_in_its_largest_unit() -> None:
    waits = [KINDS["absence"].step_deadline, KINDS["message"].lifetime, KINDS["justification"].keep]
    assert [time_words(time) for time in waits] == ["15 minutos", "48 horas", "7 días"]


def test_page_is_for_whoever_is_logged_in(db: None) -> None:
    client, address = Client(), reverse("notica:summary")
    before = client.get(address)
    client.force_login(User.objects.create_user("nobody", password="secret"))
    assert (before.status_code, client.get(address).status_code) == (302, 200)
