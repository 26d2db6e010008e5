"""The page of the rules."""

import re
from pathlib import Path

import pytest

from channels_app.sandbox.pages.rules import rules_page
from channels_app.sandbox.pages.words import Clock
from tests.channels_app.sandbox.samples import PHONE, sandbox_of, world_of

CLOCK = Clock("Europe/Madrid")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            {"channel": "telegram", "action": "refuse", "preset": "blocked", "address": "1001"},
            ("Telegram", "Chat 1001", "Ha bloqueado al emisor", "siempre"),
        ),
        (
            {"channel": "sms", "action": "throttle", "share": 0.1, "retry_after": 2.5, "times": 3},
            ("SMS", "10 % de todos", "Demasiados envíos: que espere, 2,5 segundos de espera", "solo 3 veces"),
        ),
        (
            {"channel": "email", "action": "slow", "seconds": 4, "times_each": 1},
            ("Correo", "todos", "Respuesta lenta, 4 segundos", "solo 1 vez por dirección"),
        ),
        (
            {"channel": "tokapp", "action": "error", "operation": "activations"},
            ("TokApp", "cuando se pide activations", "Fallo del proveedor", "siempre"),
        ),
        (
            {"channel": "sms", "action": "receipt", "statuses": ["sent", "undelivered"], "times": 1},
            ("SMS", "todos", "Acuse de Twilio, enviado, no entregado", "solo 1 vez"),
        ),
        (
            {"channel": "email", "action": "bounce", "kind": "full", "address": "Ana@example.es"},
            ("Correo", "ana@example.es", "Tomado, y luego devuelto, buzón lleno", "siempre"),
        ),
    ],
)
def test_rules_each_in_a_sentence(tmp_path: Path, given: dict[str, object], shown: tuple[str, ...]) -> None:
    sandbox = sandbox_of(tmp_path)
    sandbox.rules.add(given)
    pattern = r'<strong>(.*?)</strong> · (.*?)</p><p class="sub">(.*?)</p>.*?"chip">(.*?)</span>'
    assert re.findall(pattern, rules_page(world_of(sandbox, tmp_path), CLOCK)) == [shown]


def test_rules_spent_one_is_told(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path)
    sandbox.rules.add({"channel": "sms", "action": "hang", "times": 1})
    sandbox.rules.pick("sms", PHONE)
    html = rules_page(world_of(sandbox, tmp_path), CLOCK)
    assert ("agotada" in html, "ha actuado 1 vez" in html) == (True, True)


def test_rules_none(tmp_path: Path) -> None:
    assert "Ninguna regla en vigor." in rules_page(world_of(sandbox_of(tmp_path), tmp_path), CLOCK)
