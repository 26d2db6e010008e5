"""What an order to the sandbox may hold, read with a sentence for whatever cannot be."""

from collections.abc import Mapping
from typing import Any


class OrderError(ValueError):
    """An order that cannot be; its text says why."""


def text(given: Mapping[str, Any], name: str) -> str:
    """A text or a number as a text; empty if it is not there."""
    value = given.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise OrderError(f"{name}: a text")
    return str(value)


def whole(given: Mapping[str, Any], name: str) -> int | None:
    """A whole number from 0, None if it is not there."""
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise OrderError(f"{name}: a whole number from 0")
    return value


def number(given: Mapping[str, Any], name: str, default: float) -> float:
    """A number from 0."""
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise OrderError(f"{name}: a number from 0")
    return float(value)


def flag(given: Mapping[str, Any], name: str) -> bool:
    """True or false; false if it is not there."""
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise OrderError(f"{name}: true or false")
    return value


def texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts; empty if it is not there."""
    value = given.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise OrderError(f"{name}: a list of texts")
    return tuple(value)
