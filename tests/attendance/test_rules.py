"""When a family is told: civil days in the school's zone, weekends counted (requirement E1)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.choices import AbsenceKind, AnswerKind, Mark
from attendance.rules import Merged, State, Why, answers_open, is_future, merge, why_not_told
from plumier.models.groups import AbsenceMode

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ZONES = st.sampled_from(["Europe/Madrid", "Asia/Ho_Chi_Minh", "Atlantic/Canary", "America/New_York"])


@given(DAYS, st.integers(0, 400), st.booleans())
def test_family_hears_of_today_and_yesterday_and_nothing_older(
    day: date, later: int, justified: bool
) -> None:
    why = why_not_told(day, day + timedelta(days=later), AbsenceMode.BY_SESSION, justified=justified)
    assert why == (Why.OLD if later > 1 else Why.JUSTIFIED if justified else Why.TOLD)


@given(DAYS, st.integers(0, 400), st.booleans())
def test_stage_that_records_by_date_tells_nobody(day: date, later: int, justified: bool) -> None:
    assert (
        why_not_told(day, day + timedelta(days=later), AbsenceMode.BY_DATE, justified=justified)
        == Why.BY_DATE
    )


@given(DAYS, st.integers(-400, 400))
def test_future_is_what_has_not_begun(day: date, off: int) -> None:
    assert is_future(day + timedelta(days=off), day) == (off > 0)


@given(DAYS, ZONES, st.integers(0, 1439))
def test_last_minute_of_the_day_after_still_tells_and_the_next_one_does_not(
    day: date, zone: str, minute: int
) -> None:
    """Round midnight and in both nights on which the clock is changed: days are counted, not hours."""
    last = datetime(day.year, day.month, day.day, 23, 59, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    first = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=2, minutes=minute)
    assert why_not_told(day, last.date()) == Why.TOLD
    assert why_not_told(day, first.date()) == Why.OLD


@pytest.mark.parametrize(
    ("day", "marked", "why"),
    [
        (date(2026, 11, 27), date(2026, 11, 30), Why.OLD),  # Friday's on Monday
        (date(2026, 11, 28), date(2026, 11, 29), Why.TOLD),  # Saturday's on Sunday
        (date(2026, 10, 24), date(2026, 10, 25), Why.TOLD),  # the night of 25 hours
        (date(2027, 3, 27), date(2027, 3, 28), Why.TOLD),  # the night of 23 hours
        (date(2026, 12, 31), date(2027, 1, 1), Why.TOLD),
    ],
)
def test_weekends_count_and_nights_of_any_length_are_one_day(day: date, marked: date, why: Why) -> None:
    assert why_not_told(day, marked) == why


MARKS = st.sampled_from(Mark)


@given(MARKS, MARKS, MARKS)
def test_two_who_save_lose_nothing(shown: Mark, first: Mark, second: Mark) -> None:
    """Whoever saves second either changes nothing, or what she saw is what is kept, or she is told."""
    after_first = first if merge(shown, first, shown) == Merged.CHANGED else shown
    found = merge(shown, second, after_first)
    assert after_first == first
    if found == Merged.KEPT:
        assert second in (shown, first)
    else:
        assert found == (Merged.CHANGED if first == shown else Merged.CONFLICT)


@given(st.sampled_from([None, *AbsenceKind]), st.booleans(), MARKS)
def test_mark_that_was_chosen_is_the_mark_that_is_shown(
    kind: AbsenceKind | None, justified: bool, mark: Mark
) -> None:
    assert State(kind, justified and kind is not None).marked(mark).mark == mark


def test_late_pupil_who_is_excused_stays_late() -> None:
    assert State(AbsenceKind.LATE).marked(Mark.JUSTIFIED) == State(AbsenceKind.LATE, justified=True)
    assert State().marked(Mark.JUSTIFIED) == State(AbsenceKind.ABSENT, justified=True)


STATES = st.lists(st.builds(State, st.sampled_from([None, *AbsenceKind]), st.booleans()), max_size=6)


@given(STATES, DAYS, st.integers(0, 400))
def test_what_is_answered_is_what_still_stands_and_urgently_no_later_than_it_was_told(
    states: list[State], day: date, later: int
) -> None:
    left = answers_open(states, day, day + timedelta(days=later))
    assert (AnswerKind.KNEW in left) == any(state.mark in (Mark.ABSENT, Mark.LATE) for state in states)
    assert (AnswerKind.SHOULD_BE_THERE in left) == (
        later <= 1 and any(state.mark == Mark.ABSENT for state in states)
    )
