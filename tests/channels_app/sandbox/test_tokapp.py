"""The TokApp gateway."""

from typing import Any

import aiohttp
import pytest

from tests.providers.sandbox import Sandbox

PHONE = "+34600111222"


async def post(
    http: aiohttp.ClientSession, provider: Sandbox, path: str, token: str = "sandbox", **given: Any
) -> tuple[int, Any]:
    """Post JSON; status and answer."""
    headers = {"Authorization": f"Bearer {token}"}
    request = http.post(f"{provider.environment['TOKAPP_API_URL']}/{path}", json=given, headers=headers)
    async with request as answer:
        return answer.status, await answer.json()


async def test_messages_taken_and_logged_with_its_id(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    answer = await post(http, provider, "messages", id="d-1", phone=PHONE, text="Hola")
    [entry] = provider.log()
    assert answer == (200, {"ok": True, "id": entry["provider_id"]})
    assert (entry["address"], entry["text"], entry["key"], entry["taken"]) == (PHONE, "Hola", "d-1", True)
    assert entry["account"] == "sandbox"


async def test_messages_same_id_twice_is_two_messages(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    for _ in range(2):
        await post(http, provider, "messages", id="d-2", phone=PHONE, text="Hola")
    assert [entry["key"] for entry in provider.taken("tokapp")] == ["d-2", "d-2"]


async def test_messages_an_own_account_is_named_in_the_log(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    await post(http, provider, "messages", "sandbox-ribera", id="d-3", phone=PHONE, text="Hola")
    assert [entry["account"] for entry in provider.log()] == ["sandbox-ribera"]


@pytest.mark.parametrize(
    ("given", "number", "error"),
    [
        ({"id": "1", "phone": PHONE}, 1, "malformed"),
        ({"id": "1", "phone": "600111222", "text": "Hola"}, 2, "invalid_phone"),
        ({"id": "1", "phone": PHONE, "text": "a" * 2001}, 5, "too_long"),
    ],
)
async def test_messages_refused_with_status_200(
    http: aiohttp.ClientSession, provider: Sandbox, given: dict[str, str], number: int, error: str
) -> None:
    status, answer = await post(http, provider, "messages", **given)
    assert (status, answer["error"]) == (200, number)
    assert [(entry["taken"], entry["error"]) for entry in provider.log()] == [(False, error)]


async def test_messages_wrong_token_is_401(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    answer = await post(http, provider, "messages", "wrong", id="1", phone=PHONE, text="Hola")
    assert answer == (401, {"error": 401, "message": "No autorizado"})


async def test_messages_phone_without_tokapp(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    provider.tokapp(["+34600999888"])
    answer = await post(http, provider, "messages", id="1", phone=PHONE, text="Hola")
    assert answer == (200, {"error": 3, "message": "El teléfono no tiene TokApp"})


async def test_messages_throttled_with_retry_after(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    provider.rule("tokapp", "throttle", retry_after=3)
    headers = {"Authorization": "Bearer sandbox"}
    message = {"id": "1", "phone": PHONE, "text": "Hola"}
    url = f"{provider.environment['TOKAPP_API_URL']}/messages"
    async with http.post(url, json=message, headers=headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
        assert (await answer.json())["error"] == 429


async def test_activations_all_until_told(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    phones = [f"+346{number:08d}" for number in range(1000)]
    _, answer = await post(http, provider, "activations", phones=phones)
    assert answer == {"active": dict.fromkeys(phones, True)}
    provider.tokapp(phones[:1])
    _, answer = await post(http, provider, "activations", phones=phones[:2])
    assert answer == {"active": {phones[0]: True, phones[1]: False}}
    assert provider.log() == []


async def test_activations_at_most_a_thousand(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    assert (await post(http, provider, "activations", phones=[PHONE] * 1001))[0] == 413
    assert (await post(http, provider, "activations", phones=PHONE))[1]["error"] == 1
    assert (await post(http, provider, "activations", "wrong", phones=[PHONE]))[0] == 401


async def test_activations_may_fail_by_themselves(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    provider.rule("tokapp", "error", operation="activations", status=502)
    assert (await post(http, provider, "activations", phones=[PHONE]))[0] == 502
    assert (await post(http, provider, "messages", id="1", phone=PHONE, text="Hola"))[0] == 200


async def test_one_phone_is_taken_off_and_put_on_again(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    other = "+34600111223"
    provider.tokapp_phone(PHONE, active=False)
    asked = {"phones": [PHONE, other]}
    assert (await post(http, provider, "activations", **asked))[1] == {"active": {PHONE: False, other: True}}
    assert (await post(http, provider, "messages", id="1", phone=PHONE, text="Hola"))[1]["error"] == 3
    provider.tokapp_phone(PHONE, active=True)
    assert (await post(http, provider, "messages", id="1", phone=PHONE, text="Hola"))[1]["ok"] is True
    provider.tokapp([])
    assert (await post(http, provider, "activations", **asked))[1] == {"active": {PHONE: False, other: False}}
