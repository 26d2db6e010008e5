"""Where a send stands, and when its page asks again."""

from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notica.kinds import UNDO_SECONDS
from notica.models import Message
from notica.phases import Phase, leaves_at, pace, pace_of_page, phase_of, seconds_left

NOW = datetime(2026, 11, 5, 22, 30, tzinfo=UTC)  # 23:30 in Madrid
MADRID = ZoneInfo("Europe/Madrid")


def message(state: str = "sending", wait: float = 0.0, ago: float = 0.0, ended: bool = False) -> Message:
    """Created `ago` seconds before now, to go out `wait` seconds after it was created."""
    created = NOW - timedelta(seconds=ago)
    return Message(
        state=state,
        created_at=created,
        not_before=created + timedelta(seconds=wait),
        finished_at=NOW if ended else None,
    )


@pytest.mark.parametrize(
    ("sent", "phase", "seconds"),
    [
        (message("queued", UNDO_SECONDS, 3), Phase.HELD, 1),
        (message("sending", UNDO_SECONDS, 3), Phase.HELD, 1),
        (message("sending", UNDO_SECONDS, 11), Phase.SENDING, 3),
        (message("queued", 30, 3), Phase.SCHEDULED, 3),
        (message("queued", 3600, 3), Phase.SCHEDULED, 900),
        (message("queued", 300, 3), Phase.SCHEDULED, 297),
        (message("queued", 0, 1), Phase.PREPARING, 3),
        (message("sending", 0, 90), Phase.SENDING, 10),
        (message("sending", 0, 901), Phase.SENDING, 60),
        (message("cancelled", 0, 5), Phase.ENDING, 3),
        (message("cancelled", 0, 5, ended=True), Phase.ENDED, None),
        (message("finished", 0, 5, ended=True), Phase.ENDED, None),
        (message("in_review", 0, 5), Phase.ENDED, None),
    ],
)
def test_phase_and_pace_follow_the_state_and_the_clock(sent: Message, phase: Phase, seconds: int) -> None:
    assert (phase_of(sent, NOW), pace(sent, NOW)) == (phase, seconds)


def test_what_rests_till_morning_is_asked_for_when_it_goes_on() -> None:
    sent, morning = message("sending", 0, 90), NOW + timedelta(minutes=10)
    assert (pace(sent, NOW, morning), pace_of_page(sent, NOW, morning)) == (600, 600)
    assert pace(sent, NOW, NOW + timedelta(hours=9)) == 900
    assert pace(message("finished", 0, 5, ended=True), NOW, morning) is None


def test_whole_page_is_left_alone_until_the_hold_is_over() -> None:
    held = message("queued", UNDO_SECONDS, 3.5)
    assert (seconds_left(held, NOW), pace_of_page(held, NOW)) == (7, 8)
    assert pace_of_page(message("sending", 0, 5), NOW) == 3


@given(wait=st.floats(0, 1e6), ago=st.floats(0, 1e6), state=st.sampled_from(["queued", "sending"]))
def test_what_may_still_change_is_always_asked_for_again(wait: float, ago: float, state: str) -> None:
    sent = message(state, wait, ago)
    asked = pace(sent, NOW)
    assert asked is not None
    waits = (sent.not_before - NOW).total_seconds()
    assert 1 <= asked <= (min(ceil(waits), 900) if waits > 60 else 60)
    assert (phase_of(sent, NOW) in (Phase.HELD, Phase.SCHEDULED)) == (sent.not_before > NOW)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.25, "Sale hoy a las 23:45"),
        (8.5, "Sale mañana a las 8:00"),
        (32.5, "Sale el 07/11/2026 a las 8:00"),
    ],
)
def test_time_of_leaving_is_told_as_people_say_it(hours: float, words: str) -> None:
    assert leaves_at(NOW + timedelta(hours=hours), NOW, MADRID) == words
