"""Arrays as PostgreSQL reads them: thousands of keys written by hand cost a tenth of what the driver takes."""

from collections.abc import Iterable


def numbers(values: Iterable[int]) -> str:
    """For a parameter or a column of type `bigint[]`."""
    return "{" + ",".join(map(str, values)) + "}"


def truths(values: Iterable[bool]) -> str:
    """For a parameter or a column of type `boolean[]`."""
    return "{" + ",".join(["t" if value else "f" for value in values]) + "}"
