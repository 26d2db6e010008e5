"""The SMS channel against the sandbox."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.environment import values
from channels_app.sms.channel import SmsChannel
from channels_app.sms.errors import UNREADABLE
from tests.channels_app.sending import outgoing, send_one
from tests.channels_app.servers import free_port, serving
from tests.channels_app.sms.signing import STATUS_URL
from tests.providers.sandbox import Sandbox

PHONE = "+34600123456"
SID = "AC" + "0" * 32
SERVICE = "MG" + "a" * 32


@pytest.mark.parametrize(
    ("preset", "kind", "code"),
    [
        ("invalid_phone", OutcomeClass.PERMANENT, "sms.21211"),
        ("not_mobile", OutcomeClass.PERMANENT, "sms.21614"),
        ("opted_out", OutcomeClass.PERMANENT, "sms.21610"),
        ("region", OutcomeClass.NOT_PROCESSED, "sms.21408"),
        ("sender", OutcomeClass.NOT_PROCESSED, "sms.21606"),
        ("to_missing", OutcomeClass.PERMANENT, "sms.21604"),
        ("from_missing", OutcomeClass.NOT_PROCESSED, "sms.21603"),
        ("empty", OutcomeClass.PERMANENT, "sms.21602"),
        ("too_long", OutcomeClass.PERMANENT, "sms.21617"),
        ("validity", OutcomeClass.PERMANENT, "sms.21624"),
        ("token", OutcomeClass.NOT_PROCESSED, "sms.20003"),
        ("not_active", OutcomeClass.NOT_PROCESSED, "sms.10001"),
        ("suspended", OutcomeClass.NOT_PROCESSED, "sms.30002"),
        ("queue_full", OutcomeClass.THROTTLED, "sms.21611"),
        ("not_found", OutcomeClass.NOT_PROCESSED, "sms.20404"),
    ],
)
async def test_a_refusal_is_classified_and_nothing_taken(
    sandbox: Sandbox, preset: str, kind: OutcomeClass, code: str
) -> None:
    sandbox.refuse("sms", preset)
    outcome = await send_one(SmsChannel, PHONE)
    assert (outcome.kind, outcome.code, sandbox.taken()) == (kind, code, [])


async def test_too_much_at_once_says_how_long_to_wait(sandbox: Sandbox) -> None:
    sandbox.rule("sms", "throttle", retry_after=2.5)
    assert await send_one(SmsChannel, PHONE) == Outcome(
        OutcomeClass.THROTTLED, "sms.20429", retry_after=2.5, detail="Too Many Requests"
    )


async def test_a_cut_after_the_request_is_uncertain(sandbox: Sandbox) -> None:
    sandbox.rule("sms", "cut")
    outcome = await send_one(SmsChannel, PHONE)
    assert (outcome.kind, outcome.code) == (OutcomeClass.UNCERTAIN, "network.lost_answer")


async def test_nobody_listening_is_not_processed(settings: Any) -> None:
    url = f"http://127.0.0.1:{await free_port()}"
    settings.CHANNEL_ENVIRONMENT = {
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": "t",
        "TWILIO_FROM": "+34600000000",
        "TWILIO_API_URL": url,
    }
    outcome = await send_one(SmsChannel, PHONE)
    assert (outcome.kind, outcome.code) == (OutcomeClass.NOT_PROCESSED, "network.connect")


async def test_a_success_that_cannot_be_read_is_uncertain(settings: Any) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"Body=")
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 6\r\n\r\n<html>")
        await writer.drain()

    async with serving(talk) as port:
        settings.CHANNEL_ENVIRONMENT = {
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": "t",
            "TWILIO_FROM": "+34600000000",
            "TWILIO_API_URL": f"http://127.0.0.1:{port}",
        }
        assert await send_one(SmsChannel, PHONE) == UNREADABLE


async def test_a_wrong_token_is_the_accounts_fault(sandbox: Sandbox, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT["TWILIO_AUTH_TOKEN"] = "other"
    outcome = await send_one(SmsChannel, PHONE)
    assert (outcome.kind, outcome.fault) == (OutcomeClass.NOT_PROCESSED, Fault.ACCOUNT)


async def test_the_sender_is_a_number_or_a_service(sandbox: Sandbox, settings: Any) -> None:
    number = settings.CHANNEL_ENVIRONMENT["TWILIO_FROM"]
    await send_one(SmsChannel, PHONE)
    settings.CHANNEL_ENVIRONMENT |= {"TWILIO_FROM": "", "TWILIO_MESSAGING_SERVICE_SID": SERVICE}
    await send_one(SmsChannel, PHONE)
    assert [entry["sender"] for entry in sandbox.taken()] == [number, SERVICE]


async def _sent(report_to: str = "", valid_for: float | None = None) -> Outcome:
    """What comes of one message with these."""
    letter = replace(outgoing(PHONE), report_to=report_to, valid_for=valid_for)
    async with SmsChannel(values(SmsChannel)) as channel:
        return await channel.send(letter)


@pytest.mark.parametrize(
    ("valid_for", "said"),
    [(None, None), (1, "1"), (1.9, "1"), (599.99, "599"), (36_000, "36000"), (172_800.5, "36000")],
)
async def test_an_sms_is_valid_for_whole_seconds_within_twilios_bounds(
    sandbox: Sandbox, valid_for: float | None, said: str | None
) -> None:
    outcome = await _sent(valid_for=valid_for)
    assert outcome.kind == OutcomeClass.ACCEPTED
    assert [entry["details"] for entry in sandbox.taken()] == [{"ValidityPeriod": said} if said else {}]


@pytest.mark.parametrize("valid_for", [0.99, 0, -5])
async def test_an_sms_that_is_late_is_not_sent(sandbox: Sandbox, valid_for: float) -> None:
    outcome = await _sent(valid_for=valid_for)
    assert outcome == Outcome(OutcomeClass.NOT_PROCESSED, "sms.too_late", Fault.MESSAGE)
    assert sandbox.log() == []


async def test_twilio_is_told_where_to_report(sandbox: Sandbox) -> None:
    outcome = await _sent(report_to=STATUS_URL)
    (entry,) = sandbox.taken()
    assert entry["details"] == {"StatusCallback": STATUS_URL}
    assert outcome == Outcome(OutcomeClass.ACCEPTED, provider_id=entry["provider_id"], receipt_within=900.0)


async def test_without_a_public_address_twilio_is_told_none_and_can_be_asked(sandbox: Sandbox) -> None:
    outcome = await _sent()
    (entry,) = sandbox.taken()
    assert (entry["details"], outcome.receipt_within) == ({}, 900.0)


GOOD = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "t"}


@pytest.mark.parametrize(
    ("environment", "count"),
    [
        ({**GOOD, "TWILIO_FROM": "+34600000000"}, 0),
        ({**GOOD, "TWILIO_FROM": "IES Molinos"}, 0),
        ({**GOOD, "TWILIO_MESSAGING_SERVICE_SID": SERVICE}, 0),
        ({**GOOD, "TWILIO_FROM": "+34600000000", "TWILIO_API_URL": "http://127.0.0.1:1"}, 0),
        (GOOD, 1),
        ({**GOOD, "TWILIO_FROM": "600"}, 0),
        ({**GOOD, "TWILIO_FROM": "600 000 000"}, 1),
        ({**GOOD, "TWILIO_FROM": "Un nombre demasiado largo"}, 1),
        ({**GOOD, "TWILIO_MESSAGING_SERVICE_SID": "MG1"}, 1),
        ({**GOOD, "TWILIO_FROM": "+34600000000", "TWILIO_MESSAGING_SERVICE_SID": SERVICE}, 1),
        ({**GOOD, "TWILIO_FROM": "+34600000000", "TWILIO_API_URL": "twilio"}, 1),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+34600000000"}, 1),
        ({"TWILIO_ACCOUNT_SID": SID, "TWILIO_FROM": "+34600000000"}, 1),
    ],
)
def test_problems(environment: dict[str, str], count: int) -> None:
    assert len(SmsChannel.problems(environment)) == count
