"""The words of the pages."""

from datetime import date

import pytest

from channels_app.sandbox.pages.words import Clock, count, decimal, name_of, phone, reason, size

MADRID = Clock("Europe/Madrid")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+34600111222", "+34 600 111 222"),
        ("+84912345678", "+84 912 345 678"),
        ("+441632960001", "+441632960001"),
        ("ana@example.es", "ana@example.es"),
        ("1001", "Chat 1001"),
        ("", "Sin dirección"),
    ],
)
def test_name_of_an_address(address: str, shown: str) -> None:
    assert name_of(address) == shown


def test_phone_leaves_what_is_none() -> None:
    assert phone("IESRibera") == "IESRibera"


def test_count_and_sizes_as_people_say_them() -> None:
    assert [count(number, "vez", "veces") for number in (0, 1, 1204)] == ["0 veces", "1 vez", "1.204 veces"]
    assert [size(amount) for amount in (12, 140_300, 50_250_000)] == ["12 B", "140 kB", "50,2 MB"]
    assert [decimal(number) for number in (2.0, 2.5)] == ["2", "2,5"]


def test_reason_of_presets_and_actions() -> None:
    assert [reason(error) for error in ("opted_out", "lose", "new_one")] == [
        "Se dio de baja de los SMS",
        "Tomado, pero la respuesta se perdió",
        "new_one",
    ]


def test_clock_is_in_its_zone_with_summer_time() -> None:
    assert MADRID.hour("2026-11-21T08:05:00+00:00") == "9:05"
    assert MADRID.hour("2026-07-21T08:05:00+00:00") == "10:05"


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (date(2026, 11, 21), "Hoy"),
        (date(2026, 11, 22), "Ayer"),
        (date(2026, 11, 30), "Sábado 21 de noviembre"),
    ],
)
def test_clock_day_begins_at_midnight_of_the_zone(today: date, shown: str) -> None:
    assert MADRID.day("2026-11-20T23:30:00+00:00", today) == shown
