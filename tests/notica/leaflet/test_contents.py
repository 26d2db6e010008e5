"""What a leaflet says follows the school's settings and its accounts, and nothing of anybody."""

from datetime import time
from typing import Any

import pytest
from django.utils.translation import override

from channels_app.models import ChannelAccount
from notica.leaflet.bot import bot_username
from notica.leaflet.panels import call, mail, web
from plumier.models import School
from tests.notica.leaflet.schools import BOT, of, rules, ways, with_bot, words
from tests.notica.results import ACCOUNTS

ALONE = "Gratis. Solo recibe, como Telegram: nadie lee lo que responda."
OWN = "El centro tiene su propio espacio: además de recibir, allí puede responder y hacer pagos."


def without(prefix: str) -> dict[str, str]:
    return {name: value for name, value in ACCOUNTS.items() if not name.startswith(prefix)}


def test_every_way_of_the_school_is_there(school: School) -> None:
    assert ways(school) == ["telegram", "tokapp", "email", "sms", "mirador"]
    assert [panel.key for panel in of(school).panels] == [
        *("cover", "telegram", "tokapp", "email", "sms", "mirador", "nothing", "ask"),
    ]


def test_way_that_the_school_does_not_use_is_left_out(school: School) -> None:
    rules(school, channels=["email"])
    assert ways(school) == ["email", "mirador"]
    everything = "\n".join(words(school, panel.key) for panel in of(school).panels)
    assert [word for word in ("Telegram", "TokApp", "SMS") if word in everything] == []


@pytest.mark.parametrize(
    ("prefix", "left", "name"),
    [
        ("TELEGRAM_", ["tokapp", "email", "sms", "mirador"], "TokApp School"),
        ("TOKAPP_", ["telegram", "email", "sms", "mirador"], "Telegram"),
    ],
)
def test_way_that_nothing_is_sent_by_is_left_out(
    school: School, settings: Any, prefix: str, left: list[str], name: str
) -> None:
    settings.CHANNEL_ENVIRONMENT = without(prefix)
    assert ways(school) == left
    assert of(school).cover.lines[0].name == name


def test_school_with_an_account_of_its_own_on_tokapp_is_told_so(school: School, settings: Any) -> None:
    assert (OWN in words(school, "tokapp"), ALONE in words(school, "tokapp")) == (False, True)
    rules(school, tokapp_own_account=True, tokapp_code="RIBERA")
    panel = words(school, "tokapp")
    assert (OWN in panel, ALONE in panel, "Busque el centro por su código: RIBERA." in panel) == (
        True,
        False,
        True,
    )


def test_own_account_on_tokapp_alone_is_told_even_where_nothing_is_sent_by_it(school: School) -> None:
    rules(school, tokapp_own_account=True, channels=["email"])
    assert ways(school) == ["tokapp", "email", "mirador"]
    assert [line.name for line in of(school).cover.lines] == [
        "TokApp School",
        "Correo electrónico",
        "Mirador",
    ]


def test_bot_is_named_with_its_code(school: School) -> None:
    assert of(school).ways[0].code is None
    assert "Pida en el centro el nombre de su bot" in words(school, "telegram")
    with_bot()
    code = of(school).ways[0].code
    assert code is not None
    assert (code.address, code.words) == (f"https://t.me/{BOT}", f"@{BOT}")
    assert f"Escanee el código, o busque @{BOT} en Telegram" in words(school, "telegram")


def test_bot_of_a_school_of_its_own_wins_and_is_nobody_else_s(school: School, settings: Any) -> None:
    with_bot()
    settings.CHANNEL_ENVIRONMENT = {**ACCOUNTS, f"TELEGRAM_TOKEN__{school.code}": "2:own"}
    assert bot_username(school.code) == ""
    with_bot(school.code, "own_bot")
    assert (bot_username(school.code), bot_username("30000009")) == ("own_bot", BOT)


def test_reading_a_leaflet_makes_no_account(school: School) -> None:
    of(school)
    assert ChannelAccount.objects.count() == 0


def test_whom_to_ask_is_what_the_school_says(school: School) -> None:
    assert [line.name for line in of(school).ask.lines] == []
    rules(
        school,
        school_phone="968 12 34 56",
        school_email="ies@centro.example",
        tokapp_url="https://tokapp.example/ayuda/",
        tokapp_phone="+34 886 00 00 00",
        support_name="CLIP",
        support_url="https://soporte.example",
    )
    assert [(line.name, line.text, line.address) for line in of(school).ask.lines] == [
        ("Teléfono", "968 12 34 56", "tel:968123456"),
        ("Correo", "ies@centro.example", "mailto:ies@centro.example"),
        ("Ayuda de TokApp", "tokapp.example/ayuda", "https://tokapp.example/ayuda/"),
        ("Teléfono de TokApp", "+34 886 00 00 00", "tel:+34886000000"),
        ("Personal del centro: CLIP", "soporte.example", "https://soporte.example"),
    ]


def test_log_in_is_told_as_the_school_has_it(school: School) -> None:
    panel = words(school, "mirador")
    assert ("Entre con el usuario de la hoja" in panel, "El alumnado entra con su NRE." in panel) == (
        True,
        True,
    )
    assert "Dirección plumier.example/entrar" in panel
    rules(school, family_login="email", student_login="email")
    panel = words(school, "mirador")
    assert ("Entre con su correo" in panel, "El alumnado entra con su correo." in panel) == (True, True)


def test_registration_and_quiet_hours_are_told_where_there_are_any(school: School) -> None:
    said = ("Regístrese en el centro", "De 22:00 a 06:00 no se envía")
    assert [words(school, "nothing").count(one) for one in said] == [0, 0]
    rules(school, registration_required=True, quiet_from=time(22), quiet_until=time(6))
    assert [words(school, "nothing").count(one) for one in said] == [1, 1]


def test_leaflet_speaks_the_language_in_force(school: School) -> None:
    with override("vi"):
        assert of(school).language == "vi"
    assert of(school).language == "es"


def test_lines_lead_where_they_say() -> None:
    assert web("w", "https://a.example/b/").text == "a.example/b"
    assert mail("m", "a@b.example").address == "mailto:a@b.example"
    assert call("t", "centralita").address == ""
