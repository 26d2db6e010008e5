from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from notica.arrays import numbers, truths


@pytest.mark.parametrize(
    ("write", "kind", "values"),
    [
        (numbers, "bigint[]", []),
        (numbers, "bigint[]", [7]),
        (numbers, "bigint[]", [3, -2, 9_000_000_000]),
        (truths, "boolean[]", []),
        (truths, "boolean[]", [True, False, True]),
    ],
)
def test_array_is_read_as_it_was_written(
    db: None, write: Callable[[list[Any]], str], kind: str, values: list[Any]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}", [write(values)])
        assert cursor.fetchone()[0] == values
