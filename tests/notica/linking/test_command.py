"""`manage.py telegram_bot`: webhooks set and taken off, and what is missing said in words."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from plumier.models import School
from tests.factories.register import make_school
from tests.providers.sandbox import Sandbox


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("telegram_bot", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def bots(school: School, sandbox: Sandbox, settings: Any) -> None:
    make_school("30000002")
    settings.PUBLIC_URL = "https://avisos.example"
    settings.CHANNEL_ENVIRONMENT = {
        "TELEGRAM_API_URL": sandbox.environment["TELEGRAM_API_URL"],
        "TELEGRAM_TOKEN": "18201:sandbox",
        "TELEGRAM_WEBHOOK_SECRET": "secret",
        "TELEGRAM_TOKEN__30000002": "18202:sandbox",
    }


def test_webhook_is_set_told_and_taken_off(bots: None) -> None:
    assert run("--webhook").splitlines() == [
        "shared: las novedades llegan a https://avisos.example/avisos/telegram/",
        "30000002: las novedades llegan a https://avisos.example/avisos/telegram/30000002/",
    ]
    assert run("--status").splitlines() == [
        "shared: @plumier_18201_bot · llegan a https://avisos.example/avisos/telegram/ · esperan 0",
        "30000002: @plumier_18202_bot · llegan a https://avisos.example/avisos/telegram/30000002/ · esperan 0",
    ]
    assert run("--delete-webhook").splitlines() == [
        "shared: las novedades esperan a que se pidan",
        "30000002: las novedades esperan a que se pidan",
    ]
    assert "shared: @plumier_18201_bot · se piden (sin webhook) · esperan 0" in run("--status")


def test_webhook_says_what_it_lacks(bots: None, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    del settings.CHANNEL_ENVIRONMENT["TELEGRAM_WEBHOOK_SECRET"]
    with pytest.raises(CommandError) as caught:
        run("--webhook")
    assert str(caught.value).splitlines() == [
        "PUBLIC_URL no empieza por https://: Telegram no puede traer nada. Póngala, o quite --webhook.",
        "shared: falta TELEGRAM_WEBHOOK_SECRET. Póngale una cadena al azar de letras sin acento y cifras.",
        "30000002: falta TELEGRAM_WEBHOOK_SECRET. Póngale una cadena al azar de letras sin acento y cifras.",
    ]


def test_bot_that_telegram_refuses_is_named(bots: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT["TELEGRAM_TOKEN__30000002"] = "18202:wrong"
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("telegram_bot", "--status", stdout=out)
    assert out.getvalue().splitlines()[1] == "30000002: Telegram no reconoce el bot del centro: Unauthorized"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "No hay ningún bot: ponga en TELEGRAM_TOKEN la clave que da @BotFather."),
        (
            {"TELEGRAM_TOKEN": "x"},
            "shared: TELEGRAM_TOKEN no es el que da @BotFather: cifras, dos puntos y una clave.",
        ),
    ],
)
def test_command_without_a_bot_says_what_to_do(
    school: School, settings: Any, environment: dict[str, str], sentence: str
) -> None:
    settings.CHANNEL_ENVIRONMENT = environment
    with pytest.raises(CommandError) as caught:
        run()
    assert str(caught.value) == sentence
