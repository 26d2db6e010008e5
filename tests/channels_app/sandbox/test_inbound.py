"""SMS that people write back."""

import json
from urllib.error import HTTPError

import pytest
from twilio.request_validator import RequestValidator

from tests.channels_app.sandbox.asking import sms
from tests.channels_app.sandbox.receiver import Receiver
from tests.providers.sandbox import Sandbox

PHONE = "+34600111222"


def test_inbound_is_signed_and_says_what_was_written(provider: Sandbox, receiver: Receiver) -> None:
    url = f"{receiver.url}/avisos/sms/"
    assert provider.inbound(PHONE, "Añado: gracias", url, to="+34600999000") == [204]
    [request] = receiver.requests
    form = request.form
    validator = RequestValidator(provider.environment["TWILIO_AUTH_TOKEN"])
    assert validator.validate(url, form, request.headers["x-twilio-signature"])
    assert (form["From"], form["To"], form["Body"], form["SmsStatus"]) == (
        PHONE,
        "+34600999000",
        "Añado: gracias",
        "received",
    )
    assert ("OptOutType" in form, form["AccountSid"]) == (False, provider.environment["TWILIO_ACCOUNT_SID"])
    assert [(one["kind"], one["address"], one["what"]) for one in provider.told()] == [
        ("inbound", PHONE, "message")
    ]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (" stop ", "STOP", 400),
        ("Baja", "STOP", 400),
        ("HUY", "STOP", 400),
        ("INFO", "HELP", 201),
        ("No", None, 201),
    ],
)
def test_inbound_stop_refuses_what_follows(
    provider: Sandbox, receiver: Receiver, body: str, kind: str | None, status: int
) -> None:
    provider.inbound(PHONE, body, receiver.url)
    assert receiver.requests[0].form.get("OptOutType") == kind
    answer = sms(provider, PHONE)
    assert (answer[0], answer[1].get("code") if status == 400 else None) == (
        status,
        21610 if status == 400 else None,
    )
    assert sms(provider, "+34600111223")[0] == 201


def test_inbound_start_takes_it_back(provider: Sandbox) -> None:
    assert provider.inbound(PHONE, "STOP") == []
    assert sms(provider, PHONE)[0] == 400
    provider.inbound(PHONE, "alta")
    assert sms(provider, PHONE)[0] == 201
    assert [entry["error"] for entry in provider.log()] == ["opted_out", None]


def test_inbound_forged_one_changes_nothing(provider: Sandbox, receiver: Receiver) -> None:
    assert provider.inbound(PHONE, "STOP", receiver.url, signature="wrong", repeat=2) == [204, 204]
    assert sms(provider, PHONE)[0] == 201


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"from": "600", "body": "STOP"}, "from: a phone, +34…"),
        ({"from": PHONE, "body": " "}, "body: what the SMS says"),
    ],
)
def test_inbound_that_cannot_be_says_why(provider: Sandbox, given: dict[str, str], error: str) -> None:
    with pytest.raises(HTTPError) as raised:
        provider.control("inbound", given)
    with raised.value:
        assert json.loads(raised.value.read()) == {"error": error}
