"""What refusals teach of addresses."""

from datetime import timedelta

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.models import Activation, Strike, Suppression
from channels_app.receipts import Receipt
from notica.addresses import heed_addresses
from notica.late_facts import take
from tests.database import DatabaseClock
from tests.factories.register import link
from tests.notica.rows import claimed, make_account, make_delivery, said
from tests.notica.telling import ACCEPTED, REFUSED, taken

DOUBTFUL = Outcome(OutcomeClass.PERMANENT, "telegram.forbidden", Fault.MESSAGE, strikes=3)
PHONE, CHAT = "+34600000001", "101"


@pytest.fixture
def account(db: None) -> int:
    return make_account()


def test_dead_phone_is_suppressed_once_and_another_account_s_is_not(account: int) -> None:
    delivery, other = taken(account), make_account(owner="30000001")
    make_delivery(other, address=delivery.address, endpoint=delivery.address)
    for _ in range(2):
        heed_addresses([said(claimed(delivery), REFUSED)])
    heed_addresses([said(claimed(delivery), ACCEPTED)])
    rows = list(Suppression.objects.values_list("account_id", "address", "reason"))
    assert rows == [(account, delivery.address, "tokapp.unknown_phone")]


def test_dead_chat_is_blocked_and_the_phone_is_not_suppressed(db: None) -> None:
    link("telegram", "+34600000001", "101")
    link("telegram", "+34600000002", "102")
    bot = make_account("telegram")
    delivery = make_delivery(bot, channel="telegram", address="+34600000001", endpoint="101")
    heed_addresses([said(claimed(delivery), REFUSED)])
    assert list(Activation.objects.order_by("endpoint").values_list("state", flat=True)) == [
        "blocked",
        "linked",
    ]
    assert not Suppression.objects.exists()


def test_chat_that_was_linked_anew_meanwhile_is_not_blocked(db: None) -> None:
    link("telegram", "+34600000001", "202")
    bot = make_account("telegram")
    delivery = make_delivery(bot, channel="telegram", address="+34600000001", endpoint="101")
    heed_addresses([said(claimed(delivery), REFUSED)])
    assert Activation.objects.values_list("state", flat=True).get() == "linked"


def refuse_forbidden(bot: int) -> None:
    delivery = make_delivery(bot, channel="telegram", address=PHONE, endpoint=CHAT)
    heed_addresses([said(claimed(delivery), DOUBTFUL)])


def test_third_doubtful_refusal_on_different_days_suppresses(db: None, database_clock: DatabaseClock) -> None:
    link("telegram", PHONE, CHAT)
    bot = make_account("telegram")
    seen = []
    for _ in range(3):
        for _ in range(5):
            refuse_forbidden(bot)
        seen.append(Activation.objects.get().state)
        database_clock.advance(timedelta(days=1))
    assert seen == ["linked", "linked", "blocked"]


def test_delivery_wipes_out_the_doubtful_refusals(db: None, database_clock: DatabaseClock) -> None:
    link("telegram", PHONE, CHAT)
    bot = make_account("telegram")
    for _ in range(2):
        refuse_forbidden(bot)
        database_clock.advance(timedelta(days=1))
    took = make_delivery(bot, channel="telegram", address=PHONE, endpoint=CHAT)
    heed_addresses([said(claimed(took), ACCEPTED)])
    refuse_forbidden(bot)
    assert (Strike.objects.count(), Activation.objects.get().state) == (1, "linked")


def test_doubtful_refusals_of_another_season_count_no_more(db: None, database_clock: DatabaseClock) -> None:
    link("telegram", PHONE, CHAT)
    bot = make_account("telegram")
    for _ in range(3):
        refuse_forbidden(bot)
        database_clock.advance(timedelta(days=50))
    assert Activation.objects.get().state == "linked"


def told_dead(account: int, event: str) -> None:
    delivery = make_delivery(account, channel="sms", state="accepted", tries=1, address=PHONE, endpoint=PHONE)
    gone = Outcome(OutcomeClass.PERMANENT, "sms.30005", Fault.ADDRESS, strikes=2)
    take("sms", [Receipt(event, delivery.pk, 1, "undelivered", gone)])


def test_operator_s_word_suppresses_a_phone_at_the_second_day(
    db: None, database_clock: DatabaseClock
) -> None:
    account = make_account("sms")
    told_dead(account, "SM1:undelivered")
    assert not Suppression.objects.exists()
    database_clock.advance(timedelta(days=1))
    told_dead(account, "SM2:undelivered")
    assert Suppression.objects.values_list("address", "reason").get() == (PHONE, "sms.30005")


def test_acceptance_is_no_delivery_where_one_is_told_later(db: None) -> None:
    account = make_account("sms")
    told_dead(account, "SM1:undelivered")
    sent = make_delivery(account, channel="sms", address=PHONE, endpoint=PHONE, tries=1)
    heed_addresses([said(claimed(sent), ACCEPTED)])
    assert Strike.objects.count() == 1
    take("sms", [Receipt("SM2:delivered", sent.pk, 1, "delivered")])
    assert Strike.objects.count() == 0


def test_mail_that_bounced_for_good_is_suppressed_at_once_and_once(db: None) -> None:
    account = make_account("email")
    address = "nadie@familia.example"
    delivery = make_delivery(
        account, channel="email", state="accepted", tries=1, address=address, endpoint=address
    )
    dead = Outcome(OutcomeClass.PERMANENT, "smtp.5.1.1", Fault.ADDRESS, suppress=True)
    take("email", [Receipt(name, delivery.pk, 1, "undelivered", dead) for name in ("a", "b")])
    assert Suppression.objects.values_list("address", "reason").get() == (address, "smtp.5.1.1")
