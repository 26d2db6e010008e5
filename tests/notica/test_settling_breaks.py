"""A recipient whose next step cannot be looked for ends by itself and holds nobody up."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from notica import poller, settling
from notica.models import Message, Recipient
from notica.outbox import record
from notica.settling import settle
from plumier.models import Group, School, User
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.answering import ACCEPTED, CONFIGURED, REFUSED, answer, take
from tests.notica.stories import outcomes, send_to, trail


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def family(school: School, number: int) -> Group:
    """A group with one child, whose mother has two phones."""
    group = make_group(school, f"Grupo {number}")
    phones = {"phone_1": f"+3460000{number:02d}01", "phone_2": f"+3460000{number:02d}02"}
    make_student(group, f"Luis {number}", [Parent(f"Marta {number}", contacts=phones)])
    return group


@pytest.fixture
def messages(school: School, director: User) -> list[Message]:
    """Five, of which the third is of a kind that this version does not know, as after a return to an older one."""
    made = [send_to(school, director, groups=[family(school, number)]) for number in range(5)]
    Message.objects.filter(pk=made[2].pk).update(kind="retired")
    return made


def steps(message: Message) -> list[tuple[int, str]]:
    return [(row[0], row[3]) for row in trail(message)]


NEXT_STEP = [(1, "failed"), (2, "ready")]


def test_one_that_breaks_the_settling_ends_alone_and_the_others_go_on(
    messages: list[Message], caplog: pytest.LogCaptureFixture
) -> None:
    recipient = Recipient.objects.get(message=messages[2])
    settle(record(take("tokapp", REFUSED)))
    assert [steps(one) for one in messages] == [NEXT_STEP, NEXT_STEP, [(1, "failed")], NEXT_STEP, NEXT_STEP]
    assert [row[1:] for row in outcomes(messages[2])] == [("failed", "tokapp.unknown_phone")]
    assert f"no next step can be looked for of recipient {recipient.pk}" in caplog.text
    messages[2].refresh_from_db()
    assert messages[2].finished_at is not None


def test_sweeper_goes_on_past_one_that_breaks(messages: list[Message]) -> None:
    record(take("tokapp", REFUSED))
    poller.tick()
    assert [steps(one)[1:] for one in messages] == [[(2, "ready")]] * 2 + [[]] + [[(2, "ready")]] * 2


def test_one_that_was_reached_needs_no_next_step(messages: list[Message]) -> None:
    assert answer("tokapp", ACCEPTED) == 5
    assert {row[1] for one in messages for row in outcomes(one)} == {"reached"}


def test_database_that_is_away_is_nobody_s_fault(
    messages: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is ended for it; it is settled when the database is back."""
    recipients = record(take("tokapp", REFUSED))

    def away(*arguments: object) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(settling, "open_steps", away)
        with pytest.raises(OperationalError):
            settle(recipients)
    assert {row[1] for one in messages for row in outcomes(one)} == {""}
    poller.tick()
    assert steps(messages[0]) == NEXT_STEP


def test_one_that_breaks_the_closing_of_steps_waits_alone_and_the_others_go_on(
    messages: list[Message], database_clock: DatabaseClock, caplog: pytest.LogCaptureFixture
) -> None:
    recipient = Recipient.objects.get(message=messages[2])
    database_clock.advance(timedelta(hours=5))
    for _ in range(2):
        poller.tick()
    closed = [(1, "expired"), (2, "ready")]
    assert [steps(one) for one in messages] == [closed, closed, [(1, "ready")], closed, closed]
    assert caplog.text.count(f"no next step can be looked for of recipient {recipient.pk}") == 1
    assert "a part of the round failed" not in caplog.text
