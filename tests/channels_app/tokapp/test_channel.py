"""The TokApp channel against the sandbox."""

from typing import Any

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.environment import values
from channels_app.tokapp import channel as module
from channels_app.tokapp.channel import TokAppChannel
from tests.channels_app.sending import send_all, send_one
from tests.channels_app.servers import free_port
from tests.providers.sandbox import Sandbox

PHONE = "+34600123456"


@pytest.mark.parametrize(
    ("preset", "kind", "code"),
    [
        ("malformed", OutcomeClass.PERMANENT, "tokapp.malformed"),
        ("invalid_phone", OutcomeClass.PERMANENT, "tokapp.invalid_phone"),
        ("no_user", OutcomeClass.PERMANENT, "tokapp.unknown_phone"),
        ("blocked", OutcomeClass.PERMANENT, "tokapp.blocked"),
        ("too_long", OutcomeClass.PERMANENT, "tokapp.too_long"),
        ("no_credit", OutcomeClass.NOT_PROCESSED, "tokapp.no_credit"),
        ("unknown", OutcomeClass.PERMANENT, "tokapp.error_99"),
        ("token", OutcomeClass.NOT_PROCESSED, "tokapp.token"),
    ],
)
async def test_a_refusal_is_classified_and_nothing_taken(
    sandbox: Sandbox, preset: str, kind: OutcomeClass, code: str
) -> None:
    sandbox.refuse("tokapp", preset)
    outcome = await send_one(TokAppChannel, PHONE)
    assert (outcome.kind, outcome.code, sandbox.taken()) == (kind, code, [])


async def test_a_phone_without_tokapp_is_suppressed(sandbox: Sandbox) -> None:
    sandbox.tokapp(["+34600000001"])
    outcomes = await send_all(TokAppChannel, ["+34600000001", PHONE])
    sandbox.tokapp(None)
    assert [(outcome.kind, outcome.fault, outcome.suppress) for outcome in outcomes] == [
        (OutcomeClass.ACCEPTED, Fault.NONE, False),
        (OutcomeClass.PERMANENT, Fault.ADDRESS, True),
    ]


async def test_too_much_at_once_says_how_long_to_wait(sandbox: Sandbox) -> None:
    sandbox.rule("tokapp", "throttle", retry_after=8)
    assert await send_one(TokAppChannel, PHONE) == Outcome(
        OutcomeClass.THROTTLED, "tokapp.flood", retry_after=8.0, detail="Demasiadas peticiones"
    )


async def test_a_cut_after_the_request_is_uncertain(sandbox: Sandbox) -> None:
    sandbox.rule("tokapp", "cut")
    outcome = await send_one(TokAppChannel, PHONE)
    assert (outcome.kind, outcome.code) == (OutcomeClass.UNCERTAIN, "network.lost_answer")


async def test_nobody_listening_is_not_processed(settings: Any) -> None:
    url = f"http://127.0.0.1:{await free_port()}"
    settings.CHANNEL_ENVIRONMENT = {"TOKAPP_TOKEN": "t", "TOKAPP_API_URL": url}
    outcome = await send_one(TokAppChannel, PHONE)
    assert (outcome.kind, outcome.code) == (OutcomeClass.NOT_PROCESSED, "network.connect")


async def test_the_id_is_the_deliverys_key(sandbox: Sandbox) -> None:
    await send_one(TokAppChannel, PHONE)
    assert [entry["key"] for entry in sandbox.taken()] == ["m1.d1"]


async def test_active_asks_for_many_in_bulk(sandbox: Sandbox) -> None:
    phones = [f"+346{number:08d}" for number in range(1_201)]
    sandbox.tokapp(phones[:700])
    async with TokAppChannel(values(TokAppChannel)) as channel:
        known = await channel.active(phones)
    sandbox.tokapp(None)
    assert known == {phone: number < 700 for number, phone in enumerate(phones)}


async def test_active_leaves_out_what_was_not_answered(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PHONES_A_QUESTION", 2)
    sandbox.rule("tokapp", "error", operation="activations", times=1)
    sandbox.rule("tokapp", "cut", operation="activations", times=1)
    phones = [f"+3460000000{number}" for number in range(8)]
    async with TokAppChannel(values(TokAppChannel)) as channel:
        known = await channel.active(phones)
    assert (len(known), set(known.values())) == (4, {True})


async def test_active_of_nobody_asks_nothing(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {"TOKAPP_TOKEN": "t", "TOKAPP_API_URL": "http://127.0.0.1:9"}
    async with TokAppChannel(values(TokAppChannel)) as channel:
        assert await channel.active([]) == {}


@pytest.mark.parametrize(
    ("environment", "count"),
    [
        ({"TOKAPP_API_URL": "https://gateway.example/v1", "TOKAPP_TOKEN": "abc"}, 0),
        ({"TOKAPP_API_URL": "gateway.example", "TOKAPP_TOKEN": "abc"}, 1),
        ({"TOKAPP_API_URL": "https://gateway.example", "TOKAPP_TOKEN": "a b"}, 1),
        ({"TOKAPP_API_URL": "https://gateway.example", "TOKAPP_TOKEN": "ñ"}, 1),
        ({}, 2),
    ],
)
def test_problems(environment: dict[str, str], count: int) -> None:
    assert len(TokAppChannel.problems(environment)) == count
