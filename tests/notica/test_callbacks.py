"""Where providers tell of their own accord."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from channels_app.models import ChannelAccount, Suppression
from channels_app.receipts import LARGEST_BODY, Consent, Receipt
from channels_app.tags import tag
from notica import models
from tests.factories.register import make_school
from tests.notica.rows import make_account, make_delivery
from tests.notica.tellers import Teller
from tests.notica.telling import states

ROOT = "https://avisos.example"
PHONE = "+34600000001"


@pytest.fixture(autouse=True)
def teller(db: None, settings: Any) -> Any:
    settings.CHANNELS = {
        "sms": "tests.notica.tellers.Teller",
        "memory": "channels_app.memory.channel.MemoryChannel",
    }
    settings.CHANNEL_ENVIRONMENT = {"TWILIO_AUTH_TOKEN": "ours", "TWILIO_AUTH_TOKEN__30000001": "theirs"}
    settings.CALLBACK_ROOT = ROOT
    Teller.clear()
    return Teller


def post(path: str = "", body: bytes = b"a=1", signature: str = "ours", **more: Any) -> int:
    address = path or reverse("notica:callback", args=["sms"])
    answer = Client(enforce_csrf_checks=True).post(
        address, body, content_type="application/x-www-form-urlencoded", HTTP_X_SIGNATURE=signature, **more
    )
    return answer.status_code


def kept() -> int:
    return models.Receipt.objects.count()


def test_receipt_is_kept_and_applied_once() -> None:
    delivery = make_delivery(make_account("sms"), channel="sms", state="accepted", tries=1)
    Teller.says.append(Receipt("SM1:delivered", delivery.pk, 1, "delivered"))
    path = reverse("notica:try_callback", args=["sms", tag("sms", delivery.pk, 1)])
    assert [post(path), post(path)] == [204, 204]
    assert (states(), kept()) == (["delivered"], 1)


def test_callback_is_seen_as_the_provider_was_told_it() -> None:
    signed = tag("sms", 7, 2)
    path = reverse("notica:try_callback", args=["sms", signed])
    assert post(f"{path}?b=2", HTTP_HOST="localhost") == 204
    (seen,) = Teller.told
    assert (seen.url, seen.tag, seen.body) == (f"{ROOT}{path}?b=2", signed, b"a=1")
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("signature", ["", "theirs", "OURS"])
def test_forged_callback_changes_nothing(signature: str, caplog: pytest.LogCaptureFixture) -> None:
    delivery = make_delivery(make_account("sms"), channel="sms", state="accepted", tries=1)
    Teller.says.append(Receipt("SM1:undelivered", delivery.pk, 1, "undelivered"))
    assert post(signature=signature) == 403
    assert (states(), kept()) == (["accepted"], 0)
    assert [record.getMessage() for record in caplog.records if record.name == "notica.callbacks"] == [
        "a forged callback of sms is refused"
    ]


def test_callback_of_an_own_account_needs_its_own_secret() -> None:
    path = reverse("notica:own_callback", args=["sms", "30000001"])
    assert [post(path), post(path, signature="theirs")] == [403, 204]


@pytest.mark.parametrize(
    "path",
    ["/avisos/memory/", "/avisos/email/", "/avisos/fax/", "/avisos/sms/30000002/", "/avisos/sms/1.1.zz/"],
)
def test_account_that_there_is_not_has_no_callbacks(path: str) -> None:
    assert post(path) == 404


def test_body_is_read_to_a_megabyte() -> None:
    assert post(body=b"a" * LARGEST_BODY) == 204
    assert post(body=b"a" * (LARGEST_BODY + 1)) == 413
    assert [len(seen.body) for seen in Teller.told] == [LARGEST_BODY]


def test_announced_length_that_is_too_much_is_refused_unread() -> None:
    assert post(CONTENT_LENGTH=str(50 * LARGEST_BODY)) == 413
    assert post(CONTENT_LENGTH="many") == 413


def test_callback_that_is_not_understood_is_said_to_be_so() -> None:
    assert post(body=b"?") == 400


def test_callback_is_posted() -> None:
    assert Client().get(reverse("notica:callback", args=["sms"])).status_code == 405


def test_whoever_writes_stop_is_suppressed_until_she_writes_start() -> None:
    account = make_account("sms")
    Teller.says[:] = [Consent("in1", PHONE, wanted=False, code="sms.stop")]
    assert post() == 204
    assert Suppression.objects.values_list("account_id", "address", "reason").get() == (
        *(account, PHONE),
        "sms.stop",
    )
    Teller.says[:] = [Consent("in2", PHONE, wanted=True, code="sms.start")]
    assert post() == 204
    assert not Suppression.objects.exists()


def test_stop_that_is_told_again_after_start_does_nothing() -> None:
    stop = Consent("in1", PHONE, wanted=False, code="sms.stop")
    start = Consent("in2", PHONE, wanted=True, code="sms.start")
    for one in (stop, start, stop):
        Teller.says[:] = [one]
        post()
    assert not Suppression.objects.exists()


def test_stop_is_towards_the_sender_that_it_was_written_to() -> None:
    make_account("sms")
    make_school("30000001")
    Teller.says[:] = [Consent("in1", PHONE, wanted=False, code="sms.stop")]
    post(reverse("notica:own_callback", args=["sms", "30000001"]), signature="theirs")
    assert list(Suppression.objects.values_list("account__owner", "address")) == [("30000001", PHONE)]
    assert ChannelAccount.objects.filter(channel="sms").count() == 2


def test_stop_to_a_school_whose_code_has_capitals_is_of_its_account(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {"TWILIO_AUTH_TOKEN__IESRIBERA": "theirs"}
    make_school("IesRibera")
    Teller.says[:] = [Consent("in1", PHONE, wanted=False, code="sms.stop")]
    assert post(reverse("notica:own_callback", args=["sms", "iesribera"]), signature="theirs") == 204
    assert list(ChannelAccount.objects.values_list("owner", flat=True)) == ["IesRibera"]
    assert list(Suppression.objects.values_list("account__owner", "address")) == [("IesRibera", PHONE)]


def test_stop_to_a_school_that_there_is_not_is_of_no_account() -> None:
    Teller.says[:] = [Consent("in1", PHONE, wanted=False, code="sms.stop")]
    assert post(reverse("notica:own_callback", args=["sms", "30000001"]), signature="theirs") == 204
    assert not ChannelAccount.objects.exists()
