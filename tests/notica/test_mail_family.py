"""One family of mails: the same head and foot, in the reader's language, in html and as plain text."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.template.loader import render_to_string
from django.utils import translation

from notica.kinds import KINDS
from notica.models import Message
from notica.rendering import Child, Renderer
from plumier.models import School, SchoolPolicy
from tests.factories.register import make_director, make_school

TEMPLATES = Path(django_settings.BASE_DIR, "templates", "messages")
OWN = sorted(path.parent.name for path in TEMPLATES.glob("*/email.*"))
LANGUAGES = ("es", "vi", "en")
LINK = "https://plumier.example/c/abc123/"
TEXTS: dict[str, Any] = {
    "school": "IES Ribera",
    "subject": "Salida",
    "body": "Primera línea\n\nSegunda & última",
    "sender": "Dolores Directora",
    "about": "Luis Gil",
    "to": "familia",
    "code": "123456",
    "link": LINK,
    "address": LINK,
    "links": [("ana", LINK)],
    "count": 2,
    "group": "1º B",
    "reason": "Falta el teléfono",
    "students": 3,
    "until": None,
    "attached": True,
    "user_name": "ana",
    "temporary": True,
    "hours": 48,
    "about_message": "Salida",
    "totals": [("Entregado", 2)],
    "lines": [{"name": "Marta", "about": "Luis", "outcome": "Fallido", "reason": "Lleno"}],
    "more": 4,
    "finished": True,
    "from_whom": "Familia de Luis Gil · 1º B",
}

every_mail = pytest.mark.parametrize("kind", sorted(set(OWN)))
every_language = pytest.mark.parametrize("language", LANGUAGES)


def rendered(kind: str, language: str, **changes: Any) -> tuple[str, str]:
    """Html and text."""
    words = {**TEXTS, "language": language, **changes}
    with translation.override(language):
        return tuple(render_to_string(f"messages/{kind}/email.{form}", words) for form in ("html", "txt"))  # type: ignore[return-value]


def read(html: str) -> list[str]:
    """The words of a page, links by their addresses too."""
    body = re.sub(r"(?s)<head>.*</head>", "", html)
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


def test_every_mail_has_both_forms() -> None:
    assert sorted([*set(OWN), *set(OWN)]) == OWN
    assert {"default", "access", "recovery"} >= set(OWN) - KINDS.keys()


@every_mail
@every_language
def test_html_says_in_which_language_it_is_and_fetches_nothing(kind: str, language: str) -> None:
    html, _ = rendered(kind, language)
    assert html.count(f'lang="{language}" dir="ltr"') == 2
    assert re.findall(r"<img|<link|<script|url\(|@import", html) == []
    assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) <= {LINK}


@every_mail
@every_language
def test_html_is_read_at_320_pixels_and_in_the_dark(kind: str, language: str) -> None:
    html, _ = rendered(kind, language)
    assert "prefers-color-scheme:dark" in html
    assert "overflow-wrap:anywhere" in html
    assert re.findall(r"(?:min-)?width:(\d+)px", html.replace("max-width", "")) == []
    assert "<table" not in html


@every_mail
@every_language
def test_text_has_what_the_html_has(kind: str, language: str) -> None:
    html, text = rendered(kind, language)
    with translation.override(language):
        button = render_to_string("messages/button.html", {"link": LINK})
        labels = {
            *("Elegir la contraseña", "Confirmar", "Descargar"),
            *("Responder en Notica", "Responder en Mirador", "Ver las calificaciones"),
        }
        words = {translation.gettext(label) for label in labels}
    spoken = " ".join(read(html))
    for extra in (" ".join(read(button)).removesuffix(LINK).strip(), *words):
        spoken = re.sub(f"(?<!«){re.escape(extra)}", " ", spoken)  # a button's, not one that a text names
    missing = set(spoken.split()) - set(text.split())
    assert missing <= {"·", ","}
    assert re.findall(r"&(?:amp|lt|quot|#)", text) == []


@pytest.mark.parametrize("kind", ["access", "recovery", "contact_code", "student_data", "to_teacher"])
def test_button_can_be_hit_and_its_link_is_written_out(kind: str) -> None:
    html, text = rendered(kind, "es")
    (button,) = re.findall(r'<a class="button" href="([^"]*)" style="([^"]*)"', html)
    assert button[0] == LINK
    assert "min-height:44px" in button[1]
    assert f">{LINK}</a>" in html
    assert LINK in text


@pytest.fixture
def school(db: None) -> School:
    return make_school(name="IES Ribera", code="30012345")


def message_to(school: School, to: str, kind: str = "message") -> Message:
    director = make_director(school)
    return Message(pk=1, school=school, sender=director, kind=kind, to=to, way="email", body="Hola")


@pytest.mark.parametrize(
    ("policy", "to", "ends"),
    [
        ({}, "familia", "Para responder, escriba al centro."),
        ({"school_email": "ies@centro.example"}, "familia", "Para responder: ies@centro.example"),
        ({"school_phone": "+34 968 000 000"}, "alumno", "Para responder: +34 968 000 000"),
        ({"school_email": "ies@centro.example"}, "personal", "nadie lee las respuestas."),
    ],
)
def test_foot_says_where_to_write(school: School, policy: dict[str, str], to: str, ends: str) -> None:
    SchoolPolicy.objects.filter(school=school).update(**policy)
    content = Renderer().content(message_to(school, to), "email", "es", [Child("Luis", "Luis Gil")])
    assert content.text.endswith(ends)
    assert " ".join(read(content.html)).endswith(ends)


def test_foot_says_why_she_gets_it(school: School) -> None:
    texts = [
        Renderer().content(message_to(school, "familia", kind), "email", "es", ()).text
        for kind in ("message", "test")
    ]
    assert [text.partition("--\n")[2].partition("\n")[0] for text in texts] == [
        "Lo recibe porque el centro tiene esta dirección como suya.",
        "Lo recibe porque el centro comprueba si sus correos llegan a esta dirección.",
    ]


def test_content_names_the_school_s_list_and_that_nobody_reads(school: School) -> None:
    content = Renderer().content(message_to(school, "familia"), "email", "es", ())
    assert (content.list_code, content.no_reply) == ("30012345", "No responda: nadie lee este buzón")
