"""Accounts of everybody and of one school."""

from typing import Any, ClassVar

import pytest

from channels_app import environment
from channels_app.memory.channel import MemoryChannel


class Way(MemoryChannel):
    """A channel with two required variables and an optional one."""

    variables: ClassVar[tuple[str, ...]] = ("WAY_TOKEN", "WAY_USER", "WAY_URL")
    required: ClassVar[tuple[str, ...]] = ("WAY_TOKEN", "WAY_USER")

    @classmethod
    def problems(cls, environment: Any) -> list[str]:
        return ["mal"] if environment.get("WAY_TOKEN") == "bad" else []


@pytest.fixture
def given(settings: Any) -> dict[str, str]:
    settings.CHANNEL_ENVIRONMENT = {}
    return settings.CHANNEL_ENVIRONMENT  # type: ignore[no-any-return]


def test_values_are_those_of_the_channel_without_blanks(given: dict[str, str]) -> None:
    given |= {"WAY_TOKEN": " t ", "WAY_URL": " ", "OTHER": "x"}
    assert environment.values(Way) == {"WAY_TOKEN": "t"}


def test_values_of_an_owner_win_over_everybodys(given: dict[str, str]) -> None:
    given |= {"WAY_TOKEN": "all", "WAY_URL": "u", "WAY_TOKEN__IES_MOLINOS": "own"}
    assert environment.values(Way, "ies-molinos") == {"WAY_TOKEN": "own", "WAY_URL": "u"}
    assert environment.values(Way, "otro") == {"WAY_TOKEN": "all", "WAY_URL": "u"}
    assert environment.values(Way) == {"WAY_TOKEN": "all", "WAY_URL": "u"}


def test_has_own_account_only_with_a_required_value_of_its_own(given: dict[str, str]) -> None:
    given |= {"WAY_TOKEN": "all", "WAY_URL__A": "u", "WAY_TOKEN__B": "own"}
    assert [environment.has_own_account(Way, owner) for owner in ("A", "B", "")] == [False, True, False]


def test_is_configured_with_everything_required(given: dict[str, str]) -> None:
    given |= {"WAY_TOKEN": "t", "WAY_USER__A": "u"}
    assert [environment.is_configured(Way, owner) for owner in ("", "A")] == [False, True]


@pytest.mark.parametrize(
    ("values", "sentences"),
    [
        ({}, []),
        ({"WAY_URL": "u"}, []),
        ({"WAY_TOKEN": "t"}, ["Falta WAY_USER."]),
        ({"WAY_TOKEN": "t", "WAY_USER": "u"}, []),
        ({"WAY_TOKEN": "bad", "WAY_USER": "u"}, ["mal"]),
    ],
)
def test_problems_names_what_is_missing_or_wrong(
    given: dict[str, str], values: dict[str, str], sentences: list[str]
) -> None:
    given |= values
    assert environment.problems(Way) == sentences
