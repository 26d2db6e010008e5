"""Tags that come back signed."""

from typing import Any

import pytest

from channels_app.tags import read_tag, tag


def test_tag_says_delivery_and_try() -> None:
    assert read_tag("sms", tag("sms", 12, 3)) == (12, 3)


def test_tag_of_another_case_is_read() -> None:
    assert read_tag("sms", tag("sms", 12, 3).upper()) == (12, 3)


def test_tag_of_another_use_is_refused() -> None:
    assert read_tag("sms", tag("email", 12, 3)) is None


@pytest.mark.parametrize(
    "given", ["", "12.3", "12.3." + "0" * 20, "12.3." + "z" * 20, "\u0661\u0662.3." + "0" * 20]
)
def test_tag_that_we_never_made_is_refused(given: str) -> None:
    assert read_tag("sms", given) is None


def test_tag_of_a_former_key_is_read_and_of_a_strange_one_not(settings: Any) -> None:
    settings.SECRET_KEY = "former"
    made = tag("sms", 12, 3)
    settings.SECRET_KEY = "present"
    assert read_tag("sms", made) is None
    settings.SECRET_KEY_FALLBACKS = ["former"]
    assert read_tag("sms", made) == (12, 3)
