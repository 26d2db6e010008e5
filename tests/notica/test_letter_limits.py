"""How much a family may write: enough for it, too little to flood anybody; and then it is told until when it waits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.models import Activation
from notica.letter_limits import DAILY, HOURLY, LETTER_LENGTH, MOST_TEACHERS, Limit, TooMany, _free_at
from notica.models import Message
from notica.refusals import Refused
from notica.threads import write_to_teachers
from plumier.clock import database_now
from plumier.models import Person
from tests.factories.register import make_login, make_school, make_teacher
from tests.notica.correspondence import Family, letter_of
from tests.notica.results import ACCOUNTS
from tests.notica.rows import at_once

NOW = datetime(2026, 10, 1, 10, tzinfo=UTC)
MINUTES = st.lists(st.integers(0, 3000), max_size=40)


@pytest.fixture
def family(db: None, settings: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Family()


def written(family: Family, *ago: timedelta) -> None:
    """As if the mother had written that long ago."""
    for one in ago:
        message = family.write()
        Message.objects.filter(pk=message.pk).update(created_at=database_now() - one)


@given(MINUTES, st.integers(1, 30), st.integers(1, 1440))
def test_she_may_write_again_exactly_when_it_is_said(minutes: list[int], most: int, within: int) -> None:
    limit = Limit(most, timedelta(minutes=within))
    sent = sorted((NOW - timedelta(minutes=one) for one in minutes), reverse=True)

    def in_time(at: datetime) -> int:
        return sum(at - limit.within < one <= NOW for one in sent)

    free = _free_at(sent, limit, NOW)
    assert (free is not None) == (in_time(NOW) >= most)
    if free is not None:
        assert in_time(free) < most <= in_time(free - timedelta(seconds=1))


def test_tenth_letter_of_an_hour_goes_and_the_next_waits(family: Family) -> None:
    written(family, *[timedelta(minutes=30)] * (HOURLY.most - 1))
    family.write()
    with pytest.raises(TooMany, match=r"Podrá enviar este mensaje a partir de"):
        family.write()
    assert Message.objects.count() == HOURLY.most
    Message.objects.update(created_at=database_now() - HOURLY.within)
    family.write()


def test_hour_that_is_said_is_of_the_school_and_true(family: Family) -> None:
    for _ in range(HOURLY.most):
        one = family.write()
        Message.objects.filter(pk=one.pk).update(created_at=NOW - timedelta(minutes=30))
    tutor = [family.person(family.tutor)]
    with pytest.raises(TooMany, match=r"a partir de las 12:30\."):
        write_to_teachers(family.student, tutor, letter_of(), by=family.mother_login, now=NOW)
    said = NOW + timedelta(minutes=30)
    sent = write_to_teachers(family.student, tutor, letter_of(), by=family.mother_login, now=said)
    assert sent.created_at == said


def test_many_in_a_day_wait_till_the_day_after(family: Family) -> None:
    for number in range(DAILY.most):
        one = family.write()
        Message.objects.filter(pk=one.pk).update(created_at=NOW - timedelta(minutes=61 + number))
    tutor = [family.person(family.tutor)]
    with pytest.raises(TooMany, match=r"2 de octubre de 2026 a las 10:30"):
        write_to_teachers(family.student, tutor, letter_of(), by=family.mother_login, now=NOW)


def test_limit_is_one_persons_in_one_school(family: Family) -> None:
    written(family, *[timedelta(minutes=1)] * HOURLY.most)
    with pytest.raises(TooMany):
        family.write()
    family.write(by=make_login(family.person(family.father)))
    Activation.objects.all().delete()  # the same phone as in the other school
    other = Family(make_school("30000002"))
    Person.objects.filter(pk=other.person(other.mother).pk).update(user=family.mother_login)
    other.write(by=family.mother_login)


def test_same_letter_again_is_the_same_and_counts_no_more(family: Family) -> None:
    written(family, *[timedelta(minutes=1)] * (HOURLY.most - 1))
    last = family.write(client_key="same")
    assert family.write(client_key="same") == last


def test_answers_of_teachers_count_for_nobody(family: Family) -> None:
    message = family.write()
    for _ in range(HOURLY.most + 1):
        family.answer(message)
    family.write()


def test_to_more_teachers_than_anybody_has_is_refused(family: Family) -> None:
    many = [make_teacher(family.group, f"Ana {number}") for number in range(MOST_TEACHERS)]
    family.write(*many)
    with pytest.raises(Refused, match=f"Puede escribir a {MOST_TEACHERS} profesores a la vez"):
        family.write(family.tutor, *many)


def test_text_is_as_long_as_it_may_be(family: Family) -> None:
    family.write(text=f"  {'a' * LETTER_LENGTH}\n")
    with pytest.raises(Refused, match=f"El texto tiene 2 caracteres de más: caben {LETTER_LENGTH}"):
        family.write(text="a" * (LETTER_LENGTH + 2))


def test_many_at_the_same_instant_do_not_pass_the_limit(transactional_db: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family()
    written(family, *[timedelta(minutes=1)] * (HOURLY.most - 2))
    refused: list[str] = []

    def write() -> None:
        try:
            family.write()
        except TooMany as refusal:
            refused.append(str(refusal))

    tries: list[Callable[[], None]] = [write] * 6
    at_once(*tries)
    assert (Message.objects.count(), len(refused)) == (HOURLY.most, 4)
