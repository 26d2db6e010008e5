"""What is not heard of in time, and what comes back."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.receipts import NotAsked, Receipt
from notica import models, poller
from notica.delivery import drain
from notica.late_facts import take
from notica.models import Delivery, Message, Recipient
from plumier.models import Group, School, SchoolPolicy
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.stories import outcomes, send_to, trail
from tests.notica.tellers import TELLING, Teller

FATHER, FATHER_2, MOTHER = "+34600000001", "+34600000002", "+34600000003"
QUARTER = timedelta(minutes=15, seconds=1)


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    settings.CHANNELS = {"sms": "tests.notica.tellers.Teller"}
    settings.CHANNEL_ENVIRONMENT = {"TWILIO_AUTH_TOKEN": "ours"}
    Teller.clear()
    for phone in (FATHER, FATHER_2, MOTHER):
        Teller.script(phone, *[TELLING] * 5)
    return make_school()


@pytest.fixture
def message(school: School) -> Message:
    """An SMS to Luis's family: the father's two phones, then the mother's."""
    parents = [
        Parent("Paco Gil", relation="father", contacts={"phone_1": FATHER, "phone_2": FATHER_2}),
        Parent("Marta Sanz", relation="mother", contacts={"phone_1": MOTHER}),
    ]
    student = make_student(make_group(school), "Luis Gil", parents)
    return send_to(school, make_director(school), students=[student], way="sms")


def another(message: Message, number: int) -> Message:
    """The same to another family, with two phones."""
    phones = {f"phone_{slot}": f"+3460001{number}{slot:02d}" for slot in (1, 2)}
    for phone in phones.values():
        Teller.script(phone, *[TELLING] * 5)
    group = Group.objects.get(school=message.school_id)
    student = make_student(group, f"Ana {number}", [Parent(f"Pepa {number}", contacts=phones)])
    assert message.sender is not None
    return send_to(message.school, message.sender, students=[student], way="sms")


def sms() -> None:
    drain("sms", linger=False)


def first() -> Delivery:
    return Delivery.objects.get(step=1)


def tell(state: Any, outcome: Outcome | None = None, event: str = "") -> None:
    delivery = Delivery.objects.latest("pk")
    take("sms", [Receipt(event or f"{delivery.pk}:{state}", delivery.pk, delivery.tries, state, outcome)])


def outcome_of(message: Message) -> str:
    return outcomes(message)[0][1]


def test_silence_of_a_quarter_opens_the_next_step(message: Message, database_clock: DatabaseClock) -> None:
    sms()
    assert (trail(message), outcome_of(message)) == ([(1, "sms", FATHER, "accepted")], "reached")
    database_clock.advance(QUARTER)
    sms()
    assert trail(message) == [(1, "sms", FATHER, "sent_unconfirmed"), (2, "sms", FATHER_2, "accepted")]
    assert (Teller.asked, first().reason) == ([first().pk], "no_receipt")
    assert Message.objects.filter(kind="acuse").count() == 1


def test_word_that_came_in_time_opens_nothing(message: Message, database_clock: DatabaseClock) -> None:
    sms()
    tell("delivered")
    database_clock.advance(QUARTER)
    sms()
    poller.tick()
    assert (trail(message), Teller.asked) == ([(1, "sms", FATHER, "delivered")], [])


def test_word_that_comes_late_is_recorded(message: Message, database_clock: DatabaseClock) -> None:
    sms()
    late = Receipt("late", first().pk, 1, "delivered")
    database_clock.advance(QUARTER)
    sms()
    take("sms", [late])
    assert trail(message) == [(1, "sms", FATHER, "delivered"), (2, "sms", FATHER_2, "accepted")]
    assert outcome_of(message) == "reached"


def test_who_is_asked_and_knows_is_believed(message: Message, database_clock: DatabaseClock) -> None:
    """Where no callback can reach us, the provider is asked."""
    sms()
    Teller.answers[first().pk] = Receipt("SM1:delivered", first().pk, 1, "delivered")
    database_clock.advance(QUARTER)
    sms()
    assert trail(message) == [(1, "sms", FATHER, "delivered")]


def test_silence_in_the_last_step_changes_nothing(message: Message, database_clock: DatabaseClock) -> None:
    for _ in range(4):
        sms()
        database_clock.advance(QUARTER)
    assert trail(message) == [
        (1, "sms", FATHER, "sent_unconfirmed"),
        (2, "sms", FATHER_2, "sent_unconfirmed"),
        (3, "sms", MOTHER, "accepted"),
    ]
    assert (outcome_of(message), Delivery.objects.exclude(receipt_by=None).count()) == ("reached", 0)


def test_clock_closes_what_nobody_could_ask_for(message: Message, database_clock: DatabaseClock) -> None:
    sms()
    database_clock.advance(QUARTER)
    poller.tick()
    assert trail(message) == [(1, "sms", FATHER, "accepted")]
    database_clock.advance(timedelta(minutes=10))
    poller.tick()
    assert trail(message)[0] == (1, "sms", FATHER, "sent_unconfirmed")
    assert trail(message)[1][:3] == (2, "sms", FATHER_2)


SOFT = Outcome(OutcomeClass.NOT_PROCESSED, "sms.30003", Fault.ADDRESS, retry_after=900)
GONE = Outcome(OutcomeClass.PERMANENT, "sms.30005", Fault.ADDRESS, strikes=2)
TOO_LATE = Outcome(OutcomeClass.NOT_PROCESSED, "sms.30036", Fault.MESSAGE)


def test_phone_that_was_off_is_tried_once_more_and_then_the_next(
    message: Message, database_clock: DatabaseClock
) -> None:
    sms()
    tell("undelivered", SOFT)
    message.refresh_from_db()
    assert (trail(message), outcome_of(message)) == ([(1, "sms", FATHER, "ready")], "")
    assert message.state == "sending"
    assert Recipient.objects.get().step_deadline_at is not None
    sms()
    assert len(Teller.tries) == 1
    database_clock.advance(timedelta(minutes=15, seconds=1))
    sms()
    tell("undelivered", SOFT, "second")
    assert trail(message) == [(1, "sms", FATHER, "undelivered"), (2, "sms", FATHER_2, "ready")]


def test_phone_that_is_gone_opens_the_next_step_at_once(message: Message) -> None:
    sms()
    tell("undelivered", GONE)
    assert trail(message) == [(1, "sms", FATHER, "undelivered"), (2, "sms", FATHER_2, "ready")]
    assert outcome_of(message) == ""


def test_soft_word_after_the_next_step_was_opened_tries_nothing_again(
    message: Message, database_clock: DatabaseClock
) -> None:
    sms()
    database_clock.advance(QUARTER)
    sms()
    take("sms", [Receipt("late", first().pk, 1, "undelivered", SOFT)])
    assert trail(message) == [(1, "sms", FATHER, "undelivered"), (2, "sms", FATHER_2, "accepted")]


def test_sms_that_came_too_late_by_day_gives_way(message: Message) -> None:
    sms()
    tell("undelivered", TOO_LATE)
    assert trail(message)[0] == (1, "sms", FATHER, "undelivered")


def test_sms_that_the_night_cut_short_goes_again_in_the_morning(
    school: School, message: Message, database_clock: DatabaseClock
) -> None:
    sms()
    database_clock.set(datetime(2026, 11, 10, 21, 5, tzinfo=UTC))
    SchoolPolicy.objects.filter(school=school).update(quiet_from=time(22), quiet_until=time(6))
    Delivery.objects.update(expires_at="2026-11-12T22:00:00+01:00")
    tell("undelivered", TOO_LATE)
    sms()
    assert (trail(message), len(Teller.tries)) == ([(1, "sms", FATHER, "ready")], 1)
    assert first().not_before.isoformat() == "2026-11-11T05:00:00+00:00"
    database_clock.set(datetime(2026, 11, 10, 23, 30, tzinfo=UTC))
    poller.tick()
    database_clock.set(datetime(2026, 11, 11, 5, 1, tzinfo=UTC))
    sms()
    assert trail(message) == [(1, "sms", FATHER, "accepted")]


def test_late_word_that_it_was_sent_does_not_undo_a_silence(
    message: Message, database_clock: DatabaseClock
) -> None:
    """Else nobody would look further when the second phone is gone, and the mother would hear nothing."""
    sms()
    late = Receipt("SM1:sent", first().pk, 1, "accepted")
    database_clock.advance(QUARTER)
    sms()
    take("sms", [late])
    tell("undelivered", GONE, "second")
    sms()
    assert trail(message) == [
        (1, "sms", FATHER, "sent_unconfirmed"),
        (2, "sms", FATHER_2, "undelivered"),
        (3, "sms", MOTHER, "accepted"),
    ]


LOST = Outcome(OutcomeClass.UNCERTAIN, "network.timeout")


def test_send_whose_answer_was_lost_and_that_was_found_is_waited_for_too(
    message: Message, database_clock: DatabaseClock
) -> None:
    Teller.clear()
    Teller.script(FATHER, LOST)
    Teller.script(FATHER_2, TELLING)
    sms()
    take("sms", [Receipt("SM7:sent", first().pk, 1, "accepted", provider_id="SM7")])
    assert (first().state, first().provider_id) == ("accepted", "SM7")
    database_clock.advance(QUARTER)
    sms()
    assert trail(message) == [(1, "sms", FATHER, "sent_unconfirmed"), (2, "sms", FATHER_2, "accepted")]


def test_word_that_it_was_sent_after_it_came_back_does_not_hide_that(
    message: Message, database_clock: DatabaseClock
) -> None:
    Teller.clear()
    Teller.script(FATHER, LOST, TELLING)
    sms()
    take("sms", [Receipt("SM7:undelivered", first().pk, 1, "undelivered", SOFT)])
    take("sms", [Receipt("SM7:sent", first().pk, 1, "accepted")])
    assert (first().state, first().returned) == ("ready", 1)


def test_provider_that_cannot_be_asked_is_asked_again_and_nobody_else_is_written_to(
    message: Message, database_clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*args: Any) -> None:
        raise NotAsked

    monkeypatch.setattr(Teller, "ask_receipt", down)
    sms()
    for _ in range(5):
        database_clock.advance(timedelta(minutes=3, seconds=1))
        sms()
        poller.tick()
    assert trail(message) == [(1, "sms", FATHER, "accepted")]
    database_clock.advance(timedelta(minutes=16))
    sms()
    assert trail(message)[0] == (1, "sms", FATHER, "sent_unconfirmed")


def test_who_has_received_it_is_written_to_no_further(
    school: School, message: Message, database_clock: DatabaseClock
) -> None:
    """Silence in the evening opens a step for the morning; the word that it arrived comes first."""
    database_clock.set(datetime(2026, 11, 10, 20, 50, tzinfo=UTC))
    Delivery.objects.update(
        not_before=database_clock.now(), expires_at=database_clock.now() + timedelta(days=2)
    )
    sms()
    SchoolPolicy.objects.filter(school=school).update(quiet_from=time(22), quiet_until=time(6))
    database_clock.advance(QUARTER)
    sms()
    take("sms", [Receipt("late", first().pk, 1, "delivered")])
    database_clock.set(datetime(2026, 11, 11, 5, 1, tzinfo=UTC))
    sms()
    assert trail(message) == [(1, "sms", FATHER, "delivered"), (2, "sms", FATHER_2, "cancelled")]
    assert (outcome_of(message), len(Teller.tries)) == ("reached", 1)


def test_who_has_received_it_is_not_tried_again_at_another_phone(
    message: Message, database_clock: DatabaseClock
) -> None:
    sms()
    database_clock.advance(QUARTER)
    sms()
    take("sms", [Receipt("late", first().pk, 1, "delivered")])
    tell("undelivered", SOFT)
    assert trail(message) == [(1, "sms", FATHER, "delivered"), (2, "sms", FATHER_2, "undelivered")]


def test_one_that_breaks_the_looking_holds_up_no_other(
    message: Message, database_clock: DatabaseClock
) -> None:
    others = [another(message, number) for number in range(2)]
    sms()
    Message.objects.filter(pk=others[0].pk).update(kind="retired")
    database_clock.advance(QUARTER)
    sms()
    assert [trail(one)[0][3] for one in (message, *others)] == [
        "sent_unconfirmed",
        "accepted",
        "sent_unconfirmed",
    ]


def test_receipt_that_breaks_the_settling_holds_up_no_other(
    message: Message, database_clock: DatabaseClock
) -> None:
    others = [another(message, number) for number in range(2)]
    sms()
    Message.objects.filter(pk=others[0].pk).update(kind="retired")
    rows = {row.message_id: row for row in Delivery.objects.all()}
    told = [
        Receipt(f"e{one.pk}", rows[one.pk].pk, 1, "undelivered", SOFT if one == others[0] else GONE)
        for one in (others[0], message, others[1])
    ]
    take("sms", told)
    assert [len(trail(one)) for one in (message, *others)] == [2, 1, 2]
    assert models.Receipt.objects.filter(applied_at=None).count() == 0
