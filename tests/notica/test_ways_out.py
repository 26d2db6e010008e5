"""The ways out from end to end: the engine, a web server, and providers that call it, come back, refuse and repeat.

The providers are the sandbox, over the wire alone; its log says what it took and what it told.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test.testcases import LiveServerThread

from channels_app.models import Suppression
from notica import bounces, late_facts, poller
from notica.delivery import drain
from notica.models import Delivery, Message, Receipt
from plumier.models import Group, School, Student, User
from tests.database import DatabaseClock
from tests.factories.register import Parent, link, make_director, make_group, make_school, make_student
from tests.notica.stories import outcomes, send_to, trail
from tests.providers.sandbox import Entry, Sandbox

FATHER, FATHER_2, MOTHER = "+34600000001", "+34600000002", "+34600000003"
FATHER_MAIL, MOTHER_MAIL = "paco@familia.example", "marta@familia.example"


class Story:
    """Luis's family, the school's director, and the providers."""

    def __init__(self, school: School, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.school = school
        self.director: User = make_director(school)
        self.group: Group = make_group(school)
        parents = [
            Parent("Paco Gil", "father", {"phone_1": FATHER, "phone_2": FATHER_2, "email": FATHER_MAIL}),
            Parent("Marta Sanz", "mother", {"phone_1": MOTHER, "email": MOTHER_MAIL}),
        ]
        self.student: Student = make_student(self.group, "Luis Gil", parents)

    def send(self, way: str) -> Message:
        message = send_to(self.school, self.director, students=[self.student], way=way)
        drain(way, linger=False)
        return message

    def last_sms(self) -> Entry:
        return self.sandbox.taken("sms")[-1]

    def tell(self, status: str, **more: Any) -> list[int]:
        """Twilio tells of the last SMS."""
        answers = self.sandbox.receipt(self.last_sms()["provider_id"], status, **more)
        late_facts.apply_waiting()
        return answers


@pytest.fixture
def story(transactional_db: None, settings: Any, live_server: LiveServerThread, sandbox: Sandbox) -> Story:
    settings.CALLBACK_ROOT = live_server.url
    settings.PUBLIC_URL = live_server.url
    return Story(make_school(), sandbox)


def test_sms_is_received_when_twilio_says_so_however_often_and_in_whatever_order(story: Story) -> None:
    story.sandbox.rule(
        "sms", "receipt", statuses=["sent", "delivered"], after=0, repeat=3, shuffle=True, address=FATHER
    )
    message = story.send("sms")
    told = story.sandbox.wait_for_told(6, "receipt")
    late_facts.apply_waiting()
    assert {answer["status"] for answer in told} == {204}
    assert trail(message) == [(1, "sms", FATHER, "delivered")]
    assert Receipt.objects.count() == 2


def test_callback_that_twilio_did_not_sign_changes_nothing(story: Story) -> None:
    message = story.send("sms")
    answers = [story.tell("undelivered", error_code=30005, signature=how) for how in ("wrong", "none")]
    assert answers == [[403], [403]]
    assert (trail(message), Receipt.objects.count()) == ([(1, "sms", FATHER, "accepted")], 0)


def test_phone_that_is_off_is_tried_again_then_the_second_then_the_mother(
    story: Story, database_clock: DatabaseClock
) -> None:
    message = story.send("sms")
    for number in range(2):
        assert story.tell("undelivered", error_code=30003) == [204]
        database_clock.advance(timedelta(minutes=15, seconds=number + 1))
        drain("sms", linger=False)
    story.tell("undelivered", error_code=30005)
    drain("sms", linger=False)
    story.tell("delivered")
    assert trail(message) == [
        (1, "sms", FATHER, "undelivered"),
        (2, "sms", FATHER_2, "undelivered"),
        (3, "sms", MOTHER, "delivered"),
    ]
    assert [entry["address"] for entry in story.sandbox.taken("sms")] == [FATHER, FATHER, FATHER_2, MOTHER]
    assert outcomes(message)[0][1] == "reached"


def test_where_no_callback_comes_twilio_is_asked(story: Story, database_clock: DatabaseClock) -> None:
    message = story.send("sms")
    story.sandbox.receipt(story.last_sms()["provider_id"], "delivered", tell=False)
    database_clock.advance(timedelta(minutes=16))
    drain("sms", linger=False)
    assert trail(message) == [(1, "sms", FATHER, "delivered")]


def test_where_twilio_knows_nothing_either_the_second_phone_is_tried(
    story: Story, database_clock: DatabaseClock
) -> None:
    message = story.send("sms")
    story.sandbox.receipt(story.last_sms()["provider_id"], "sent", tell=False)
    database_clock.advance(timedelta(minutes=16))
    drain("sms", linger=False)
    assert trail(message) == [(1, "sms", FATHER, "sent_unconfirmed"), (2, "sms", FATHER_2, "accepted")]


def test_father_who_writes_stop_gets_no_more_sms_until_he_writes_start(
    story: Story, live_server: LiveServerThread
) -> None:
    story.send("sms")
    url = f"{live_server.url}/avisos/sms/"
    assert story.sandbox.inbound(FATHER, "Baja", url) == [204]
    assert trail(story.send("sms")) == [(1, "sms", FATHER_2, "accepted")]
    assert story.sandbox.inbound(FATHER, "Hola, ¿quién es?", url) == [204]
    assert Suppression.objects.count() == 1
    assert story.sandbox.inbound(FATHER, "ALTA", url) == [204]
    assert trail(story.send("sms")) == [(1, "sms", FATHER, "accepted")]


def test_opt_out_that_only_twilio_knows_of_is_learnt_from_its_refusal(story: Story) -> None:
    story.sandbox.refuse("sms", "opted_out", address=FATHER)
    message = story.send("sms")
    drain("sms", linger=False)
    assert trail(message) == [(1, "sms", FATHER, "failed"), (2, "sms", FATHER_2, "accepted")]
    assert Suppression.objects.values_list("address", "reason").get() == (FATHER, "sms.21610")


def test_mail_that_comes_back_for_good_suppresses_its_address_once(story: Story) -> None:
    message = story.send("email")
    story.sandbox.bounce(FATHER_MAIL, repeat=2)
    reading = bounces.read()
    assert reading is not None
    assert (reading.told, reading.away) == (2, 0)
    states = dict(Delivery.objects.filter(message_id=message.pk).values_list("address", "state"))
    assert states == {FATHER_MAIL: "undelivered", MOTHER_MAIL: "accepted"}
    assert Suppression.objects.values_list("address", "reason").get() == (FATHER_MAIL, "smtp.5.1.1")
    again = story.send("email")
    assert trail(again) == [(1, "email", MOTHER_MAIL, "accepted")]


def test_full_mailbox_is_tried_the_next_day_and_never_suppressed(
    story: Story, database_clock: DatabaseClock
) -> None:
    message = story.send("email")
    story.sandbox.bounce(MOTHER_MAIL, "full")
    bounces.read()
    states = dict(Delivery.objects.filter(message_id=message.pk).values_list("address", "state"))
    assert states == {FATHER_MAIL: "accepted", MOTHER_MAIL: "ready"}
    database_clock.advance(timedelta(hours=24, seconds=5))
    poller.tick()
    drain("email", linger=False)
    assert {state for *_, state in trail(message)} == {"accepted"}
    mails = [entry["address"] for entry in story.sandbox.taken("email")]
    assert (mails.count(MOTHER_MAIL), Suppression.objects.count()) == (2, 0)


@pytest.mark.parametrize("kind", ["vacation", "delayed"])
def test_mail_that_is_no_bounce_changes_nothing(story: Story, kind: str) -> None:
    message = story.send("email")
    story.sandbox.bounce(FATHER_MAIL, kind)
    bounces.read()
    assert {state for *_, state in trail(message)} == {"accepted"}
    assert Receipt.objects.count() == 0


def test_chat_gets_no_more_than_a_message_a_second(story: Story, database_clock: DatabaseClock) -> None:
    """Telegram itself would refuse the second, and the whole bot would have to wait."""
    link("telegram", FATHER, "501")
    for _ in range(3):
        send_to(story.school, story.director, students=[story.student], way="telegram_tokapp")
    seen = []
    for _ in range(3):
        drain("telegram", linger=False)
        seen.append(len(story.sandbox.taken("telegram")))
        database_clock.advance(timedelta(seconds=1))
    assert seen == [1, 2, 3]
