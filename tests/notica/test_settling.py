"""Recipients after their deliveries: the next step or the end, exactly once, checked with today's register."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import Activation, Suppression
from notica import poller
from notica.models import Delivery, Message, Recipient
from notica.outbox import record
from notica.overdue import resolve_uncertain
from notica.progress import totals
from notica.settling import finish_messages, settle
from plumier.clock import database_now
from plumier.models import Contact, Enrolment, Group, Guardianship, School, SchoolPolicy, Student, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import Parent, link, make_director, make_group, make_school, make_student
from tests.notica.answering import ACCEPTED, CONFIGURED, REFUSED, SILENT, answer, take, write_back
from tests.notica.rows import at_once, make_account
from tests.notica.stories import outcomes, send_to, trail

PHONE_1, PHONE_2 = "+34600000001", "+34600000002"
FATHER_1 = "+34600000011"
CONTACTS = {"phone_1": PHONE_1, "phone_2": PHONE_2, "email": "madre@familia.example"}


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts=CONTACTS)])
    return group


@pytest.fixture
def message(school: School, director: User, group: Group) -> Message:
    """To Marta: TokApp on her first phone, on her second, an e-mail."""
    return send_to(school, director, groups=[group], email_after=True)


def states(message: Message) -> list[tuple[int, str, str]]:
    return [(step, channel, state) for step, channel, _, state in trail(message)]


def test_steps_open_one_after_the_other_until_one_is_taken(message: Message) -> None:
    assert [answer("tokapp", REFUSED), answer("tokapp", REFUSED), answer("email", ACCEPTED)] == [1, 1, 1]
    assert states(message) == [(1, "tokapp", "failed"), (2, "tokapp", "failed"), (3, "email", "accepted")]
    assert outcomes(message) == [("Marta Gil", "reached", "")]


def test_step_is_open_while_one_of_its_channels_is(school: School, director: User, group: Group) -> None:
    link("telegram", PHONE_1, "101")
    message = send_to(school, director, groups=[group])
    answer("tokapp", REFUSED)
    assert (states(message)[1:], outcomes(message)) == ([(1, "tokapp", "failed")], [("Marta Gil", "", "")])
    answer("telegram", ACCEPTED)
    assert outcomes(message) == [("Marta Gil", "reached", "")]
    assert len(states(message)) == 2


def test_settling_again_changes_nothing(message: Message) -> None:
    answer("tokapp", REFUSED)
    everybody = list(Recipient.objects.values_list("pk", flat=True))
    before = (states(message), totals(message.pk))
    settle(everybody)
    settle(everybody)
    assert (states(message), totals(message.pk)) == before
    answer("tokapp", ACCEPTED)
    settle(everybody)
    assert totals(message.pk) == {"reached": 1}


def test_channels_failing_at_the_same_instant_open_one_next_step_each(school: School, director: User) -> None:
    """Both channels write back the same thirty recipients at once, in opposite order, five times."""
    for turn in range(5):
        group = make_group(school, f"Grupo {turn}")
        mothers = make_families(group, 30)
        for number, phone in enumerate(
            Contact.objects.filter(person__in=mothers).values_list("value", flat=True)
        ):
            link("telegram", phone, f"{turn}-{number}")
        Contact.objects.bulk_create(
            Contact(
                school=school,
                person=mother,
                slot="phone_2",
                kind="mobile",
                value=f"+3466{turn}{mother.pk:06d}",
            )
            for mother in mothers
        )
        message = send_to(school, director, groups=[group])
        telegram, tokapp = take("telegram", REFUSED), take("tokapp", REFUSED)[::-1]
        at_once(
            *(
                lambda sent=part: write_back(sent)
                for part in (telegram[:15], telegram[15:], tokapp[:15], tokapp[15:])
            )
        )
        next_steps = Delivery.objects.filter(message_id=message.pk, step=2)
        assert sorted(next_steps.values_list("person_id", flat=True)) == sorted(
            mother.pk for mother in mothers
        )
        assert set(Recipient.objects.filter(message=message).values_list("step", "outcome")) == {(2, "")}
        answer("tokapp", REFUSED)
        assert totals(message.pk) == {"failed": 30}


def bar(group: Group) -> None:
    Guardianship.objects.update(barred_from=date(2020, 1, 1), barred_reference="Auto 1/2026")


def untick(group: Group) -> None:
    Guardianship.objects.update(receives_messages=False)


def part(group: Group) -> None:
    Guardianship.objects.all().delete()


def withdraw(group: Group) -> None:
    Enrolment.objects.update(status="withdrawn")


def protect(group: Group) -> None:
    Student.objects.update(protected=True)


def close_the_way(group: Group) -> None:
    SchoolPolicy.objects.update(channels=["sms"])


@pytest.mark.parametrize(
    ("change", "outcome", "reason"),
    [
        (bar, "excluded", "barred"),
        (untick, "excluded", "tick_off"),
        (part, "excluded", "no_longer_guardian"),
        (withdraw, "excluded", "withdrawn"),
        (protect, "excluded", "protected"),
        (close_the_way, "failed", "tokapp.unknown_phone"),
    ],
)
def test_next_step_does_not_open_to_somebody_who_may_not_be_written_to_any_more(
    message: Message, group: Group, change: Callable[[Group], None], outcome: str, reason: str
) -> None:
    sent = take("tokapp", REFUSED)
    change(group)
    write_back(sent)
    assert states(message) == [(1, "tokapp", "failed")]
    assert outcomes(message) == [("Marta Gil", outcome, reason)]


def remove_number(group: Group) -> None:
    Contact.objects.filter(slot="phone_2").delete()


def change_number(group: Group) -> None:
    Contact.objects.filter(slot="phone_2").update(value="+34699999999")


def suppress_number(group: Group) -> None:
    Suppression.objects.create(
        account_id=make_account("tokapp"),
        address=PHONE_2,
        reason="x",
        since=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")),
    )


@pytest.mark.parametrize("change", [remove_number, change_number, suppress_number])
def test_step_to_an_address_that_is_no_more_is_passed_over(
    message: Message, group: Group, change: Callable[[Group], None]
) -> None:
    sent = take("tokapp", REFUSED)
    change(group)
    write_back(sent)
    assert states(message) == [(1, "tokapp", "failed"), (3, "email", "ready")]


def test_chat_blocked_meanwhile_leaves_the_rest_of_the_step(
    school: School, director: User, group: Group
) -> None:
    link("telegram", PHONE_2, "102")
    message = send_to(school, director, groups=[group])
    sent = take("tokapp", REFUSED)
    Activation.objects.update(state="blocked")
    write_back(sent)
    assert states(message) == [(1, "tokapp", "failed"), (2, "tokapp", "ready")]


def test_chat_linked_anew_is_written_to_where_it_is_now(school: School, director: User, group: Group) -> None:
    link("telegram", PHONE_2, "102")
    send_to(school, director, groups=[group])
    sent = take("tokapp", REFUSED)
    Activation.objects.update(endpoint="202")
    write_back(sent)
    assert Delivery.objects.filter(channel="telegram").values_list("address", "endpoint").get() == (
        PHONE_2,
        "202",
    )


def test_father_barred_meanwhile_gives_way_to_the_mother(
    school: School, director: User, group: Group
) -> None:
    father = Parent("Pedro Paz", "father", {"phone_1": "landline:+34968000000", "phone_2": FATHER_1})
    student = make_student(group, "Eva Paz", [father, Parent("Rosa Paz", contacts={"phone_1": PHONE_1})])
    message = send_to(school, director, students=[student], way="sms")
    sent = take("sms", REFUSED)
    assert Delivery.objects.values_list("address", flat=True).get() == FATHER_1
    Guardianship.objects.filter(relation="father").update(
        barred_from=date(2020, 1, 1), barred_reference="Auto 1/2026"
    )
    write_back(sent)
    assert [row[:3] for row in trail(message)] == [(1, "sms", FATHER_1), (2, "sms", PHONE_1)]


def test_next_step_waits_for_the_end_of_quiet_hours(message: Message, database_clock: DatabaseClock) -> None:
    SchoolPolicy.objects.update(quiet_from=time(22), quiet_until=time(6))
    madrid = ZoneInfo("Europe/Madrid")
    sent = take("tokapp", REFUSED)
    database_clock.freeze(datetime(2026, 10, 24, 23, tzinfo=madrid))
    write_back(sent)
    due = datetime(2026, 10, 25, 6, tzinfo=madrid)
    row = Delivery.objects.filter(step=2).values_list("not_before", "expires_at").get()
    assert row == (due, due + timedelta(hours=48))


def answer_silently(channel: str) -> int:
    """No answer came, and the provider cannot be asked."""
    number = answer(channel, SILENT)
    settle(resolve_uncertain(list(Delivery.objects.filter(state="uncertain").values_list("pk", flat=True))))
    return number


def test_silence_of_every_step_ends_unconfirmed(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    message = send_to(school, director, students=list(Student.objects.all()), way="sms")
    assert [answer_silently("sms"), answer("sms", REFUSED)] == [1, 1]
    assert states(message) == [(1, "sms", "sent_unconfirmed"), (2, "sms", "failed")]
    assert outcomes(message) == [("familia Luis Gil", "unconfirmed", "tokapp.unknown_phone")]


def test_success_of_a_later_step_outweighs_an_earlier_silence(
    school: School, director: User, group: Group
) -> None:
    message = send_to(school, director, students=list(Student.objects.all()), way="sms")
    assert [answer_silently("sms"), answer("sms", ACCEPTED)] == [1, 1]
    assert [row[1] for row in outcomes(message)] == ["reached"]


def test_everything_expired_ends_expired(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    message = send_to(school, director, to="familia", groups=[group], way="email")
    database_clock.advance(timedelta(hours=49))
    poller.tick()
    assert outcomes(message) == [("Marta Gil", "expired", "expired")]
    message.refresh_from_db()
    assert message.state == "finished"


def test_cancelled_deliveries_end_their_recipient_cancelled(message: Message) -> None:
    Delivery.objects.update(state="cancelled")
    settle(Recipient.objects.values_list("pk", flat=True))
    assert outcomes(message) == [("Marta Gil", "cancelled", "cancelled")]


def test_sweeper_finds_what_a_dead_worker_recorded_and_did_not_settle(message: Message) -> None:
    record(take("tokapp", REFUSED))
    assert outcomes(message) == [("Marta Gil", "", "")]
    poller.tick()
    assert states(message) == [(1, "tokapp", "failed"), (2, "tokapp", "ready")]


def test_recipient_whose_deliveries_are_gone_is_not_forgotten(message: Message) -> None:
    Delivery.objects.all().delete()
    poller.tick()
    assert states(message) == [(2, "tokapp", "ready")]
    Delivery.objects.all().delete()
    Recipient.objects.update(step=3)
    poller.tick()
    assert outcomes(message) == [("Marta Gil", "failed", "")]


def test_message_ends_with_its_last_recipient_and_not_before(
    school: School, director: User, group: Group
) -> None:
    make_families(group, 2, "email")
    message = send_to(school, director, groups=[group], way="email")
    sent = take("email", ACCEPTED)
    write_back(sent[:2])
    message.refresh_from_db()
    assert (message.state, totals(message.pk)) == ("sending", {"reached": 2, "": 1})
    write_back(sent[2:])
    message.refresh_from_db()
    assert (message.state, totals(message.pk), message.finished_at is not None) == (
        "finished",
        {"reached": 3},
        True,
    )


def test_message_that_is_still_being_written_does_not_end(message: Message) -> None:
    Message.objects.update(fanned_out_at=None)
    Recipient.objects.update(outcome="reached", closed_at=database_now())
    finish_messages([message.pk])
    message.refresh_from_db()
    assert message.state == "sending"


def test_last_recipients_ending_at_once_end_the_message_once(
    school: School, director: User, group: Group
) -> None:
    make_families(group, 3, "email")
    message = send_to(school, director, groups=[group], way="email")
    sent = take("email", ACCEPTED)
    at_once(*(lambda one=one: write_back([one]) for one in sent))
    message.refresh_from_db()
    assert (message.state, totals(message.pk)) == ("finished", {"reached": 4})
    assert Message.objects.filter(kind="acuse").count() == 1


def test_next_steps_cost_the_same_queries_whatever_their_number(school: School, director: User) -> None:
    costs = []
    for number in (2, 20):
        group = make_group(school, f"Grupo {number}")
        for mother in make_families(group, number):
            Contact.objects.create(
                school=school, person=mother, slot="phone_2", kind="mobile", value=f"+3467{mother.pk:07d}"
            )
        send_to(school, director, groups=[group])
        sent = take("tokapp", REFUSED)
        with CaptureQueriesContext(connection) as queries:
            write_back(sent)
        costs.append(len(queries))
        answer("tokapp", ACCEPTED)
    assert costs[0] == costs[1] > 0
