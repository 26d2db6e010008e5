"""Quiet hours by the wall clock, over both nights when the clock is put on and back (C11)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notica.quiet_hours import QuietHours

MADRID, HANOI = ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = (time(22), time(6))
ZONES = st.sampled_from(
    [MADRID, HANOI, ZoneInfo("Atlantic/Canary"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times()


def quiet(zone: ZoneInfo, start: time, end: time) -> QuietHours:
    return QuietHours(zone, start, end)


@given(ZONES, TIMES, TIMES, MOMENTS)
def test_next_allowed_is_never_quiet_and_never_earlier(
    zone: ZoneInfo, start: time, end: time, at: datetime
) -> None:
    hours = quiet(zone, start, end)
    allowed = hours.next_allowed(at)
    assert not hours.holds(allowed)
    assert allowed >= at


@given(ZONES, TIMES, TIMES, MOMENTS)
def test_next_allowed_leaves_a_moment_that_is_not_quiet(
    zone: ZoneInfo, start: time, end: time, at: datetime
) -> None:
    hours = quiet(zone, start, end)
    assert (hours.next_allowed(at) == at) == (not hours.holds(at))


@given(ZONES, TIMES, TIMES, MOMENTS)
def test_next_allowed_is_an_end_of_quiet_on_the_clock(
    zone: ZoneInfo, start: time, end: time, at: datetime
) -> None:
    hours = quiet(zone, start, end)
    allowed = hours.next_allowed(at).astimezone(zone)
    skipped = allowed.replace(tzinfo=None) - timedelta(hours=1) < datetime.combine(allowed.date(), end)
    assert allowed == at or allowed.time() == end or skipped


@pytest.mark.parametrize(
    ("evening", "hours"),
    [
        (datetime(2026, 10, 24, 22, 0, tzinfo=MADRID), 9),
        (datetime(2027, 3, 27, 22, 0, tzinfo=MADRID), 7),
        (datetime(2026, 11, 10, 22, 0, tzinfo=MADRID), 8),
        (datetime(2026, 10, 24, 22, 0, tzinfo=HANOI), 8),
    ],
)
def test_night_is_as_long_as_the_clock_makes_it(evening: datetime, hours: int) -> None:
    zone = evening.tzinfo
    assert isinstance(zone, ZoneInfo)
    start = evening.astimezone(UTC)
    assert quiet(zone, *NIGHT).next_allowed(start) - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ((10, 21, 59), (10, 21, 59)),
        ((10, 22, 0), (11, 6, 0)),
        ((10, 23, 30), (11, 6, 0)),
        ((11, 0, 0), (11, 6, 0)),
        ((11, 5, 59), (11, 6, 0)),
        ((11, 6, 0), (11, 6, 0)),
        ((11, 12, 0), (11, 12, 0)),
    ],
)
def test_hanoi_is_heard_from_six_to_ten_in_the_evening(
    clock: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    at = datetime(2026, 11, *clock, tzinfo=HANOI)
    assert quiet(HANOI, *NIGHT).next_allowed(at) == datetime(2026, 11, *expected, tzinfo=HANOI)


def test_hours_within_one_day_end_that_day() -> None:
    siesta = quiet(MADRID, time(14), time(17))
    at = datetime(2026, 11, 10, 15, 30, tzinfo=MADRID)
    assert siesta.next_allowed(at) == datetime(2026, 11, 10, 17, tzinfo=MADRID)


def test_end_that_the_clock_shows_twice_is_not_in_the_past() -> None:
    hours = quiet(MADRID, time(22), time(2, 30))
    second_ten_past_two = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert hours.next_allowed(second_ten_past_two) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("ends", [(None, None), (time(6), time(6))])
def test_school_without_quiet_hours_is_always_heard(ends: tuple[time | None, time | None]) -> None:
    at = datetime(2026, 11, 10, 3, tzinfo=UTC)
    assert QuietHours(MADRID, *ends).next_allowed(at) == at


def test_answer_is_in_the_zone_of_the_question() -> None:
    at = datetime(2026, 11, 10, 22, 30, tzinfo=UTC)
    assert quiet(MADRID, *NIGHT).next_allowed(at).tzinfo is UTC


@given(ZONES, TIMES, TIMES, MOMENTS)
def test_next_quiet_is_the_first_quiet_moment(zone: ZoneInfo, start: time, end: time, at: datetime) -> None:
    hours = quiet(zone, start, end)
    found = hours.next_quiet(at)
    if found is None:
        assert start == end
        return
    assert found >= at
    assert (found == at) == hours.holds(at) or found.astimezone(zone).time() == start
    assert found - at <= timedelta(days=1, hours=1)


def test_next_quiet_is_tonight() -> None:
    hours = quiet(MADRID, *NIGHT)
    noon = datetime(2026, 11, 10, 12, tzinfo=MADRID)
    assert hours.next_quiet(noon) == datetime(2026, 11, 10, 22, tzinfo=MADRID)
    assert hours.next_quiet(noon.replace(hour=23)) == noon.replace(hour=23)
    assert QuietHours(MADRID).next_quiet(noon) is None
