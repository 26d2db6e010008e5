"""The office's hours by the wall clock, and what a tutor's message then is (C10)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notica.choices import Audience, Way
from notica.office_hours import OfficeHours, own_kind
from plumier.models.policies import TutorsWrite

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FRIDAY = date(2026, 11, 27)
WEEK = (1, 2, 3, 4, 5)
HOURS = OfficeHours(HANOI, time(7, 30), time(17), WEEK)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
RULES, WAYS = st.sampled_from(TutorsWrite.values), st.sampled_from(Way.values)
ANYBODY = st.sampled_from(Audience.values)


def at(hour: int, minute: int = 0, second: int = 0, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time(hour, minute, second), HANOI)


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        (at(7, 29, 59), False),
        (at(7, 30), True),
        (at(16, 59, 59), True),
        (at(17), False),
        (at(10, day=FRIDAY + timedelta(days=1)), False),
    ],
)
def test_office_is_open_from_its_first_minute_to_before_its_last(moment: datetime, held: bool) -> None:
    assert HOURS.holds(moment) is held


def test_on_a_free_day_there_is_no_office() -> None:
    assert not OfficeHours(HANOI, time(7, 30), time(17), WEEK, (FRIDAY,)).holds(at(10))


@given(MOMENTS)
def test_next_outside_is_never_in_office_hours_and_never_earlier(moment: datetime) -> None:
    found = HOURS.next_outside(moment)
    assert not HOURS.holds(found)
    assert found >= moment
    assert (found == moment) is not HOURS.holds(moment)


@given(RULES, ANYBODY, WAYS, st.booleans())
def test_only_a_tutors_chats_and_sms_to_families_are_of_their_own_kind(
    rule: str, to: str, way: str, whole: bool
) -> None:
    own = rule == "outside" and not whole and to == "familia" and way in ("telegram_tokapp", "sms")
    assert own_kind(rule, to, way, whole=whole) == ("out_of_hours" if own else "message")
