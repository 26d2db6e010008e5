from typing import Any

import pytest

from notica.choices import channel_word
from notica.plan_words import omission_words, step_words

PHONE, OTHER = "+34600123456", "+34600123789"


def target(channel: str, address: str, reason: str) -> dict[str, Any]:
    return {"channel": channel, "address": address, "person": 1, "reason": reason}


def omission(reason: str, channel: str = "", slot: str = "", **params: Any) -> dict[str, Any]:
    return {"channel": channel, "person": 1, "slot": slot, "reason": reason, "params": params}


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (
            [target("telegram", PHONE, "mother_phone_1"), target("tokapp", PHONE, "mother_phone_1")],
            "Telegram y TokApp en Teléfono · madre (***456)",
        ),
        ([target("sms", OTHER, "father_phone_2")], "SMS en Teléfono 2 · padre (***789)"),
        ([target("email", "m@familia.example", "email")], "Correo (***@familia.example)"),
        (
            [target("email", "m@familia.example", "email_after")],
            "Correo, si lo anterior falla (***@familia.example)",
        ),
        (
            [target("tokapp", PHONE, "father_phone_1"), target("tokapp", OTHER, "mother_phone_1")],
            "TokApp en Teléfono · padre (***456), TokApp en Teléfono · madre (***789)",
        ),
    ],
)
def test_step_names_channels_place_and_masked_address(targets: list[dict[str, Any]], words: str) -> None:
    assert step_words(targets) == words


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        (
            omission("never_linked", "telegram", "phone_1"),
            "Telegram en Teléfono: Nunca ha conectado Telegram",
        ),
        (omission("no_phone", "telegram_tokapp", "phone_2"), "Teléfono 2: Sin teléfono"),
        (omission("no_email", "email", "email"), "E-mail: Sin correo"),
        (omission("way_off", "sms"), "SMS: El centro no usa esta vía"),
        (omission("protected"), "Datos protegidos"),
        (omission("barred", until="2026-12-31"), "Excluido por resolución judicial hasta el 31/12/2026"),
    ],
)
def test_what_was_left_out_says_where_and_why(left_out: dict[str, Any], words: str) -> None:
    assert omission_words(left_out) == words


def test_what_was_left_out_says_whose_and_about_whom() -> None:
    assert (
        omission_words(omission("no_phone", slot="phone_2"), "Gil, Marta")
        == "Gil, Marta · Teléfono 2: Sin teléfono"
    )
    assert omission_words(omission("tick_off"), "", "Gil, Ana").startswith("Gil, Ana: Sin marcar")


def test_channel_without_a_word_goes_by_its_name() -> None:
    assert [channel_word(name) for name in ("email", "telegram_tokapp", "whatsapp")] == [
        "Correo",
        "Telegram/TokApp",
        "Whatsapp",
    ]
