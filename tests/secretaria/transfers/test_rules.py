"""The steps of a transfer as data: whose turn, what leads where, and by when."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notica.event_words.transfers import TO_DO
from plumier.school_days import Calendar
from secretaria.transfers.rules import (
    ANNULLABLE,
    ENDED,
    STEPS,
    TURNS,
    WAY,
    Action,
    Side,
    State,
    days_over,
    deadline,
    first_state,
    next_side,
    step_for,
    steps_of,
)

FRIDAY = date(2026, 11, 27)


@settings(deadline=None)
@given(begun_by=st.sampled_from(Side), choices=st.lists(st.integers(0, 2), max_size=14))
def test_at_any_moment_exactly_one_side_must_act_or_it_has_ended(begun_by: Side, choices: list[int]) -> None:
    state = first_state(begun_by)
    for choice in choices:
        side = next_side(state)
        own = STEPS.get(state, ())
        assert (side is None) == (state in ENDED) == (own == ())
        if side is None:
            assert [steps_of(state, one, begun_by) for one in Side] == [(), ()]
            return
        assert steps_of(state, side, begun_by)[: len(own)] == own
        other = Side.ORIGIN if side == Side.DESTINATION else Side.DESTINATION
        assert {step.action for step in steps_of(state, other, begun_by)} <= {Action.ANNUL}
        steps = steps_of(state, side, begun_by)
        state = steps[choice % len(steps)].to


@pytest.mark.parametrize("state", [state for state in State if state not in ENDED])
def test_from_every_state_the_main_steps_lead_to_the_end(state: State) -> None:
    seen = [state]
    while seen[-1] not in ENDED:
        (main,) = [step for step in STEPS[seen[-1]] if step.main]
        assert main.to not in seen
        seen.append(main.to)
    assert seen[-1] == State.CLOSED


def test_straight_way_is_the_states_through_which_the_main_steps_lead() -> None:
    for side, way in WAY.items():
        found = [first_state(side)]
        while found[-1] not in ENDED:
            found.append(next(step.to for step in STEPS[found[-1]] if step.main))
        assert tuple(found) == way


def test_only_who_began_it_takes_it_back_and_not_once_the_student_has_left() -> None:
    may = {
        (state, side)
        for state in State
        for side in Side
        if step_for(state, side, Side.ORIGIN, Action.ANNUL) is not None
    }
    assert may == {(state, Side.ORIGIN) for state in ANNULLABLE}
    assert {State.WITHDRAWN, State.ENROLLED, *ENDED} & set(ANNULLABLE) == set()


def test_what_is_returned_says_why() -> None:
    back = {step.action: step.reasoned for steps in STEPS.values() for step in steps if not step.main}
    assert back == {Action.RETURN: True, Action.INCOMPLETE: True}


def test_every_state_says_what_is_to_be_done() -> None:
    assert set(TO_DO) == set(State.values)
    assert set(TURNS) == set(State) - set(ENDED)


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        (Calendar(), date(2026, 12, 4)),
        (Calendar(holidays=((date(2026, 11, 30), date(2026, 12, 1)),)), date(2026, 12, 8)),
        (Calendar(frozenset(range(1, 8))), date(2026, 12, 2)),
        (Calendar(starts_on=date(2025, 9, 1), ends_on=date(2026, 6, 20)), date(2026, 12, 4)),
        (Calendar(holidays=((FRIDAY, date(2027, 12, 31)),)), FRIDAY + timedelta(days=60)),
    ],
    ids=["weekdays", "holidays", "every day", "between two courses", "no school days"],
)
def test_deadline_counts_the_schools_days_after_today(calendar: Calendar, expected: date) -> None:
    assert deadline(State.OFFERED, calendar, FRIDAY) == expected


def test_what_has_ended_has_no_deadline() -> None:
    assert [deadline(state, Calendar(), FRIDAY) for state in ENDED] == [None, None]


@pytest.mark.parametrize(
    ("due", "over"), [(None, 0), (FRIDAY, 0), (date(2026, 11, 24), 3), (date(2026, 12, 1), 0)]
)
def test_days_over_count_from_the_day_after_the_deadline(due: date | None, over: int) -> None:
    assert days_over(due, FRIDAY) == over
