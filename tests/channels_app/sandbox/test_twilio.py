"""Twilio's Messages, as Twilio would answer."""

from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from channels_app.sandbox.boxes import KEPT_EACH
from tests.providers.sandbox import Sandbox

SENDER = "+34600000000"
OTHER_ACCOUNT = "AC" + "1f" * 16


def account(provider: Sandbox) -> str:
    return provider.environment["TWILIO_ACCOUNT_SID"]


def url(provider: Sandbox, owner: str = "") -> str:
    return (
        f"{provider.environment['TWILIO_API_URL']}/2010-04-01/Accounts/{owner or account(provider)}/Messages"
    )


def login(provider: Sandbox, owner: str = "", secret: str = "") -> dict[str, str]:
    secret = secret or provider.environment["TWILIO_AUTH_TOKEN"]
    return {"Authorization": aiohttp.encode_basic_auth(owner or account(provider), secret)}


async def create(
    http: aiohttp.ClientSession, provider: Sandbox, owner: str = "", **given: str
) -> tuple[int, Any]:
    """Create a message; status and answer."""
    form = {"To": "+34600111222", "From": SENDER, "Body": "Hola"} | given
    form = {name: value for name, value in form.items() if value}
    request = http.post(f"{url(provider, owner)}.json", data=form, headers=login(provider, owner))
    async with request as answer:
        return answer.status, await answer.json()


async def get(
    http: aiohttp.ClientSession, provider: Sandbox, path: str, query: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Fetch `Messages` and `path`; status and answer."""
    request = http.get(f"{url(provider)}{path}", params=query, headers=login(provider))
    async with request as answer:
        return answer.status, await answer.json()


async def test_create_answers_the_resource_and_logs_it(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    status, message = await create(
        http, provider, StatusCallback="https://plumier.example/sms/1", ValidityPeriod="3600"
    )
    [entry] = provider.log()
    assert (status, message["sid"], message["status"]) == (201, entry["provider_id"], "queued")
    assert (message["to"], message["from"], message["body"]) == ("+34600111222", SENDER, "Hola")
    assert (message["num_segments"], message["error_code"], message["date_sent"]) == ("1", None, None)
    assert (entry["channel"], entry["address"], entry["taken"]) == ("sms", "+34600111222", True)
    assert (entry["account"], entry["sender"]) == (account(provider), SENDER)
    assert entry["details"] == {"StatusCallback": "https://plumier.example/sms/1", "ValidityPeriod": "3600"}


async def test_create_by_messaging_service(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    service = "MG" + "2a" * 16
    _, message = await create(http, provider, From="", MessagingServiceSid=service)
    assert (message["status"], message["messaging_service_sid"], message["from"]) == (
        "accepted",
        service,
        None,
    )


async def test_create_wrong_login_is_401(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    form = {"To": "+34600111222", "From": SENDER, "Body": "Hola"}
    wrong = login(provider, secret="wrong")
    async with http.post(f"{url(provider)}.json", data=form, headers=wrong) as answer:
        assert answer.status == 401
        assert await answer.json() == {
            "code": 20003,
            "message": "Authenticate",
            "more_info": "https://www.twilio.com/docs/errors/20003",
            "status": 401,
        }
    assert [(entry["taken"], entry["error"]) for entry in provider.log()] == [(False, "token")]


@pytest.mark.parametrize(
    ("given", "code", "error"),
    [
        ({"To": ""}, 21604, "to_missing"),
        ({"To": "600111222"}, 21211, "invalid_phone"),
        ({"From": ""}, 21603, "from_missing"),
        ({"Body": ""}, 21602, "empty"),
        ({"Body": "a" * 1601}, 21617, "too_long"),
        ({"ValidityPeriod": "0"}, 21624, "validity"),
    ],
)
async def test_create_twilio_itself_refuses(
    http: aiohttp.ClientSession, provider: Sandbox, given: dict[str, str], code: int, error: str
) -> None:
    status, answer = await create(http, provider, **given)
    assert (status, answer["code"]) == (400, code)
    assert [(entry["taken"], entry["error"]) for entry in provider.log()] == [(False, error)]


@pytest.mark.parametrize(
    ("preset", "status", "code"),
    [
        ("opted_out", 400, 21610),
        ("not_mobile", 400, 21614),
        ("region", 400, 21408),
        ("queue_full", 429, 21611),
        ("suspended", 403, 30002),
    ],
)
async def test_create_refused_in_twilios_words(
    http: aiohttp.ClientSession, provider: Sandbox, preset: str, status: int, code: int
) -> None:
    provider.refuse("sms", preset)
    seen, answer = await create(http, provider)
    assert (seen, answer["code"], answer["status"]) == (status, code, status)
    assert answer["more_info"] == f"https://www.twilio.com/docs/errors/{code}"


@pytest.mark.parametrize(
    ("action", "parameters", "status", "code"),
    [
        ("throttle", {"retry_after": 2}, 429, 20429),
        ("error", {}, 500, 20500),
        ("error", {"status": 503}, 503, 20503),
    ],
)
async def test_create_twilio_is_unwell(
    http: aiohttp.ClientSession,
    provider: Sandbox,
    action: str,
    parameters: dict[str, float],
    status: int,
    code: int,
) -> None:
    provider.rule("sms", action, **parameters)
    seen, answer = await create(http, provider)
    assert (seen, answer["code"]) == (status, code)


async def test_list_by_phone_and_day_the_latest_first(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    phone, today = "+34611222333", datetime.now(UTC).date().isoformat()
    sids = [(await create(http, provider, To=phone, Body=text))[1]["sid"] for text in ("uno", "dos")]
    await create(http, provider, To="+34611222334")
    _, answer = await get(http, provider, ".json", {"To": phone, "DateSent": today})
    assert [message["sid"] for message in answer["messages"]] == sids[::-1]
    assert (answer["page"], answer["next_page_uri"]) == (0, None)
    for query in ({"DateSent": "2020-01-01"}, {"DateSent<": "2020-01-01"}, {"DateSent>": "2999-01-01"}):
        assert (await get(http, provider, ".json", {"To": phone, **query}))[1]["messages"] == []


async def test_list_lost_answer_is_found(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    phone = "+34611222335"
    provider.rule("sms", "lose", address=phone)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await create(http, provider, To=phone)
    _, answer = await get(http, provider, ".json", {"To": phone})
    assert [message["sid"] for message in answer["messages"]] == [provider.log()[0]["provider_id"]]


async def test_list_refused_ones_and_other_accounts_are_not_in_it(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    phone = "+34611222336"
    await create(http, provider, To=phone, owner=OTHER_ACCOUNT)
    provider.refuse("sms", "opted_out")
    await create(http, provider, To=phone)
    assert (await get(http, provider, ".json", {"To": phone}))[1]["messages"] == []


async def test_list_pages_by_size(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    phone = "+34611222337"
    for text in ("uno", "dos", "tres"):
        await create(http, provider, To=phone, Body=text)
    _, answer = await get(http, provider, ".json", {"To": phone, "PageSize": "2"})
    assert [message["body"] for message in answer["messages"]] == ["tres", "dos"]
    following = answer["next_page_uri"].removeprefix(f"/2010-04-01/Accounts/{account(provider)}/Messages")
    _, answer = await get(http, provider, following.replace("%2B", "+").replace("+34", "%2B34"))
    assert [message["body"] for message in answer["messages"]] == ["uno"]


async def test_list_of_a_phone_has_more_than_its_page_shows(
    http: aiohttp.ClientSession, provider: Sandbox
) -> None:
    phone = "+34611222338"
    sids = [(await create(http, provider, To=phone))[1]["sid"] for _ in range(KEPT_EACH + 3)]
    _, answer = await get(http, provider, ".json", {"To": phone})
    assert [message["sid"] for message in answer["messages"]] == sids[::-1]
    for wrong in ({"PageSize": "many"}, {"DateSent": "yesterday"}):
        assert (await get(http, provider, ".json", {"To": phone, **wrong}))[0] == 400


async def test_fetch_one_by_its_id(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    _, message = await create(http, provider)
    status, fetched = await get(http, provider, f"/{message['sid']}.json")
    assert (status, fetched["sid"], fetched["status"]) == (200, message["sid"], "delivered")
    status, answer = await get(http, provider, "/SMnothing.json")
    assert (status, answer["code"]) == (404, 20404)


async def test_list_may_be_refused_by_itself(http: aiohttp.ClientSession, provider: Sandbox) -> None:
    provider.rule("sms", "error", operation="list")
    assert (await get(http, provider, ".json"))[0] == 500
    assert (await create(http, provider))[0] == 201
