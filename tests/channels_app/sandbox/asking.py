"""Calls of the providers' own interfaces, without a client library."""

import base64
import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request

from tests.providers.sandbox import OPENER, Sandbox

Answer = tuple[int, Any]


def bot(provider: Sandbox, method: str, token: str = "1000:sandbox", **given: Any) -> Answer:
    """Call a method of the Bot API with JSON; status and answer."""
    url = f"{provider.environment['TELEGRAM_API_URL']}/bot{token}/{method}"
    return _open(Request(url, json.dumps(given).encode(), {"Content-Type": "application/json"}))


def sms(provider: Sandbox, to: str = "+34600111222", **given: str) -> Answer:
    """Create an SMS at Twilio; status and answer."""
    form = {"To": to, "From": provider.environment["TWILIO_FROM"], "Body": "Hola", **given}
    return _open(Request(f"{_messages(provider)}.json", urlencode(form).encode(), _login(provider)))


def sms_now(provider: Sandbox, sid: str) -> Any:
    """An SMS as the Messages resource has it."""
    return _open(Request(f"{_messages(provider)}/{sid}.json", headers=_login(provider)))[1]


def _messages(provider: Sandbox) -> str:
    account = provider.environment["TWILIO_ACCOUNT_SID"]
    return f"{provider.environment['TWILIO_API_URL']}/2010-04-01/Accounts/{account}/Messages"


def _login(provider: Sandbox) -> dict[str, str]:
    pair = f"{provider.environment['TWILIO_ACCOUNT_SID']}:{provider.environment['TWILIO_AUTH_TOKEN']}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _open(request: Request) -> Answer:
    try:
        with OPENER.open(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
