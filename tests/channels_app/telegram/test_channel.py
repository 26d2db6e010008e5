"""The Telegram channel against the sandbox."""

import asyncio
from typing import Any

import pytest

from channels_app.base import AddressKind, Fault, Outcome, OutcomeClass
from channels_app.environment import values
from channels_app.network import UNEXPECTED
from channels_app.telegram.channel import TelegramChannel
from channels_app.telegram.errors import TOO_LONG
from tests.channels_app.sending import outgoing, send_all, send_one
from tests.channels_app.servers import free_port, serving
from tests.providers.sandbox import Sandbox

CHAT = "987654"


@pytest.mark.parametrize(
    ("preset", "kind", "code"),
    [
        ("blocked", OutcomeClass.PERMANENT, "telegram.blocked"),
        ("deactivated", OutcomeClass.PERMANENT, "telegram.deactivated"),
        ("cannot_initiate", OutcomeClass.PERMANENT, "telegram.not_started"),
        ("kicked", OutcomeClass.PERMANENT, "telegram.forbidden"),
        ("chat_not_found", OutcomeClass.PERMANENT, "telegram.chat_not_found"),
        ("user_not_found", OutcomeClass.PERMANENT, "telegram.user_not_found"),
        ("peer_invalid", OutcomeClass.PERMANENT, "telegram.peer_id_invalid"),
        ("too_long", OutcomeClass.PERMANENT, "telegram.too_long"),
        ("empty", OutcomeClass.PERMANENT, "telegram.empty"),
        ("entities", OutcomeClass.PERMANENT, "telegram.entities"),
        ("token", OutcomeClass.NOT_PROCESSED, "telegram.token"),
        ("not_found", OutcomeClass.NOT_PROCESSED, "telegram.token"),
        ("conflict", OutcomeClass.NOT_PROCESSED, "telegram.conflict"),
    ],
)
async def test_a_refusal_is_classified_and_nothing_taken(
    sandbox: Sandbox, preset: str, kind: OutcomeClass, code: str
) -> None:
    sandbox.refuse("telegram", preset)
    outcome = await send_one(TelegramChannel, CHAT)
    assert (outcome.kind, outcome.code, sandbox.taken()) == (kind, code, [])


async def test_a_flood_says_how_long_to_wait(sandbox: Sandbox) -> None:
    sandbox.rule("telegram", "throttle", retry_after=17)
    assert await send_one(TelegramChannel, CHAT) == Outcome(
        OutcomeClass.THROTTLED,
        "telegram.flood",
        retry_after=17.0,
        detail="Too Many Requests: retry after 17",
    )


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_failing_server_is_uncertain(sandbox: Sandbox, status: int) -> None:
    sandbox.rule("telegram", "error", status=status)
    outcome = await send_one(TelegramChannel, CHAT)
    assert (outcome.kind, outcome.code) == (OutcomeClass.UNCERTAIN, f"telegram.{status}")


async def test_a_cut_after_the_request_is_uncertain(sandbox: Sandbox) -> None:
    sandbox.rule("telegram", "cut")
    outcome = await send_one(TelegramChannel, CHAT)
    assert (outcome.kind, outcome.code) == (OutcomeClass.UNCERTAIN, "network.lost_answer")


async def test_nobody_listening_is_not_processed(settings: Any) -> None:
    url = f"http://127.0.0.1:{await free_port()}"
    settings.CHANNEL_ENVIRONMENT = {"TELEGRAM_TOKEN": "1:a", "TELEGRAM_API_URL": url}
    outcome = await send_one(TelegramChannel, CHAT)
    assert (outcome.kind, outcome.code) == (OutcomeClass.NOT_PROCESSED, "network.connect")


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"ok": true, "result": 7}'])
async def test_a_success_that_cannot_be_read_is_uncertain(settings: Any, body: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()

    async with serving(talk) as port:
        settings.CHANNEL_ENVIRONMENT = {
            "TELEGRAM_TOKEN": "1:a",
            "TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
        }
        assert await send_one(TelegramChannel, CHAT) == UNEXPECTED


async def test_a_wrong_token_is_the_accounts_fault(sandbox: Sandbox, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT["TELEGRAM_TOKEN"] = "1000:other"
    outcome = await send_one(TelegramChannel, CHAT)
    assert (outcome.kind, outcome.fault) == (OutcomeClass.NOT_PROCESSED, Fault.ACCOUNT)


async def test_a_text_goes_out_as_it_is(sandbox: Sandbox) -> None:
    text = "<b>Ana & *José*</b> _[x](http://y)_\nñ 🎓 Hà Nội"
    await send_one(TelegramChannel, CHAT, text=text)
    assert [entry["text"] for entry in sandbox.taken()] == [text]


async def test_4096_characters_go_and_one_more_is_refused_here(sandbox: Sandbox) -> None:
    async with TelegramChannel(values(TelegramChannel)) as channel:
        kinds = [(await channel.send(outgoing(CHAT, text="ñ" * length))) for length in (4096, 4097)]
    assert [kinds[0].kind, kinds[1]] == [OutcomeClass.ACCEPTED, TOO_LONG]
    assert [len(entry["text"]) for entry in sandbox.log()] == [4096]


async def test_one_bot_of_a_school_beside_everybodys(sandbox: Sandbox, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT["TELEGRAM_TOKEN__MOLINOS"] = "2000:sandbox"
    for owner in ("", "MOLINOS"):
        async with TelegramChannel(values(TelegramChannel, owner)) as channel:
            await channel.send(outgoing(CHAT))
    assert [entry["account"] for entry in sandbox.log()] == ["1000", "2000"]


async def test_connections_are_kept_for_the_next_messages(sandbox: Sandbox) -> None:
    outcomes = await send_all(TelegramChannel, [CHAT] * 50)
    assert [outcome.kind for outcome in outcomes] == [OutcomeClass.ACCEPTED] * 50


def test_capabilities() -> None:
    capabilities = TelegramChannel.capabilities
    assert (capabilities.address, capabilities.needs_activation, capabilities.max_length) == (
        AddressKind.CHAT,
        True,
        4096,
    )


@pytest.mark.parametrize(
    ("environment", "count"),
    [
        ({"TELEGRAM_TOKEN": "1000:AAH-x_9"}, 0),
        ({"TELEGRAM_TOKEN": "1000:AAH-x_9", "TELEGRAM_API_URL": "https://bots.example"}, 0),
        ({"TELEGRAM_TOKEN": "AAH"}, 1),
        ({"TELEGRAM_TOKEN": "1000:AAH/../x"}, 1),
        ({"TELEGRAM_TOKEN": "1000:AAH", "TELEGRAM_API_URL": "bots.example"}, 1),
        ({}, 1),
    ],
)
def test_problems(environment: dict[str, str], count: int) -> None:
    assert len(TelegramChannel.problems(environment)) == count
