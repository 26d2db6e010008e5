"""What an account may do at a moment, whatever was asked before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notica.pacing import Admission, Standing, admit, bucket

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FREE = Standing(None, 0.0, None, None, None)
RATES = st.floats(0.02, 500)
# Seconds since the call before, the slots that are free, and how many of the admitted rows were there to take.
CALLS = st.lists(st.tuples(st.floats(0, 120), st.integers(-1, 300), st.floats(0, 1)), min_size=1, max_size=40)


def went_out(rate: float, calls: list[tuple[float, int, float]]) -> list[tuple[float, int]]:
    """When how many were sent, keeping the account's row as a claim does."""
    standing, now, sent = replace(FREE, rate=rate), NOW, []
    for since, wanted, share in calls:
        now += timedelta(seconds=since)
        admission = admit(standing, wanted, now)
        assert 0 <= admission.most <= max(wanted, 0)
        if admission.most:
            number = round(admission.most * share)
            standing = replace(standing, tokens=admission.tokens - number, tokens_at=now)
            sent.append(((now - NOW).total_seconds(), number))
    return sent


@given(RATES, CALLS)
def test_no_window_holds_more_than_the_rate_and_a_bucket(
    rate: float, calls: list[tuple[float, int, float]]
) -> None:
    sent = went_out(rate, calls)
    for first, (begin, _) in enumerate(sent):
        total = 0
        for end, number in sent[first:]:
            total += number
            assert total <= rate * (end - begin) + bucket(rate) + 1e-3


@given(st.floats(2, 500))
def test_whoever_asks_all_the_time_gets_the_whole_rate(rate: float) -> None:
    """Nothing is lost between two claims, but for less than one send at the end."""
    step = 1 / rate / 3
    calls = [(step, 300, 1.0)] * 2000
    sent = sum(number for _, number in went_out(rate, calls))
    assert sent >= rate * step * len(calls) - 1


@given(st.integers(-5, 300))
def test_account_without_a_rate_gives_what_is_wanted(wanted: int) -> None:
    assert admit(FREE, wanted, NOW).most == max(wanted, 0)


@given(RATES, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_clock_that_goes_back_fills_nothing(rate: float, then: datetime) -> None:
    spent = Standing(rate, 0.0, NOW + timedelta(days=400), None, None)
    assert admit(spent, 10, then) == Admission(0, 0.0)


LATER = NOW + timedelta(microseconds=1)


@pytest.mark.parametrize(("paused_until", "circuit_open_until"), [(LATER, None), (None, LATER)])
@pytest.mark.parametrize("rate", [None, 30.0])
def test_nothing_goes_out_during_a_pause_or_an_open_circuit(
    rate: float | None, paused_until: datetime | None, circuit_open_until: datetime | None
) -> None:
    standing = Standing(rate, 5.0, NOW, paused_until, circuit_open_until)
    assert admit(standing, 10, NOW) == Admission(0, 5.0)


def test_pause_that_is_over_is_as_none() -> None:
    assert admit(replace(FREE, paused_until=NOW), 10, NOW) == Admission(10, 0.0)


@given(st.one_of(st.none(), RATES), st.integers(-1, 300), st.floats(0, 500))
def test_half_open_circuit_lets_one_through_where_one_may_go(
    rate: float | None, wanted: int, tokens: float
) -> None:
    standing = Standing(rate, tokens, NOW, None, NOW)
    admission = admit(standing, wanted, NOW)
    closed = admit(replace(standing, circuit_open_until=None), wanted, NOW)
    assert (admission.most, admission.probing) == (min(closed.most, 1), closed.most > 0)


def test_circuit_stays_shut_while_a_pause_lasts() -> None:
    standing = replace(FREE, paused_until=NOW + timedelta(seconds=1), circuit_open_until=NOW)
    assert admit(standing, 10, NOW) == Admission(0)


def test_slow_account_saves_up_one_send() -> None:
    assert (bucket(0.1), bucket(30)) == (1.0, 30)
    spent = Standing(0.1, 0.0, NOW, None, None)
    assert [admit(spent, 5, NOW + timedelta(seconds=seconds)).most for seconds in (0, 9, 11, 3600)] == [
        0,
        0,
        1,
        1,
    ]
