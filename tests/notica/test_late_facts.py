"""What providers tell later, in whatever order and however often."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any, cast

import pytest
from django.db import transaction

from channels_app.base import Outcome, OutcomeClass
from channels_app.receipts import Receipt as Told
from channels_app.receipts import State
from notica.late_facts import apply_waiting
from notica.late_facts import take as take_from
from notica.models import Delivery, Message, Receipt, Recipient
from notica.outbox import record
from notica.overdue import resolve_uncertain
from notica.progress import totals
from plumier.models import School
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.answering import ACCEPTED, CONFIGURED, answer, write_back
from tests.notica.answering import take as take_due
from tests.notica.rows import at_once, claim_some, make_account, make_delivery, said, while_waiting
from tests.notica.stories import outcomes, send_to, trail
from tests.notica.telling import SILENT, states, taken, tell

PHONE_1, PHONE_2 = "+34600000001", "+34600000002"


@pytest.fixture
def account(db: None) -> int:
    return make_account("sms")


def in_state(state: str, **fields: Any) -> Delivery:
    return make_delivery(make_account("sms"), channel="sms", state=state, **{"tries": 1, **fields})


def take(told: Sequence[Told]) -> None:
    take_from("sms", told)


def fact(
    delivery: Delivery, state: str, try_no: int | None = None, event: str = "", reason: str = ""
) -> Told:
    try_no = delivery.tries if try_no is None else try_no
    why = Outcome(OutcomeClass.PERMANENT, reason) if reason else None
    return Told(event or f"{delivery.pk}-{state}-{try_no}", delivery.pk, try_no, cast(State, state), why)


def waiting() -> int:
    return Receipt.objects.filter(applied_at=None).count()


def test_receipt_is_kept_as_it_came(account: int) -> None:
    delivery = in_state("accepted")
    take([Told("SM1-delivered", delivery.pk, 1, "delivered", payload={"MessageStatus": "delivered"})])
    kept = Receipt.objects.get()
    assert (kept.channel, kept.event, kept.message_id) == ("sms", "SM1-delivered", delivery.message_id)
    assert (kept.delivery_id, kept.try_no, kept.state) == (delivery.pk, 1, "delivered")
    assert kept.payload == {"MessageStatus": "delivered"}
    assert kept.applied_at is not None
    assert states() == ["delivered"]


def test_same_event_again_is_nothing(account: int) -> None:
    delivery = in_state("accepted")
    take([fact(delivery, "delivered", event="e1")] * 3)
    take([fact(delivery, "undelivered", event="e1")])
    assert (Receipt.objects.count(), states()) == (1, ["delivered"])


def test_nothing_told_is_nothing(account: int) -> None:
    take([])
    assert Receipt.objects.count() == 0


STORY = ("accepted", "delivered", "read", "undelivered")


@pytest.mark.parametrize("order", list(permutations(STORY)))
@pytest.mark.parametrize("together", [True, False])
def test_best_fact_holds_in_whatever_order_they_come(
    account: int, order: Sequence[str], together: bool
) -> None:
    delivery = in_state("uncertain", uncertain_count=1)
    facts = [fact(delivery, state) for state in order]
    for part in [facts] if together else [[one] for one in facts]:
        take(part)
    assert (states(), waiting()) == (["read"], 0)


@pytest.mark.parametrize("order", [("accepted", "undelivered"), ("undelivered", "accepted")])
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("state", ["accepted", "uncertain", "sent_unconfirmed"])
def test_not_delivered_is_not_hidden_by_having_been_taken(
    account: int, order: Sequence[str], together: bool, state: str
) -> None:
    delivery = in_state(state)
    facts = [fact(delivery, one, reason="sms.30003" * (one == "undelivered")) for one in order]
    for part in [facts] if together else [[one] for one in facts]:
        take(part)
    assert list(Delivery.objects.values_list("state", "reason")) == [("undelivered", "sms.30003")]


@pytest.mark.parametrize(
    "state", ["delivered", "read", "failed", "cancelled", "expired", "suppressed", "quarantined"]
)
def test_worse_or_strange_fact_changes_nothing(account: int, state: str) -> None:
    delivery = in_state(state)
    take([fact(delivery, "undelivered"), fact(delivery, "accepted")])
    assert (states(), waiting()) == ([state], 0)


def test_read_is_not_taken_back_to_delivered(account: int) -> None:
    delivery = in_state("read")
    take([fact(delivery, "delivered")])
    assert states() == ["read"]


def test_undelivered_of_an_earlier_try_says_nothing_of_the_last(account: int) -> None:
    delivery = in_state("accepted", tries=2)
    take([fact(delivery, "undelivered", 1, reason="old")])
    assert states() == ["accepted"]
    take([fact(delivery, "undelivered", 1, event="again"), fact(delivery, "undelivered", 2)])
    assert states() == ["undelivered"]


def test_delivered_holds_whichever_try_it_is_of(account: int) -> None:
    delivery = in_state("uncertain", tries=2)
    take([fact(delivery, "delivered", 1), fact(delivery, "undelivered", 2)])
    assert states() == ["delivered"]


@pytest.mark.parametrize("state", ["accepted", "delivered", "read"])
def test_fact_of_an_unanswered_try_stops_the_copy_not_yet_sent(account: int, state: str) -> None:
    delivery = in_state("ready", uncertain_count=1)
    take([fact(delivery, state)])
    assert states() == [state]


@pytest.mark.parametrize("state", ["accepted", "delivered", "read"])
def test_row_that_never_went_unanswered_is_not_ended_by_a_fact(account: int, state: str) -> None:
    take([fact(in_state("ready", tries=0), state)])
    assert states() == ["ready"]


@pytest.mark.parametrize(
    ("told", "after"),
    [
        (["delivered"], "delivered"),
        (["accepted", "undelivered"], "undelivered"),
        (["undelivered", "read"], "read"),
        (["accepted"], "accepted"),
    ],
)
def test_fact_before_our_own_record_is_applied_after_it(account: int, told: list[str], after: str) -> None:
    delivery = taken(account, channel="sms")
    for state in told:
        take([fact(delivery, state)])
    assert (states(), waiting()) == (["sending"], len(told))
    tell(delivery, ACCEPTED)
    apply_waiting()
    assert (states(), waiting()) == ([after], 0)


def test_fact_before_a_lost_answer_saves_the_second_copy(account: int, database_clock: DatabaseClock) -> None:
    delivery = taken(account, channel="sms")
    take([fact(delivery, "accepted")])
    tell(delivery, SILENT)
    apply_waiting()
    resolve_uncertain([delivery.pk])
    assert states() == ["accepted"]


def test_what_waits_for_one_send_holds_up_no_other(account: int) -> None:
    flying = taken(account, channel="sms")
    take([fact(flying, "delivered"), fact(in_state("accepted"), "delivered")])
    assert (states(), waiting()) == (["sending", "delivered"], 1)


def test_unknown_delivery_is_kept_and_stops_nothing(account: int) -> None:
    known = in_state("accepted")
    take([Told("stray", 999_999_999, 1, "delivered"), fact(known, "delivered")])
    stray = Receipt.objects.get(event="stray")
    assert (stray.message_id, stray.delivery_id, stray.applied_at is not None) == (None, 999_999_999, True)
    assert states() == ["delivered"]


def test_ten_copies_at_once_are_one(transactional_db: None) -> None:
    rows = [in_state("accepted") for _ in range(5)]
    facts = [fact(row, state) for row in rows for state in ("undelivered", "delivered", "accepted")]
    turned = [facts[number:] + facts[:number] for number in range(10)]
    at_once(*(lambda part=part: take(part) for part in turned))
    assert (Receipt.objects.count(), waiting(), states()) == (15, 0, ["delivered"] * 5)


def test_ten_different_facts_at_once_end_with_the_best(transactional_db: None) -> None:
    delivery = in_state("accepted")
    facts = [fact(delivery, state, event=f"e{n}-{state}") for n in range(3) for state in STORY[1:]]
    at_once(*(lambda one=one: take([one]) for one in facts))
    apply_waiting()
    assert (states(), waiting()) == (["read"], 0)


def test_fact_that_meets_a_claim_waits_for_what_it_comes_to(transactional_db: None) -> None:
    """The receipt is looked at while its row is being claimed, and waits for the claim's lock."""
    account = make_account("sms")
    delivery = in_state("ready", uncertain_count=1)
    transaction.set_autocommit(False)
    try:
        (claim,) = claim_some(account, 1)
        while_waiting(lambda: take([fact(delivery, "delivered", 1)]), transaction.commit)
    finally:
        transaction.set_autocommit(True)
    assert (states(), waiting()) == (["sending"], 1)
    record([said(claim, ACCEPTED)])
    apply_waiting()
    assert (states(), waiting()) == (["delivered"], 0)


@pytest.fixture
def message(transactional_db: None, settings: Any) -> Message:
    """To Marta: TokApp on her first phone, then on her second."""
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    school: School = make_school()
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": PHONE_1, "phone_2": PHONE_2})])
    return send_to(school, make_director(school), groups=[group])


def the_delivery(message: Message, step: int = 1) -> Delivery:
    return Delivery.objects.get(message_id=message.pk, step=step)


def acuses() -> int:
    return Message.objects.filter(kind="acuse").count()


def test_undelivered_after_the_end_opens_the_next_step_and_makes_no_second_acuse(message: Message) -> None:
    answer("tokapp", ACCEPTED)
    message.refresh_from_db()
    assert (message.state, acuses(), totals(message.pk)) == ("finished", 1, {"reached": 1})
    take([fact(the_delivery(message), "undelivered", reason="30005")])
    message.refresh_from_db()
    assert (message.state, message.finished_at, totals(message.pk)) == ("sending", None, {"": 1})
    assert trail(message) == [(1, "tokapp", PHONE_1, "undelivered"), (2, "tokapp", PHONE_2, "ready")]
    answer("tokapp", ACCEPTED)
    message.refresh_from_db()
    assert (message.state, acuses(), totals(message.pk)) == ("finished", 1, {"reached": 1})


def test_undelivered_in_the_last_step_ends_failed_and_late_delivery_reaches(message: Message) -> None:
    answer("tokapp", ACCEPTED)
    take([fact(the_delivery(message), "undelivered")])
    answer("tokapp", ACCEPTED)
    take([fact(the_delivery(message, 2), "undelivered", reason="30003")])
    message.refresh_from_db()
    assert (outcomes(message), message.state) == ([("Marta Gil", "failed", "30003")], "finished")
    take([fact(the_delivery(message), "delivered")])
    message.refresh_from_db()
    assert (outcomes(message), message.state) == ([("Marta Gil", "reached", "")], "finished")
    assert (totals(message.pk), acuses()) == ({"reached": 1}, 1)


def test_delivery_told_while_the_copy_flies_counts_when_it_is_recorded(message: Message) -> None:
    sent = take_due("tokapp", ACCEPTED)
    take([fact(the_delivery(message), "read")])
    assert outcomes(message) == [("Marta Gil", "", "")]
    write_back(sent)
    apply_waiting()
    assert (trail(message)[0][3], outcomes(message)) == ("read", [("Marta Gil", "reached", "")])


def test_undelivered_while_another_channel_reached_changes_nothing(message: Message) -> None:
    answer("tokapp", ACCEPTED)
    row = the_delivery(message)
    make_delivery(
        make_account("telegram"),
        channel="telegram",
        state="delivered",
        tries=1,
        message_id=row.message_id,
        recipient_id=row.recipient_id,
    )
    take([fact(row, "undelivered")])
    assert outcomes(message) == [("Marta Gil", "reached", "")]
    assert Recipient.objects.get(message=message).step == 1
