"""What became of an SMS, asked of Twilio where it cannot call us."""

import asyncio
import json
from typing import Any

import pytest

from channels_app.environment import values
from channels_app.receipts import NotAsked, Receipt
from channels_app.sms.channel import SmsChannel
from tests.channels_app.sending import outgoing
from tests.channels_app.servers import free_port, serving, silent
from tests.channels_app.sms.signing import (
    ACCOUNT,
    DELIVERY,
    ENVIRONMENT,
    PHONE,
    SID,
    TRY,
    status_callback,
)
from tests.providers.sandbox import Sandbox

NOT_ASKED = "not asked"


async def ask(port: int, sid: str = SID) -> Receipt | str | None:
    """One question to a Twilio on this port."""
    environment = {**ENVIRONMENT, "TWILIO_FROM": "+34600000000", "TWILIO_API_URL": f"http://127.0.0.1:{port}"}
    async with SmsChannel(environment) as channel:
        try:
            return await channel.ask_receipt(DELIVERY, TRY, sid)
        except NotAsked:
            return NOT_ASKED


async def answered(said: object, status: int = 200) -> tuple[Receipt | str | None, list[str]]:
    """What is made of an answer, and the requests that led to it."""
    asked: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.decode().partition(" HTTP")[0])
        body = json.dumps(said).encode()
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
        await writer.drain()

    async with serving(talk) as port:
        return await ask(port), asked


async def test_what_was_sent_is_asked_for_by_its_id(sandbox: Sandbox) -> None:
    async with SmsChannel(values(SmsChannel)) as channel:
        outcome = await channel.send(outgoing(PHONE))
        receipt = await channel.ask_receipt(DELIVERY, TRY, outcome.provider_id)
    sid = outcome.provider_id
    payload = {"sid": sid, "status": "delivered"}
    assert receipt == Receipt(f"{sid}:delivered", DELIVERY, TRY, "delivered", None, payload, sid)


async def test_question_is_one_get_of_the_message() -> None:
    _, asked = await answered({"status": "delivered", "error_code": None})
    assert asked == [f"GET /2010-04-01/Accounts/{ACCOUNT}/Messages/{SID}.json"]


@pytest.mark.parametrize(
    ("status", "code"),
    [("delivered", None), ("read", None), ("undelivered", 30003), ("failed", 30005), ("canceled", None)],
)
async def test_answer_is_the_callbacks_own_event(status: str, code: int | None) -> None:
    receipt, _ = await answered({"status": status, "error_code": code})
    assert [receipt] == SmsChannel.receive(ENVIRONMENT, status_callback(status, str(code or "")))


async def test_what_went_out_and_is_not_confirmed_says_nothing() -> None:
    assert (await answered({"status": "sent", "error_code": None}))[0] is None


@pytest.mark.parametrize("status", ["accepted", "queued", "sending", "scheduled", "of-tomorrow", "", None])
async def test_what_has_not_gone_out_is_asked_for_again(status: str | None) -> None:
    assert (await answered({"status": status, "error_code": None}))[0] == NOT_ASKED


@pytest.mark.parametrize(
    "said", [[], {"status": "failed", "error_code": "?"}, {"status": "failed", "error_code": [1]}]
)
async def test_answer_that_cannot_be_read_is_asked_for_again(said: object) -> None:
    assert (await answered(said))[0] == NOT_ASKED


@pytest.mark.parametrize("status", [401, 404, 429, 503])
async def test_refusal_is_asked_for_again_and_logged_without_the_message(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    receipt, asked = await answered({"code": 20404, "message": f"{PHONE} not found"}, status)
    assert (receipt, len(asked)) == (NOT_ASKED, 1)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("channels_app")] == [
        f"sms: delivery {DELIVERY} cannot be asked for: Refused"
    ]


async def test_nobody_there_is_asked_again() -> None:
    assert await ask(await free_port()) == NOT_ASKED


async def test_silence_ends_with_the_questions_own_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels_app.sms.channel.ASK_DEADLINE", 0.05)
    async with serving(silent) as port:
        assert await ask(port) == NOT_ASKED


@pytest.mark.parametrize("sid", ["", "SM1", f"{SID}/../../Other", "sandbox-7"])
async def test_what_is_no_id_of_twilios_is_not_asked_for(sid: str, settings: Any) -> None:
    assert await ask(await free_port(), sid) is None
