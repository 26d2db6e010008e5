"""Whether an unanswered send goes out again: the school's rule for the kind, its rule for all, the channel's own."""

from datetime import timedelta
from typing import Any

import pytest

from notica import claiming
from notica.models import Delivery, Message, UncertainRule
from notica.overdue import cancel_rows, close_steps, reap, resolve_uncertain
from notica.settling import settle
from plumier.models import School
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.answering import CONFIGURED, REFUSED, SILENT, answer
from tests.notica.rows import make_account, make_delivery
from tests.notica.stories import outcomes, send_to, trail
from tests.notica.telling import states, taken

PHONE_1, PHONE_2 = "+34600000001", "+34600000002"


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def message(school: School) -> Message:
    """To Marta: TokApp on her first phone, then on her second."""
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"phone_1": PHONE_1, "phone_2": PHONE_2})])
    return send_to(school, make_director(school), groups=[group])


def rule(school: School, kind: str, *, resend: bool, channel: str = "tokapp") -> None:
    UncertainRule.objects.create(school=school, channel=channel, kind=kind, resend=resend)


def unanswered(message: Message, clock: DatabaseClock) -> str:
    """What becomes of its delivery when no answer came."""
    answer("tokapp", SILENT)
    clock.advance(timedelta(seconds=31))
    resolve_uncertain()
    return str(Delivery.objects.filter(message_id=message.pk).values_list("state", flat=True).get())


@pytest.mark.parametrize(
    ("rules", "state"),
    [
        ({}, "ready"),
        ({"": False}, "sent_unconfirmed"),
        ({"": True}, "ready"),
        ({"message": False}, "sent_unconfirmed"),
        ({"": True, "message": False}, "sent_unconfirmed"),
        ({"": False, "message": True}, "ready"),
        ({"absence": False}, "ready"),
        ({"": False, "absence": True}, "sent_unconfirmed"),
    ],
)
def test_rule_of_the_kind_wins_over_that_of_all_and_that_over_the_channel_s(
    message: Message, school: School, database_clock: DatabaseClock, rules: dict[str, bool], state: str
) -> None:
    for kind, resend in rules.items():
        rule(school, kind, resend=resend)
    assert unanswered(message, database_clock) == state


def test_rule_of_another_school_or_channel_does_not_count(
    message: Message, school: School, database_clock: DatabaseClock
) -> None:
    rule(make_school("30000002"), "", resend=False)
    rule(school, "", resend=False, channel="email")
    assert unanswered(message, database_clock) == "ready"


def test_no_rule_sends_a_third_time(message: Message, school: School, database_clock: DatabaseClock) -> None:
    rule(school, "", resend=True)
    assert unanswered(message, database_clock) == "ready"
    answer("tokapp", SILENT)
    assert trail(message)[0][3] == "sent_unconfirmed"


def test_row_whose_message_is_gone_is_judged_by_the_rule_for_all(
    school: School, database_clock: DatabaseClock
) -> None:
    rule(school, "", resend=False)
    make_delivery(make_account(), school_id=school.pk, state="uncertain", tries=1, uncertain_count=1)
    resolve_uncertain()
    assert states() == ["sent_unconfirmed"]


def test_rows_named_by_their_ids_are_judged_at_once_and_no_others(
    db: None, database_clock: DatabaseClock
) -> None:
    later = database_clock.now() + timedelta(hours=1)
    fields = {"channel": "sms", "state": "uncertain", "tries": 1, "uncertain_count": 1, "not_before": later}
    named, other = (make_delivery(make_account("sms"), **fields) for _ in range(2))
    ended = make_delivery(make_account("sms"), channel="sms", state="accepted", tries=1)
    assert resolve_uncertain([named.pk, ended.pk]) == [named.recipient_id]
    assert (states(), resolve_uncertain([])) == (["sent_unconfirmed", "uncertain", "accepted"], [])
    assert other.state == "uncertain"


def test_worker_lost_with_a_row_makes_it_a_suspect(db: None, database_clock: DatabaseClock) -> None:
    account = make_account()
    taken(account)
    for crashes in (1, 2):
        database_clock.advance(timedelta(seconds=claiming.LEASE + 1))
        reap()
        assert Delivery.objects.values_list("crashes", "uncertain_count").get() == (crashes, crashes)
        resolve_uncertain()
        claiming.claim(account, claiming.Room(5, 5))
    assert states() == ["sent_unconfirmed"]


def test_unanswered_step_gives_way_to_the_next(
    message: Message, school: School, database_clock: DatabaseClock
) -> None:
    rule(school, "", resend=False)
    unanswered(message, database_clock)
    settle(message.recipients.values_list("pk", flat=True))
    assert trail(message) == [(1, "tokapp", PHONE_1, "sent_unconfirmed"), (2, "tokapp", PHONE_2, "ready")]


def test_cancelled_rows_end_and_what_went_out_without_an_answer_stays_unconfirmed(db: None) -> None:
    account = make_account()
    for state in ("ready", "sending", "uncertain", "accepted", "failed"):
        make_delivery(account, message_id=7, state=state, tries=1, lease=60 if state == "sending" else None)
    make_delivery(account)
    assert len(cancel_rows(7)) == 2
    assert states() == ["cancelled", "sending", "sent_unconfirmed", "accepted", "failed", "ready"]
    assert (cancel_rows(7), Delivery.objects.filter(reason="cancelled").count()) == ([], 2)


def test_row_cancelled_after_a_try_without_an_answer_is_not_called_cancelled(
    message: Message, database_clock: DatabaseClock
) -> None:
    """The first copy may have arrived."""
    assert unanswered(message, database_clock) == "ready"
    Message.objects.filter(pk=message.pk).update(
        state="cancelled", cancelled_at=database_clock.now(), cancelled_by=message.sender_id
    )
    settle(cancel_rows(message.pk))
    assert (trail(message)[0][3], outcomes(message)) == (
        "sent_unconfirmed",
        [("Marta Gil", "unconfirmed", "cancelled")],
    )


def test_row_expired_after_a_try_without_an_answer_is_not_called_expired(
    message: Message, database_clock: DatabaseClock
) -> None:
    assert unanswered(message, database_clock) == "ready"
    database_clock.advance(timedelta(hours=5))
    settle(close_steps())
    answer("tokapp", REFUSED)
    assert [row[1] for row in outcomes(message)] == ["unconfirmed"]


def test_step_is_not_closed_while_its_send_is_under_way(
    message: Message, database_clock: DatabaseClock
) -> None:
    Delivery.objects.update(state="sending", lease_until=database_clock.now() + timedelta(days=1))
    database_clock.advance(timedelta(hours=5))
    assert (close_steps(), trail(message)[0][3]) == ([], "sending")
