"""What every action of a rule does to a request over HTTP, and what the log says of it."""

import asyncio
import time

import aiohttp
import pytest

from tests.providers.sandbox import Sandbox

PHONE = "+34600111222"
Seen = tuple[bool, str | None]


async def send(http: aiohttp.ClientSession, provider: Sandbox, phone: str = PHONE) -> int:
    """Send by TokApp; the HTTP status."""
    url = f"{provider.environment['TOKAPP_API_URL']}/messages"
    headers = {"Authorization": f"Bearer {provider.environment['TOKAPP_TOKEN']}"}
    message = {"id": "1", "phone": phone, "text": "Hola"}
    async with http.post(url, json=message, headers=headers) as answer:
        await answer.read()
        return answer.status


def seen(provider: Sandbox) -> list[Seen]:
    return [(entry["taken"], entry["error"]) for entry in provider.log()]


async def test_exchange_without_rules_takes(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    assert await send(http, provider) == 200
    assert seen(provider) == [(True, None)]


@pytest.mark.parametrize(
    ("action", "parameters", "status"),
    [
        ("error", {}, 500),
        ("error", {"status": 503}, 503),
        ("throttle", {"retry_after": 7}, 429),
        ("refuse", {"preset": "token"}, 401),
    ],
)
async def test_exchange_answers_that_take_nothing(
    http: aiohttp.ClientSession,
    provider: Sandbox,
    action: str,
    parameters: dict[str, object],
    status: int,
) -> None:
    provider.rule("tokapp", action, **parameters)
    assert await send(http, provider) == status
    assert seen(provider) == [(False, parameters.get("preset", action))]
    assert provider.log()[0]["provider_id"] == ""


@pytest.mark.parametrize(("action", "taken"), [("cut", False), ("cut_after", True), ("lose", True)], ids=str)
async def test_exchange_cut_leaves_the_sender_without_answer(
    http: aiohttp.ClientSession, provider: Sandbox, action: str, taken: bool
) -> None:
    provider.rule("tokapp", action)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await send(http, provider)
    assert seen(provider) == [(taken, action)]


async def test_exchange_hang_is_silent_until_the_sender_gives_up(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    provider.rule("tokapp", "hang")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(send(http, provider), 0.4)
    assert seen(provider) == [(False, "hang")]


async def test_exchange_slow_takes_after_its_seconds(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    provider.rule("tokapp", "slow", seconds=0.3)
    start = time.monotonic()
    assert await send(http, provider) == 200
    assert time.monotonic() - start >= 0.3
    assert seen(provider) == [(True, "slow")]


async def test_exchange_slow_takes_although_the_sender_gave_up(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    provider.rule("tokapp", "slow", seconds=0.5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(send(http, provider), 0.2)
    await asyncio.to_thread(provider.wait_for, lambda entries: entries)
    assert seen(provider) == [(True, "slow")]


async def test_exchange_taken_says_otherwise_than_the_action(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    provider.rule("tokapp", "error", taken=True, times=1)
    provider.rule("tokapp", "lose", taken=False)
    assert await send(http, provider) == 500
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await send(http, provider)
    assert seen(provider) == [(True, "error"), (False, "lose")]


async def test_exchange_many_at_once_are_each_logged_once(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    phones = [f"+346{number:08d}" for number in range(300)]
    statuses = await asyncio.gather(*(send(http, provider, phone) for phone in phones))
    assert set(statuses) == {200}
    assert sorted(entry["address"] for entry in provider.taken("tokapp")) == phones
