"""How the sandbox is told what to do."""

import json
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from tests.providers.sandbox import OPENER, Sandbox


def test_rules_are_added_listed_and_cleared(provider: Sandbox) -> None:
    added = provider.rule("sms", "throttle", address="+34600111222", times=2, retry_after=5)
    assert added | {"number": 0} == {
        "number": 0,
        "channel": "sms",
        "operation": "send",
        "address": "+34600111222",
        "share": None,
        "times": 2,
        "times_each": None,
        "action": "throttle",
        "preset": "",
        "taken": False,
        "acted": 0,
        "retry_after": 5,
    }
    assert provider.control("rules", method="GET") == {"rules": [added]}
    assert provider.control("rules", method="DELETE") == {"rules": []}
    assert provider.control("rules", method="GET") == {"rules": []}


def test_reset_clears_rules_and_phones(provider: Sandbox) -> None:
    provider.rule("sms", "hang")
    provider.tokapp([])
    provider.control("reset", {})
    assert provider.control("rules", method="GET") == {"rules": []}


@pytest.mark.parametrize(
    ("path", "payload", "error"),
    [
        ("rules", {"channel": "sms", "action": "sing"}, "action: one of cut, "),
        ("tokapp", {"phones": "+34600111222"}, "phones: a list, or null for all"),
        ("chats", {"chats": []}, "chats: an object of chats and phones"),
        ("updates", {"update": {}, "token": "wrong"}, "update: an object; token: a bot's"),
    ],
)
def test_wrong_order_is_400_and_says_why(
    provider: Sandbox, path: str, payload: dict[str, object], error: str
) -> None:
    with pytest.raises(HTTPError) as raised:
        provider.control(path, payload)
    assert raised.value.code == 400
    assert json.loads(raised.value.read())["error"].startswith(error)


def test_order_of_another_site_is_not_obeyed(provider: Sandbox) -> None:
    body = json.dumps({"channel": "sms", "action": "hang"}).encode()
    form = Request(f"{provider.url}/control/rules", body, {"Content-Type": "text/plain"})
    with pytest.raises(HTTPError) as raised:
        OPENER.open(form, timeout=10)
    assert raised.value.code == 415
    raised.value.close()
    assert provider.control("rules", method="GET") == {"rules": []}
