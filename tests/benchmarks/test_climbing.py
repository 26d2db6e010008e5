from benchmarks.climbing import climb, middle, more_rows
from benchmarks.messages import Measured


def test_more_rows_aims_at_the_seconds() -> None:
    assert more_rows(Measured(100, 0.5), 4.0, 10_000) == 800
    assert more_rows(Measured(100, 0.5), 4.0, 300) == 300
    assert more_rows(Measured(100, 2.0), 4.0, 10_000) is None
    assert more_rows(Measured(300, 0.5), 4.0, 300) is None


def test_climb_ends_once_it_lasts_long_enough() -> None:
    asked: list[int] = []

    def a_thousand_a_second(rows: int) -> Measured:
        asked.append(rows)
        return Measured(rows, rows / 1000)

    assert climb(a_thousand_a_second, 100, 3.0, 50_000) == Measured(3000, 3.0)
    assert asked == [100, 3000]


def test_climb_ends_at_the_most_rows() -> None:
    assert climb(lambda rows: Measured(rows, rows / 1e6), 100, 3.0, 5_000) == Measured(5_000, 0.005)


def test_middle_is_the_median_rate() -> None:
    slow, fair, fast = Measured(10, 2.0), Measured(10, 1.0), Measured(10, 0.5)
    assert (middle([fast, slow, fair]), middle([slow, fast]), middle([fast])) == (fair, slow, fast)
