"""Which bots there are, and what keeps them from working."""

from typing import Any

import pytest

from notica.linking.bots import (
    accounts_of,
    all_bots,
    bot_of,
    bot_with,
    needs_polling,
    problems,
    takes_webhook,
)
from plumier.models import School
from tests.factories.register import make_school
from tests.notica.linking.said import TOKENS

OWN = {"TELEGRAM_TOKEN__30000002": "2000:own"}


def test_all_bots_are_everybodys_and_the_schools_own(school: School, settings: Any) -> None:
    make_school("30000002")
    settings.CHANNEL_ENVIRONMENT = {
        **TOKENS,
        **OWN,
        "TELEGRAM_TOKEN__NOBODY": "3:x",
        "TELEGRAM_API_URL__X": "y",
    }
    bots = all_bots()
    assert [(bot.owner, bot.environment["TELEGRAM_TOKEN"]) for bot in bots] == [
        ("", "1000:sandbox"),
        ("30000002", "2000:own"),
    ]
    assert [bot_of(bot.owner) for bot in bots] == bots
    assert [bot_with(bot.account_id) for bot in bots] == bots
    assert [bot_of("30000001"), bot_of("NOBODY"), bot_with(0)] == [None] * 3


def test_all_bots_of_a_school_alone(school: School, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {"TELEGRAM_TOKEN__30000001": "2000:own"}
    assert [bot.owner for bot in all_bots()] == ["30000001"]
    assert bot_of("") is None


def test_accounts_of_schools_are_of_the_bots_that_serve_them(school: School, settings: Any) -> None:
    other = make_school("30000002")
    settings.CHANNEL_ENVIRONMENT = {**TOKENS, **OWN}
    found = accounts_of([school, other])
    assert {pk: account.owner for pk, account in found.items()} == {school.pk: "", other.pk: "30000002"}
    settings.CHANNEL_ENVIRONMENT = OWN
    assert list(accounts_of([school, other])) == [other.pk]


def test_no_channel_no_bot(school: School, settings: Any) -> None:
    settings.CHANNELS = {}
    assert (all_bots(), bot_of(""), accounts_of([school]), needs_polling()) == ([], None, {}, False)


def test_problems_say_whose_and_what(school: School, settings: Any) -> None:
    make_school("30000002")
    settings.CHANNEL_ENVIRONMENT = {
        "TELEGRAM_TOKEN": "1000:sandbox",
        "TELEGRAM_TOKEN__30000001": "x",
        "TELEGRAM_TOKEN__30000002": "1000:sandbox",
        "TELEGRAM_WEBHOOK_SECRET__30000002": "con espacio",
    }
    assert problems(all_bots()) == [
        "30000001: TELEGRAM_TOKEN no es el que da @BotFather: cifras, dos puntos y una clave.",
        "30000002: TELEGRAM_WEBHOOK_SECRET no sirve: póngale de 1 a 256 letras sin acento, cifras, _ o -.",
        "30000002: Es el mismo bot que el de shared: cada cuenta lleva el suyo.",
    ]


@pytest.mark.parametrize(
    ("url", "secret", "takes"),
    [
        ("https://avisos.example", "s", True),
        ("http://avisos.example", "s", False),
        ("", "s", False),
        ("https://avisos.example", "", False),
    ],
)
def test_bot_is_polled_where_no_webhook_can_be(
    school: School, settings: Any, url: str, secret: str, takes: bool
) -> None:
    settings.PUBLIC_URL = url
    settings.CHANNEL_ENVIRONMENT = {**TOKENS, "TELEGRAM_WEBHOOK_SECRET": secret}
    assert ([takes_webhook(bot) for bot in all_bots()], needs_polling()) == ([takes], not takes)
    settings.CHANNEL_ENVIRONMENT = {}
    assert needs_polling() is False
