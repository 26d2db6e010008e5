"""The acuse de envío: once, true, and adding up (C4)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from channels_app.base import Outcome, OutcomeClass
from notica import fanout, poller
from notica.models import Delivery, InboxEntry, Message, Recipient
from notica.progress import totals
from notica.receipts import late_acuses, send_acuses
from notica.rendering import Renderer
from notica.summaries import total_lines
from plumier.clock import database_now
from plumier.models import Group, School, User
from tests.database import DatabaseClock
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.answering import (
    ACCEPTED,
    CONFIGURED,
    REFUSED,
    SILENT,
    answer,
    take,
    take_and_say,
    write_back,
)
from tests.notica.rows import at_once
from tests.notica.stories import send_to

LATER = Outcome(OutcomeClass.NOT_PROCESSED, "smtp.450", retry_after=4 * 3600)


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    """Three families with a mailbox, one without and one that is not to be written to."""
    group = make_group(school)
    make_families(group, 3, "email")
    make_student(group, "Luis Gil", [Parent("Marta Gil")])
    make_student(
        group, "Eva Paz", [Parent("Rosa Paz", contacts={"email": "rosa@familia.example"}, ticked=False)]
    )
    return group


@pytest.fixture
def message(school: School, director: User, group: Group) -> Message:
    return send_to(school, director, groups=[group], way="email", subject="Excursión")


def acuses() -> list[Message]:
    return list(Message.objects.filter(kind="acuse").order_by("pk"))


def text(acuse: Message) -> str:
    return Renderer().content(acuse, "email", "es", ()).text


def test_acuse_is_sent_once_when_all_have_ended(message: Message) -> None:
    sent = take("email", ACCEPTED)
    write_back(sent[:2])
    assert acuses() == []
    write_back(sent[2:])
    for _ in range(2):
        poller.tick()
    (acuse,) = acuses()
    message.refresh_from_db()
    assert message.acuse_sent_at is not None
    assert (acuse.audience["staff"], acuse.way, acuse.params) == (
        [message.sender_person_id],
        "email",
        {"message": message.pk},
    )


def test_acuse_reaches_its_sender_in_notica_and_by_mail(message: Message, director: User) -> None:
    answer("email", ACCEPTED)
    (acuse,) = acuses()
    fanout.fan_out(acuse.pk)
    assert answer("email", ACCEPTED) == 1
    assert Delivery.objects.get(message_id=acuse.pk).address == f"{director.username}@staff.example"
    assert (
        InboxEntry.objects.filter(message=acuse).values_list("person__user", flat=True).get() == director.pk
    )
    acuse.refresh_from_db()
    assert (acuse.state, len(acuses())) == ("finished", 1)


def test_totals_are_those_of_the_recipients_and_the_words_name_everybody(message: Message) -> None:
    write_back(take_and_say("email", REFUSED, ACCEPTED, ACCEPTED))
    assert totals(message.pk) == {"reached": 2, "failed": 1, "no_channel": 1, "excluded": 1}
    assert sum(totals(message.pk).values()) == Recipient.objects.filter(message=message).count()
    words = text(acuses()[0])
    for label, number in total_lines(message.pk):
        assert f"- {label}: {number}\n" in words
    assert "Gil, Marta (Gil, Luis): Sin canal · Sin correo" in words
    assert "Paz, Rosa (Paz, Eva): Excluido · Sin marcar" in words
    assert words.count("Entregado al canal\n") == 2
    assert "no dice que se haya leído" in words
    assert "siguen en curso" not in words


def test_late_acuse_says_what_is_still_open(message: Message, database_clock: DatabaseClock) -> None:
    write_back(take_and_say("email", ACCEPTED, ACCEPTED, LATER))
    database_clock.advance(timedelta(minutes=59))
    poller.tick()
    assert acuses() == []
    database_clock.advance(timedelta(minutes=2))
    poller.tick()
    (acuse,) = acuses()
    words = text(acuse)
    assert "- En curso: 1\n" in words
    assert "Algunos envíos siguen en curso." in words
    database_clock.advance(timedelta(hours=4))
    write_back(take("email", ACCEPTED))
    poller.tick()
    message.refresh_from_db()
    assert (message.state, len(acuses())) == ("finished", 1)


def test_hour_counts_from_when_the_message_was_due(
    school: School, director: User, group: Group, database_clock: DatabaseClock
) -> None:
    at = database_now() + timedelta(hours=3)
    message = send_to(school, director, groups=[group], way="email", not_before=at)
    database_clock.freeze(at)
    fanout.fan_out(message.pk)
    database_clock.freeze(at + timedelta(minutes=60))
    assert late_acuses() == []
    database_clock.freeze(at + timedelta(minutes=61))
    assert late_acuses() == [message.pk]


@pytest.mark.parametrize("kind", ["absence", "test"])
def test_some_kinds_have_no_acuse(
    school: School, director: User, group: Group, database_clock: DatabaseClock, kind: str
) -> None:
    message = send_to(school, director, groups=[group], way="telegram_tokapp", kind=kind)
    database_clock.advance(timedelta(hours=2))
    poller.tick()
    Recipient.objects.filter(message=message, outcome="").update(outcome="reached", closed_at=database_now())
    poller.tick()
    message.refresh_from_db()
    assert (message.state, acuses()) == ("finished", [])


def test_message_without_a_sender_has_no_acuse(message: Message) -> None:
    Message.objects.update(sender=None, sender_person=None)
    answer("email", ACCEPTED)
    message.refresh_from_db()
    assert (message.state, acuses()) == ("finished", [])


def test_silence_is_not_told_as_success(message: Message, database_clock: DatabaseClock) -> None:
    for _ in range(2):
        answer("email", SILENT)
        database_clock.advance(timedelta(minutes=1))
        poller.tick()
    words = text(acuses()[0])
    assert words.count(": Sin confirmar") == 3
    assert "- Sin confirmar: 3\n" in words
    assert words.count("Entregado al canal") == 1  # what the words mean


def test_two_that_find_it_due_send_it_once(message: Message) -> None:
    def both() -> None:
        with transaction.atomic():
            send_acuses([message.pk], now=database_now())

    at_once(*[both] * 3)
    assert len(acuses()) == 1


def test_moment_of_the_acuse_is_kept(message: Message, database_clock: DatabaseClock) -> None:
    moment = database_now() + timedelta(hours=1)
    database_clock.freeze(moment)
    answer("email", ACCEPTED)
    message.refresh_from_db()
    assert (message.finished_at, message.acuse_sent_at) == (moment, moment)
