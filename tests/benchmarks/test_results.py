import pytest

from benchmarks.results import Added, FanOut, Rate, Results, Urgent, find, ratio
from tests.benchmarks.samples import deliveries


def test_rate_is_rows_a_second() -> None:
    assert Rate("rq", "tokapp", 0, 100, 4.0).a_second == 25.0
    assert FanOut(1_000, 4_332, 0.5, 90.0).a_second == 2_000.0


def test_find_takes_the_one_course() -> None:
    found = find(deliveries(), "engine", "tokapp", 50)
    assert (found and found.a_second) == 6_000
    assert find(deliveries(), "rq", "tokapp", 50) is None


def test_ratio_needs_both() -> None:
    engine, rq = (find(deliveries(), name, "tokapp", 0) for name in ("engine", "rq"))
    assert (ratio(engine, rq), ratio(engine, None), ratio(None, rq)) == (125.0, None, None)


@pytest.mark.parametrize(
    ("waits", "p95"), [((2.0,), 2.0), ((3.0, 1.0), 3.0), (tuple(map(float, range(1, 101))), 95.0)]
)
def test_p95_is_what_ninety_five_of_a_hundred_did_not_exceed(waits: tuple[float, ...], p95: float) -> None:
    assert Urgent(10, waits).p95 == p95


def test_adds_up_unless_something_is_apart_or_failed() -> None:
    assert Results(checks=[Added("a", 1, 1, 0)]).adds_up is True
    assert Results(checks=[Added("a", 1, 1, 0), Added("b", 1, 1, 2)]).adds_up is False
    assert Results(failures=["a worker ended"]).adds_up is False
