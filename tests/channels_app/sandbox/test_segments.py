"""How many SMS a text costs."""

import pytest

from channels_app.sandbox.segments import segments


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("ñ" * 160, 1),
        ("á" + "a" * 150, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
    ],
)
def test_segments_of_a_text(text: str, cost: int) -> None:
    assert segments(text) == cost
