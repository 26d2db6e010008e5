"""How many messages a second are taken."""

import json
from typing import Any
from urllib.error import HTTPError

import pytest

from channels_app.sandbox.orders import OrderError
from channels_app.sandbox.rates import Rates
from tests.channels_app.sandbox.asking import bot
from tests.providers.sandbox import Sandbox


def limited(**limits: int) -> Rates:
    rates = Rates()
    rates.set(limits)
    return rates


def test_rates_are_off_until_set_and_off_again_with_none() -> None:
    rates = Rates()
    assert rates.on is False
    rates.set({"per_chat": 1})
    assert rates.on is True
    rates.set(None)
    assert (rates.on, rates.shown()) == (False, {"per_bot": None, "per_chat": None})


def test_rates_of_a_bot_slide_with_the_second() -> None:
    rates = limited(per_bot=2)
    assert [rates.wait("1", str(chat), 10.0 + chat / 10) for chat in range(2)] == [0, 0]
    assert rates.wait("1", "9", 10.5) == pytest.approx(0.5)
    assert (rates.wait("2", "9", 10.5), rates.wait("1", "9", 11.0)) == (0, 0)


def test_rates_of_a_chat_leave_other_chats_alone_and_what_is_refused_does_not_count() -> None:
    rates = limited(per_bot=3, per_chat=1)
    assert [rates.wait("1", "1", 10.0), rates.wait("1", "1", 10.1), rates.wait("1", "2", 10.1)] == [
        0,
        pytest.approx(0.9),
        0,
    ]
    assert (rates.wait("1", "3", 10.2), rates.wait("1", "4", 10.3)) == (0, pytest.approx(0.7))


@pytest.mark.parametrize("wrong", [{"per_hour": 1}, {"per_bot": 0}, {"per_chat": True}, {"per_bot": "many"}])
def test_rates_that_cannot_be_say_why(wrong: dict[str, Any]) -> None:
    with pytest.raises(OrderError):
        Rates().set(wrong)


def test_telegram_beyond_its_rate_is_429_as_it_says_it(provider: Sandbox) -> None:
    provider.limits(per_chat=1)
    answers = [bot(provider, "sendMessage", chat_id=chat, text="Hola") for chat in (1, 1, 2)]
    assert [status for status, _ in answers] == [200, 429, 200]
    seconds = answers[1][1]["parameters"]["retry_after"]
    assert (answers[1][1]["description"], seconds) == ("Too Many Requests: retry after 1", 1)
    assert [(entry["address"], entry["error"]) for entry in provider.log()] == [
        ("1", None),
        ("1", "throttle"),
        ("2", None),
    ]
    assert provider.control("limits", method="GET") == {"telegram": {"per_bot": None, "per_chat": 1}}
    provider.limits()
    assert {bot(provider, "sendMessage", chat_id=1, text="Hola")[0] for _ in range(3)} == {200}


def test_limits_of_what_has_none_are_refused(provider: Sandbox) -> None:
    with pytest.raises(HTTPError) as raised:
        provider.control("limits", {"sms": {"per_bot": 1}})
    with raised.value:
        assert json.loads(raised.value.read())["error"] == "telegram: an object of limits, or null for none"
