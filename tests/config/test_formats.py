"""Days and hours as readers of each language write them."""

from datetime import UTC, date, datetime

import pytest
from django.forms import DateField
from django.utils.formats import date_format
from django.utils.translation import override

MOMENT = datetime(2026, 4, 3, 18, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("DATE_FORMAT", "3 April 2026"),
        ("DATETIME_FORMAT", "3 April 2026, 18:05"),
        ("TIME_FORMAT", "18:05"),
        ("SHORT_DATE_FORMAT", "03/04/2026"),
        ("SHORT_DATETIME_FORMAT", "03/04/2026 18:05"),
    ],
)
def test_english_puts_the_day_before_the_month(form: str, words: str) -> None:
    with override("en"):
        assert date_format(MOMENT, form) == words


def test_english_day_that_is_typed_is_read_the_same_way() -> None:
    with override("en"):
        assert DateField(localize=True).clean("03/04/2026") == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("DATE_FORMAT", "3 tháng 4 năm 2026"),
        ("DATETIME_FORMAT", "18:05, 3 tháng 4 năm 2026"),
        ("MONTH_DAY_FORMAT", "3 tháng 4"),
        ("YEAR_MONTH_FORMAT", "tháng 4 năm 2026"),
        ("SHORT_DATE_FORMAT", "03/04/2026"),
        ("SHORT_DATETIME_FORMAT", "18:05 03/04/2026"),
        ("l", "thứ Sáu"),
        ("F", "tháng 4"),
    ],
)
def test_vietnamese_has_no_capital_within_a_sentence(form: str, words: str) -> None:
    with override("vi"):
        assert date_format(MOMENT, form) == words


@pytest.mark.parametrize("typed", ["03/04/2026", "3/4/2026", "03-04-2026", "2026-04-03"])
def test_vietnamese_day_that_is_typed_is_read_as_it_is_written_there(typed: str) -> None:
    with override("vi"):
        assert DateField(localize=True).clean(typed) == date(2026, 4, 3)


def test_spanish_stays_as_it_was() -> None:
    assert date_format(MOMENT, "SHORT_DATE_FORMAT") == "03/04/2026"
    assert date_format(MOMENT, "DATE_FORMAT") == "3 de abril de 2026"
