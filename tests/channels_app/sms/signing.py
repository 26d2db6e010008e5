"""Requests as Twilio makes them: a form, and a signature made here by its rule and not by its library."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from channels_app.receipts import Callback
from channels_app.tags import tag

ACCOUNT = "AC" + "5a" * 16
TOKEN = "5b" * 16
ENVIRONMENT = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
SID = "SM" + "0f" * 16
PHONE = "+34600123456"
DELIVERY, TRY = 4711, 2
TAG = tag("sms", DELIVERY, TRY)
ROOT = "https://plumier.example"
STATUS_URL = f"{ROOT}/avisos/sms/{TAG}/"
INBOUND_URL = f"{ROOT}/avisos/sms/"


def signature(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    """Base64 of the HMAC-SHA1 of the address and, sorted by name, of each name and value."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def callback(url: str, form: Mapping[str, str], given_tag: str = "", **changed: Any) -> Callback:
    """A request of Twilio's; `changed` are `signed` (the address that it signed) or the Callback's own."""
    signed = signature(changed.pop("signed", url), form)
    values: dict[str, Any] = {
        "url": url,
        "headers": {"x-twilio-signature": signed, "content-type": "application/x-www-form-urlencoded"},
        "body": urlencode(form).encode(),
        "tag": given_tag,
    }
    return Callback(**{**values, **changed})


def status_form(status: str, code: str = "", **more: str) -> dict[str, str]:
    """What a status callback sends."""
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": "+34600000000",
        "To": PHONE,
        "MessageSid": SID,
        "SmsSid": SID,
        "MessageStatus": status,
        "SmsStatus": status,
        **more,
    }
    return {**form, "ErrorCode": code} if code else form


def status_callback(status: str, code: str = "", **more: str) -> Callback:
    """One about the try that `TAG` names."""
    return callback(STATUS_URL, status_form(status, code, **more), TAG)


def inbound_form(body: str, **more: str) -> dict[str, str]:
    """What an SMS to the school's number sends."""
    return {
        "AccountSid": ACCOUNT,
        "MessageSid": SID,
        "SmsStatus": "received",
        "NumMedia": "0",
        "From": PHONE,
        "To": "+34600000000",
        "Body": body,
        "FromCity": "",
        **more,
    }
