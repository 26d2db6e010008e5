"""The counter beside a text, and «Quitar tildes»."""

import pytest

from notica.choices import Way
from notica.writing.counting import count, plain_offer


@pytest.mark.parametrize(
    ("text", "way", "told"),
    [
        ("", Way.SMS, (0, 151, 0, 1, "gsm7", ())),
        ("x" * 152, Way.SMS, (152, 151, 1, 1, "gsm7", ())),
        ("á" * 151, Way.SMS, (151, 151, 0, 3, "ucs2", ("á",))),
        (" a\r\nb ", Way.EMAIL, (3, None, 0, 1, "gsm7", ())),
        ("x" * 12_001, Way.TELEGRAM_TOKAPP, (12_001, 12_000, 1, 79, "gsm7", ())),
    ],
)
def test_text_is_counted_as_it_is_sent(text: str, way: Way, told: tuple[object, ...]) -> None:
    found = count(text, way)
    assert (
        found.characters, found.most, found.over, found.segments, found.alphabet, found.forcing,
    ) == told  # fmt: skip


@pytest.mark.parametrize(
    ("text", "offer"),
    [("Mañana", ""), ("Más", ""), ("á" * 71, "a" * 71), ("ệ" * 100, "e" * 100), ("x" * 300, "")],
)
def test_accents_are_taken_away_only_where_that_saves_an_sms(text: str, offer: str) -> None:
    assert plain_offer(text) == offer
