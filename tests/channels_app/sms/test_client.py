"""Twilio's client over our own HTTP."""

import asyncio
import json

import pytest

from channels_app.http import HttpSession
from channels_app.sms.client import Refused, twilio_client
from tests.channels_app.servers import serving
from tests.providers.sandbox import Sandbox


async def _refused(body: bytes, header: str = "") -> Refused:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"Body=")
        head = f"HTTP/1.1 400 Bad Request\r\n{header}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    async with serving(talk) as port:
        http = HttpSession(5.0, limit=1)
        environment = {
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "t",
            "TWILIO_API_URL": f"http://127.0.0.1:{port}/",
        }
        with pytest.raises(Refused) as caught:
            await twilio_client(environment, http).messages.create_async("+34600000001", body="hola")
        await http.close()
    return caught.value


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"code": 21211, "message": "no"}, (400, 21211, "no", 3.0)),
        ({"code": "21211", "detail": "no"}, (400, 21211, "no", 3.0)),
        ({"message": "no"}, (400, 0, "no", 3.0)),
        ({"code": None}, (400, 0, "", 3.0)),
        (["no"], (400, 0, "", 3.0)),
    ],
)
async def test_a_refusal_keeps_status_code_words_and_wait(said: object, found: tuple[object, ...]) -> None:
    refused = await _refused(json.dumps(said).encode(), "Retry-After: 3\r\n")
    assert (refused.status, refused.code, refused.message, refused.retry_after) == found


async def test_a_refusal_that_is_not_twilios() -> None:
    refused = await _refused(b"<html>")
    assert (refused.status, refused.code, refused.message, refused.retry_after) == (400, 0, "", None)


async def test_a_list_is_asked_with_its_parameters(provider: Sandbox) -> None:
    http = HttpSession(5.0, limit=1)
    client = twilio_client(provider.environment, http)
    sender = provider.environment["TWILIO_FROM"]
    ours = "+34600004711"  # the sandbox remembers the other tests' messages too
    for number in ("+34600004712", ours):
        await client.messages.create_async(number, body="hola", from_=sender)
    found = await client.messages.list_async(to=ours, limit=5)
    await http.close()
    assert [message.to for message in found] == [ours]


def test_the_process_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    environment = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}
    assert twilio_client(environment, HttpSession(1.0, limit=1)).edge is None
