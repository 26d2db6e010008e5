"""What Twilio's requests say, and that nobody else's are believed."""

from dataclasses import replace

import pytest

from channels_app.receipts import Callback, Consent, Forged, Receipt, Unreadable
from channels_app.sms.channel import SmsChannel
from channels_app.sms.errors import classify_receipt
from channels_app.tags import tag
from tests.channels_app.sms.signing import (
    ACCOUNT,
    DELIVERY,
    ENVIRONMENT,
    INBOUND_URL,
    PHONE,
    ROOT,
    SID,
    STATUS_URL,
    TAG,
    TRY,
    callback,
    inbound_form,
    signature,
    status_callback,
    status_form,
)

DELIVERED = Receipt(
    f"{SID}:delivered", DELIVERY, TRY, "delivered", None, {"sid": SID, "status": "delivered"}, SID
)


def receive(given: Callback) -> list[Receipt | Consent]:
    """What the channel makes of it."""
    return list(SmsChannel.receive(ENVIRONMENT, given))


@pytest.mark.parametrize(
    ("status", "state"),
    [("sent", "accepted"), ("delivered", "delivered"), ("read", "read"), ("undelivered", "undelivered")],
)
def test_status_names_its_try_and_its_event(status: str, state: str) -> None:
    (receipt,) = receive(status_callback(status))
    assert isinstance(receipt, Receipt)
    assert (receipt.event, receipt.delivery_id, receipt.try_no, receipt.state) == (
        f"{SID}:{status}",
        DELIVERY,
        TRY,
        state,
    )


@pytest.mark.parametrize("status", ["accepted", "scheduled", "queued", "sending", "of-tomorrow"])
def test_status_under_way_says_nothing(status: str) -> None:
    assert receive(status_callback(status)) == []


@pytest.mark.parametrize(
    ("status", "code"), [("undelivered", 30003), ("failed", 30005), ("failed", 21610), ("undelivered", 30036)]
)
def test_undelivered_says_why_and_what_follows(status: str, code: int) -> None:
    payload = {"sid": SID, "status": status, "error_code": code}
    assert receive(status_callback(status, str(code))) == [
        Receipt(f"{SID}:{status}", DELIVERY, TRY, "undelivered", classify_receipt(code), payload, SID)
    ]


@pytest.mark.parametrize("code", ["", "none", "-1", "1234567"])
def test_undelivered_without_a_code_goes_by_its_status(code: str) -> None:
    (receipt,) = receive(status_callback("failed", code))
    assert isinstance(receipt, Receipt)
    assert receipt.outcome == classify_receipt(0, "failed")
    assert receipt.payload == {"sid": SID, "status": "failed"}


def test_payload_keeps_the_operators_date_and_neither_phone_nor_text() -> None:
    (receipt,) = receive(status_callback("delivered", RawDlrDoneDate="2611260930", Body="Juan falta"))
    assert isinstance(receipt, Receipt)
    assert receipt.payload == {"sid": SID, "status": "delivered", "done": "2611260930"}


@pytest.mark.parametrize(
    "form",
    [
        {**status_form("delivered"), "MessageSid": "SM1", "SmsSid": "SM1"},
        {**status_form("delivered"), "MessageSid": "", "SmsSid": ""},
        {**status_form("delivered"), "MessageStatus": "", "SmsStatus": ""},
    ],
)
def test_status_of_no_message_is_unreadable(form: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        receive(callback(STATUS_URL, form, TAG))


@pytest.mark.parametrize(
    "url",
    [
        f"{ROOT}/avisos/sms/{TAG}/",
        f"{ROOT}/avisos/sms/{TAG}",
        f"{ROOT}/avisos/sms/{TAG}/?a=1&b=%C3%B1",
        f"{ROOT}:8443/avisos/sms/{TAG}/",
        f"http://plumier.example/sub/avisos/sms/30001/{TAG}/",
    ],
)
def test_signature_is_over_the_address_as_it_was_told(url: str) -> None:
    assert receive(callback(url, status_form("delivered"), TAG)) == [DELIVERED]


@pytest.mark.parametrize(
    ("signed", "told"),
    [
        (f"{ROOT}:443/avisos/sms/", f"{ROOT}/avisos/sms/"),
        ("http://plumier.example:80/avisos/sms/", "http://plumier.example/avisos/sms/"),
        (f"{ROOT}/avisos/sms/", f"{ROOT}:8443/avisos/sms/"),
    ],
)
def test_signature_is_twilios_with_or_without_the_port(signed: str, told: str) -> None:
    assert receive(callback(told, status_form("delivered"), TAG, signed=signed)) == [DELIVERED]


@pytest.mark.parametrize(
    "signed",
    [
        f"{ROOT}/avisos/sms/{TAG}",
        f"{STATUS_URL}?a=1",
        STATUS_URL.replace("https:", "http:"),
        STATUS_URL.replace("plumier.example", "other.example"),
    ],
)
def test_signature_over_another_address_is_forged(signed: str) -> None:
    with pytest.raises(Forged):
        receive(callback(STATUS_URL, status_form("delivered"), TAG, signed=signed))


@pytest.mark.parametrize("text", ["Ñíguez: ¿mañana?", "Con học tốt 🎓", "a=b&c+d %20", "dos\nlíneas"])
def test_signature_is_over_any_letters(text: str) -> None:
    assert receive(status_callback("delivered", Body=text, Empty="")) == [DELIVERED]


def test_signature_is_over_a_name_given_twice() -> None:
    twice = {"A": "1A2", **status_form("delivered")}  # Twilio writes the name before each of its values
    given = callback(STATUS_URL, twice, TAG)
    body = given.body.replace(b"A=1A2", b"A=2&A=1&A=1")
    assert receive(replace(given, body=body)) == [DELIVERED]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-twilio-signature": ""},
        {"x-twilio-signature": "ñ" * 28},
        {"x-twilio-signature": signature(STATUS_URL, status_form("delivered"), token="other")},
        {"x-twilio-signature": signature(STATUS_URL, status_form("read"))},
        {"x-twilio-signature": signature(STATUS_URL, status_form("delivered"), token="")},
    ],
)
def test_missing_or_wrong_signature_is_forged(headers: dict[str, str]) -> None:
    with pytest.raises(Forged):
        receive(replace(status_callback("delivered"), headers=headers))


@pytest.mark.parametrize("missing", ["TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID"])
def test_account_without_its_secret_believes_nothing(missing: str) -> None:
    given = callback(STATUS_URL, status_form("delivered"), TAG)
    empty = {"x-twilio-signature": signature(STATUS_URL, status_form("delivered"), token="")}
    with pytest.raises(Forged):
        SmsChannel.receive({**ENVIRONMENT, missing: ""}, replace(given, headers=empty))


@pytest.mark.parametrize("account", ["AC" + "00" * 16, "", ACCOUNT.upper()])
def test_another_accounts_message_is_forged(account: str) -> None:
    form = {**status_form("delivered"), "AccountSid": account}
    with pytest.raises(Forged):
        receive(callback(STATUS_URL, form, TAG))


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"Body=%FF", b"{}", b"&".join(b"a=%d" % number for number in range(1001))],
)
def test_body_that_twilio_did_not_write_is_forged(body: bytes) -> None:
    with pytest.raises(Forged):
        receive(replace(status_callback("delivered"), body=body))


@pytest.mark.parametrize("given", ["1.1.00000000000000000000", "x", tag("email", DELIVERY, TRY), f"{TAG}0"])
def test_tag_that_is_not_ours_is_forged(given: str) -> None:
    with pytest.raises(Forged):
        receive(callback(STATUS_URL, status_form("delivered"), given))


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        (inbound_form("STOP"), False),
        (inbound_form("  Từ   chối "), False),
        (inbound_form("No escribáis más", OptOutType="STOP"), False),
        (inbound_form("Alta"), True),
        (inbound_form("¡Quiero!", OptOutType="START"), True),
    ],
)
def test_answer_by_sms_can_be_a_wish(form: dict[str, str], wanted: bool) -> None:
    event, code = (f"{SID}:START", "sms.opted_in") if wanted else (f"{SID}:STOP", "sms.21610")
    assert receive(callback(INBOUND_URL, form)) == [Consent(event, PHONE, wanted, code)]


@pytest.mark.parametrize(
    "form",
    [
        inbound_form("Gracias, no hace falta que paren"),
        inbound_form(""),
        inbound_form("AYUDA", OptOutType="HELP"),
        inbound_form("STOP", OptOutType="HELP"),
        inbound_form("STOP", From="whatsapp:+34600123456"),
        inbound_form("STOP", From="2345"),
        status_form("delivered"),
    ],
)
def test_other_answers_say_nothing(form: dict[str, str]) -> None:
    assert receive(callback(INBOUND_URL, form)) == []


def test_wish_without_a_message_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        receive(callback(INBOUND_URL, inbound_form("STOP", MessageSid="")))


def test_forged_wish_is_not_believed() -> None:
    with pytest.raises(Forged):
        receive(callback(INBOUND_URL, inbound_form("STOP"), signed=f"{ROOT}/other/"))
