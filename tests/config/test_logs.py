import logging
from typing import NoReturn

import psycopg

from config.logs import DiscreetFormatter


def _fail(phone: str, name: str) -> NoReturn:
    try:
        raise psycopg.errors.UniqueViolation(phone)
    except psycopg.Error as error:
        raise RuntimeError(name) from error


def _formatted() -> str:
    try:
        _fail("+34600123456", "Ana López")
    except RuntimeError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 0, "Failed", (), (type(error), error, error.__traceback__)
        )
    return DiscreetFormatter().format(record)


def test_failure_is_told_by_its_places_and_kinds() -> None:
    lines = _formatted().splitlines()
    kinds = [line for line in lines if not line.startswith(" ")]
    assert kinds == ["Failed", "psycopg.errors.UniqueViolation [23505]", "builtins.RuntimeError"]
    assert [line for line in lines if "raise" in line] == [
        "    raise psycopg.errors.UniqueViolation(phone)",
        "    raise RuntimeError(name) from error",
    ]
