"""Each check is run as people run it: a process with the environment in question."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from channels_app.email import mailbox
from config import checks
from config.embedded.places import CHECKOUT
from tests.factories.register import make_school

_KEY = "zK8-qW3_xY" * 6
_PRODUCTION = {
    "SECRET_KEY": _KEY,
    "DATABASE_URL": "postgres://plumier:clave@db.example:5432/plumier",
    "REDIS_URL": "redis://:clave@redis.example:6379/0",
    "PUBLIC_URL": "https://avisos.instituto.example",
    "TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
    "TELEGRAM_TOKEN": "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
}


def _manage(tmp_path: Path, arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments.split()],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "PLUMIER_VAR": str(tmp_path), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
    )


def test_check_is_clean_with_nothing_set(tmp_path: Path) -> None:
    done = _manage(tmp_path, "check")
    assert (done.returncode, done.stderr) == (0, "")


def test_check_deploy_is_clean_in_production(tmp_path: Path) -> None:
    done = _manage(tmp_path, "check --deploy --fail-level WARNING", DATA_DIR=str(tmp_path), **_PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


def test_everything_malformed_is_said_and_nothing_breaks(tmp_path: Path) -> None:
    wrong = {
        "DATABASE_URL": "postgres://servidor:puerto/base",
        "REDIS_URL": "servidor",
        "PUBLIC_URL": "avisos.instituto.example",
        "ALLOWED_HOSTS": "https://avisos.instituto.example",
        "TRUSTED_PROXIES": "proxy",
        "PORT": "ocho mil",
        "LOG_LEVEL": "mucho",
        "DATA_DIR": "/dev/null/data",
        "TELEGRAM_TOKEN": "x",
        "EMAIL_HOST": "correo",
    }
    done = _manage(tmp_path, "migrate", **wrong)
    said = [
        line.split(")")[0].removeprefix("?: (") for line in done.stderr.splitlines() if "(plumier." in line
    ]
    expected = ["E001", "E002", "E003", "E004", "E005", "E006", "E007", "E008", "E009", "E010", "W001"]
    assert (done.returncode, said) == (1, [f"plumier.{number}" for number in expected])


def _sentences(messages: list[CheckMessage]) -> list[str]:
    return [str(message.msg) for message in messages]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": ""}, "Falta SECRET_KEY."),
        ({"DATABASE_URL": ""}, "Falta DATABASE_URL: se usaría un PostgreSQL propio, de prueba."),
        ({"DATABASE_URL": "mysql://a/b"}, "DATABASE_URL no es la dirección de una base de datos PostgreSQL."),
        ({"REDIS_URL": ""}, "Falta REDIS_URL: se usaría un Redis o Valkey propio, de prueba."),
        ({"PUBLIC_URL": ""}, "Falta PUBLIC_URL con https://."),
        ({"PUBLIC_URL": "http://avisos.instituto.example"}, "Falta PUBLIC_URL con https://."),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS=* admite cualquier nombre."),
        ({"TELEGRAM_TOKEN": ""}, "No hay ninguna cuenta de envío: los mensajes solo llegarían a Notica."),
    ],
)
def test_check_deploy_says_what_production_lacks(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    environment = {**_PRODUCTION, **changes}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings.TRIAL = False
    settings.DATA_DIR = tmp_path
    settings.ALLOWED_HOSTS = [environment.get("ALLOWED_HOSTS", "avisos.instituto.example")]
    settings.CHANNEL_ENVIRONMENT = {"TELEGRAM_TOKEN": environment["TELEGRAM_TOKEN"]}
    ours = run_checks(tags=["environment"]) + [
        message
        for message in run_checks(tags=["security"], include_deployment_checks=True)
        if (message.id or "").startswith("plumier.")
    ]
    assert _sentences(ours) == [said]


def test_channel_accounts_of_a_school_are_checked_by_name(settings: Settings) -> None:
    settings.CHANNEL_ENVIRONMENT = {
        "TOKAPP_API_URL": "https://tokapp.example",
        "TOKAPP_TOKEN": "clave",
        "TELEGRAM_TOKEN__IES_RIBERA": "x",
    }
    assert _sentences(checks.channel_accounts(None)) == [
        "telegram (IES_RIBERA): TELEGRAM_TOKEN no es el que da @BotFather: cifras, dos puntos y una clave."
    ]


@pytest.mark.parametrize(
    "accounts",
    [
        {"EMAIL_URL": "smtp://mx.example", "EMAIL_FROM": "a@x.example", "BOUNCE_ADDRESS": "b@x.example"},
        {},
    ],
)
def test_mailbox_of_bounces_without_an_account_of_its_own_is_checked(
    settings: Settings, accounts: dict[str, str]
) -> None:
    wrong = {"BOUNCE_MAILBOX__IES": "/var/mail/b", "BOUNCE_MAILBOX__THPT": "imaps://a:%C3%B1@mail.example"}
    right = {"BOUNCE_MAILBOX__B": "maildir:/var/mail/b"}
    settings.CHANNEL_ENVIRONMENT = {**accounts, **wrong, **right}
    assert _sentences(checks.bounce_mailboxes(None)) == [
        f"{name}: {problem}" for name, value in wrong.items() for problem in mailbox.problems(value)
    ]
    assert _sentences(checks.channel_accounts(None)) == []


def test_mailbox_of_bounces_of_nobody_in_particular_is_checked_once(settings: Settings) -> None:
    settings.CHANNEL_ENVIRONMENT = {"BOUNCE_MAILBOX": "nonsense"}
    alone = _sentences(checks.bounce_mailboxes(None)), _sentences(checks.channel_accounts(None))
    for ending in ("", "__IES"):
        settings.CHANNEL_ENVIRONMENT = {
            f"EMAIL_URL{ending}": "smtp://mx.example",
            f"EMAIL_FROM{ending}": "a@x.example",
            f"BOUNCE_ADDRESS{ending}": "b@x.example",
            f"BOUNCE_MAILBOX{ending}": "nonsense",
        }
        assert (len(checks.bounce_mailboxes(None)), len(checks.channel_accounts(None))) == (0, 1)
    assert (len(alone[0]), alone[1]) == (1, [])


def test_variable_that_no_channel_reads_is_named(settings: Settings) -> None:
    settings.CHANNEL_ENVIRONMENT = {
        "TELEGRAM_TOKN": "x",
        "TELEGRAM_WEBHOOK_SECRET": "x",
        "EMAIL_URL__A": "x",
    }
    assert _sentences(checks.unread_variables(None)) == ["Ningún canal lee la variable TELEGRAM_TOKN."]


def test_account_of_no_school_is_said(db: None, settings: Settings) -> None:
    make_school("30000001")
    settings.CHANNEL_ENVIRONMENT = {
        "TELEGRAM_TOKEN": "1:x",
        "TELEGRAM_TOKEN__30000001": "2:x",
        "TELEGRAM_TOKEN__30000091": "3:x",
    }
    said = _sentences(checks.accounts_of_schools(None, databases=["default"]))
    assert said == ["TELEGRAM_TOKEN__30000091 no es de ningún centro: no hay ninguno con el código 30000091."]


def test_accounts_of_schools_ask_no_database_by_themselves() -> None:
    assert checks.accounts_of_schools(None) == []
