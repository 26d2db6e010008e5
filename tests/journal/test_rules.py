"""When a journal is due, and what its lines make: pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.rules import Said, compose, due, is_stale

HANOI, MADRID = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Madrid")
DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("at", "reminded", "late"),
    [
        ((15, 29, 59), False, False),
        ((15, 30, 0), True, False),
        ((16, 0, 0), True, False),
        ((16, 0, 1), False, True),
    ],
)
def test_hour_itself_is_in_time_and_the_next_second_late(
    at: tuple[int, int, int], reminded: bool, late: bool
) -> None:
    now = datetime.combine(DAY, time(*at), tzinfo=HANOI)
    found = due(DAY, time(16), 30, HANOI)
    assert (found.is_reminded(now), found.is_late(now)) == (reminded, late)


def test_no_minutes_remind_nobody() -> None:
    assert due(DAY, time(16), 0, HANOI).reminder is None


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.times(), st.integers(1, 480))
def test_reminder_comes_so_many_minutes_before_whatever_the_clocks_do(
    day: date, until: time, minutes: int
) -> None:
    found = due(day, until, minutes, MADRID)
    assert found.reminder is not None
    assert found.at.timestamp() - found.reminder.timestamp() == pytest.approx(60 * minutes)


@given(st.integers(-100, 100))
def test_minutes_left_never_below_none(minutes: int) -> None:
    found = due(DAY, time(16), 30, HANOI)
    assert found.left(found.at - timedelta(minutes=minutes)).minutes == max(0, minutes)


def test_text_has_a_row_a_line_and_what_is_said_twice_once() -> None:
    lines = [Said("Đi muộn"), Said("Làm bài tốt", "Toán", 2), Said("Đi muộn"), Said("Hăng hái", "Văn")]
    assert compose(lines) == "• Đi muộn\n• Toán (2): Làm bài tốt\n• Văn: Hăng hái"


@given(st.lists(st.text(min_size=1)))
def test_nothing_said_makes_no_text(texts: list[str]) -> None:
    assert (compose([Said(one) for one in texts]) == "") == (not texts)


@pytest.mark.parametrize(
    ("shown", "stands", "typed", "kept", "expected"),
    [
        (1, 1, "a", "b", False),
        (1, 2, "a", "b", True),
        (1, 2, "a", "a", False),
    ],
)
def test_only_what_differs_from_what_stands_now_is_stale(
    shown: int, stands: int, typed: str, kept: str, expected: bool
) -> None:
    assert is_stale(shown, stands, typed, kept) is expected
