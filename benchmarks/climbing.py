"""How many rows a measurement takes, so that it lasts a few seconds whatever the machine and the contender."""

from collections.abc import Callable, Sequence

from benchmarks.messages import Measured

ENOUGH = 0.5  # of the seconds aimed at


def more_rows(measured: Measured, seconds: float, most: int) -> int | None:
    """With how many rows to measure again so that it lasts about so long; None when it did."""
    if measured.seconds >= seconds * ENOUGH or measured.rows >= most:
        return None
    return min(most, int(measured.rate * seconds))


def climb(measure: Callable[[int], Measured], rows: int, seconds: float, most: int) -> Measured:
    """Measure with ever more rows until it lasts long enough; the last measurement."""
    while True:
        measured = measure(rows)
        again = more_rows(measured, seconds, most)
        if again is None or again <= rows:
            return measured
        rows = again


def middle(measurements: Sequence[Measured]) -> Measured:
    """The one with the median rate; of an even number the slower of the two in the middle."""
    ordered = sorted(measurements, key=lambda measured: measured.rate)
    return ordered[(len(ordered) - 1) // 2]
