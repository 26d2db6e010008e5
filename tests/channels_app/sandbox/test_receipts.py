"""What Twilio tells of an SMS, and what its Messages resource says meanwhile."""

import json
import time
from typing import Any
from urllib.error import HTTPError

import pytest
from twilio.request_validator import RequestValidator

from channels_app.sandbox.receipts import signature
from tests.channels_app.sandbox.asking import sms, sms_now
from tests.channels_app.sandbox.receiver import Receiver, Request
from tests.providers.sandbox import Sandbox

PHONE = "+34600111222"


def is_signed(provider: Sandbox, receiver: Receiver, request: Request) -> bool:
    validator = RequestValidator(provider.environment["TWILIO_AUTH_TOKEN"])
    found = request.headers.get("x-twilio-signature", "")
    return bool(validator.validate(f"{receiver.url}{request.path}", request.form, found))


def create(provider: Sandbox, receiver: Receiver, to: str = PHONE) -> str:
    status, message = sms(provider, to, StatusCallback=f"{receiver.url}/avisos/sms/7.1.ab/?a=%C3%B1")
    assert status == 201
    return str(message["sid"])


def statuses(receiver: Receiver) -> list[str]:
    return [request.form["MessageStatus"] for request in receiver.requests]


def refused(provider: Sandbox, path: str, **given: Any) -> str:
    with pytest.raises(HTTPError) as raised:
        provider.control(path, given)
    with raised.value:
        return str(json.loads(raised.value.read())["error"])


def until_status(provider: Sandbox, sid: str, status: str) -> Any:
    deadline = time.monotonic() + 10
    while (found := sms_now(provider, sid))["status"] != status:
        assert time.monotonic() < deadline, found["status"]
        time.sleep(0.01)
    return found


def test_nothing_is_told_unless_ordered(provider: Sandbox, receiver: Receiver) -> None:
    sid = create(provider, receiver)
    assert sms_now(provider, sid)["status"] == "delivered"
    assert (provider.told(), receiver.requests) == ([], [])


def test_default_is_told_in_order_signed_over_the_whole_address(
    provider: Sandbox, receiver: Receiver
) -> None:
    provider.receipts("sent", "delivered", after=0.01)
    sid = create(provider, receiver)
    sent, delivered = receiver.wait(2)
    assert [is_signed(provider, receiver, request) for request in (sent, delivered)] == [True, True]
    assert sent.path == "/avisos/sms/7.1.ab/?a=%C3%B1"
    assert sent.form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "sent",
        "SmsStatus": "sent",
        "To": PHONE,
        "From": provider.environment["TWILIO_FROM"],
        "AccountSid": provider.environment["TWILIO_ACCOUNT_SID"],
        "ApiVersion": "2010-04-01",
    }
    assert sorted(delivered.form.keys() - sent.form.keys()) == ["RawDlrDoneDate"]
    assert [(one["id"], one["what"], one["status"]) for one in provider.wait_for_told(2, "receipt")] == [
        (sid, "sent", 204),
        (sid, "delivered", 204),
    ]


def test_rule_of_a_phone_tells_what_it_says_and_the_resource_agrees(
    provider: Sandbox, receiver: Receiver
) -> None:
    provider.rule(
        "sms", "receipt", address=PHONE, statuses=["sent", "undelivered"], error_code=30005, after=0.01
    )
    sid = create(provider, receiver)
    create(provider, receiver, "+34600111223")
    receiver.wait(2)
    assert [request.form.get("ErrorCode") for request in receiver.requests] == [None, "30005"]
    found = until_status(provider, sid, "undelivered")
    assert (found["error_code"], found["price"], found["price_unit"]) == (30005, "-0.0700", "USD")
    assert len(provider.told()) == 2


def test_rule_without_callback_changes_the_resource_alone(provider: Sandbox) -> None:
    provider.receipts(price="-0.0512", price_unit="EUR")
    provider.rule("sms", "receipt", statuses=["sent", "failed"], after=0.01)
    found = until_status(provider, sms(provider)[1]["sid"], "failed")
    assert (found["error_code"], provider.told()) == (30003, [])
    provider.control("rules", method="DELETE")
    found = sms_now(provider, sms(provider)[1]["sid"])
    assert (found["status"], found["price"], found["price_unit"]) == ("delivered", "-0.0512", "EUR")


def test_rule_without_statuses_is_silence(provider: Sandbox, receiver: Receiver) -> None:
    provider.receipts("delivered", after=0)
    provider.rule("sms", "receipt", address=PHONE, statuses=[])
    sid = create(provider, receiver)
    create(provider, receiver, "+34600111223")
    receiver.wait(1)
    assert (sms_now(provider, sid)["status"], [one["address"] for one in provider.told()]) == (
        "sent",
        ["+34600111223"],
    )


def test_rule_repeats_and_tells_the_last_first(provider: Sandbox, receiver: Receiver) -> None:
    provider.rule("sms", "receipt", statuses=["sent", "delivered"], after=0.01, repeat=3, shuffle=True)
    create(provider, receiver)
    receiver.wait(6)
    assert statuses(receiver) == ["delivered"] * 3 + ["sent"] * 3


def test_lost_answer_is_told_of_all_the_same(provider: Sandbox, receiver: Receiver) -> None:
    provider.rule("sms", "receipt", statuses=["delivered"], after=0)
    provider.rule("sms", "lose")
    with pytest.raises(ConnectionError):
        create(provider, receiver)
    assert receiver.wait(1)[0].form["MessageSid"] == provider.log()[0]["provider_id"]


def test_refused_one_is_never_told_of(provider: Sandbox, receiver: Receiver) -> None:
    provider.receipts("delivered", after=0)
    provider.refuse("sms", "not_mobile", address=PHONE)
    assert sms(provider, PHONE, StatusCallback=receiver.url)[0] == 400
    create(provider, receiver, "+34600111223")
    assert [one["address"] for one in provider.wait_for_told(1)] == ["+34600111223"]


def test_send_tells_one_now_late_repeated_or_forged(provider: Sandbox, receiver: Receiver) -> None:
    sid = create(provider, receiver)
    assert provider.receipt(sid, "undelivered", error_code=30006, repeat=2) == [204, 204]
    assert provider.receipt(sid, "delivered", signature="wrong") == [204]
    assert provider.receipt(sid, "delivered", signature="none") == [204]
    signed = [is_signed(provider, receiver, request) for request in receiver.requests]
    assert (signed, statuses(receiver)) == (
        [True, True, False, False],
        ["undelivered", "undelivered", "delivered", "delivered"],
    )
    assert sms_now(provider, sid)["status"] == "undelivered"
    receiver.answer = lambda request: (403, b"")
    assert provider.receipt(sid, "read") == [403]


def test_send_may_keep_a_status_without_telling(provider: Sandbox) -> None:
    sid = sms(provider)[1]["sid"]
    assert provider.receipt(sid, "failed", error_code=30008, tell=False) == []
    found = sms_now(provider, sid)
    assert (found["status"], found["error_code"], provider.told()) == ("failed", 30008, [])


def test_send_by_a_service_names_the_service(provider: Sandbox, receiver: Receiver) -> None:
    service = "MG" + "2a" * 16
    given = {"MessagingServiceSid": service, "From": "", "StatusCallback": receiver.url}
    provider.receipt(sms(provider, PHONE, **given)[1]["sid"], "sent")
    form = receiver.requests[0].form
    assert (form["MessagingServiceSid"], "From" in form) == (service, False)


def test_callback_elsewhere_or_to_nobody_is_noted(provider: Sandbox) -> None:
    for url in ("https://plumier.example/sms", "http://127.0.0.1:9/sms", "ftp://127.0.0.1/"):
        sid = sms(provider, PHONE, StatusCallback=url)[1]["sid"]
        assert provider.receipt(sid, "sent") == [0]
    assert [one["error"] for one in provider.told()] == ["not_loopback", "unreachable", "address"]


def test_order_that_cannot_be_says_why(provider: Sandbox) -> None:
    sid = sms(provider)[1]["sid"]
    assert refused(provider, "receipts/send", sid="SM0", status="sent") == "sid: of an SMS that was taken"
    assert refused(provider, "receipts/send", sid=sid, status="lost").startswith("status: of accepted, ")
    assert refused(provider, "receipts/send", sid=sid, status="sent").startswith("sid: of an SMS without")
    assert refused(provider, "receipts/send", sid=sid, status="sent", signature="odd").startswith(
        "signature: "
    )
    assert refused(provider, "receipts", default="sent") == "default: a list of texts"
    assert refused(provider, "receipts", default=[], after=-1) == "after: a number from 0"


def test_reset_ends_what_was_to_be_told(provider: Sandbox, receiver: Receiver) -> None:
    provider.receipts("delivered", after=0.05)
    create(provider, receiver)
    provider.reset()
    sid = create(provider, receiver)
    provider.receipt(sid, "sent")
    time.sleep(0.1)  # what was forgotten would have come by now
    assert statuses(receiver) == ["sent"]


def test_signature_is_over_fields_by_name(provider: Sandbox) -> None:
    url, form = "http://127.0.0.1/x?b=1", {"To": "+34600", "Body": "ñandú", "A": ""}
    expected = RequestValidator(provider.environment["TWILIO_AUTH_TOKEN"]).compute_signature(url, form)
    assert signature(url, form) == expected
