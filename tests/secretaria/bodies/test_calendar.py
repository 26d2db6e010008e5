"""The file for calendars, read back by the library's own reader (requirement E9, RFC 5545)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from secretaria.bodies.calendar import CalendarMeeting, calendar_of

MADRID = ZoneInfo("Europe/Madrid")
ONE = CalendarMeeting(
    uid="abc@plumier.example",
    sequence=0,
    stamp=datetime(2026, 10, 1, 9, tzinfo=MADRID),
    starts_at=datetime(2026, 10, 26, 17, tzinfo=MADRID),
    minutes=90,
    summary="Reunión: Claustro",
    place="Salón de actos; planta 1, edificio B",
    description="Orden del día:\n1. Ruegos, y preguntas",
    link="https://plumier.example/x/",
    school="IES Ñ",
    organizer="ies@edu.example",
)


def event(written: bytes) -> tuple[Calendar, dict[str, object]]:
    calendar = Calendar.from_ical(written)
    (found,) = calendar.walk("VEVENT")
    return calendar, found


def test_calendar_is_published_by_the_school() -> None:
    calendar, found = event(calendar_of(ONE))
    assert (str(calendar["METHOD"]), str(calendar["VERSION"])) == ("PUBLISH", "2.0")
    assert (str(found["UID"]), found["SEQUENCE"], str(found["STATUS"])) == (ONE.uid, 0, "CONFIRMED")
    assert str(found["LOCATION"]) == ONE.place
    assert str(found["DESCRIPTION"]) == ONE.description
    assert str(found["ORGANIZER"]) == "mailto:ies@edu.example"
    assert "ATTENDEE" not in found


def test_calendar_of_a_cancelled_one_says_so_under_the_same_uid() -> None:
    calendar, found = event(calendar_of(replace(ONE, sequence=3, cancelled=True)))
    assert (str(calendar["METHOD"]), str(found["STATUS"])) == ("CANCEL", "CANCELLED")
    assert (str(found["UID"]), found["SEQUENCE"]) == (ONE.uid, 3)


def test_calendar_of_a_school_without_address_has_an_organizer() -> None:
    assert str(event(calendar_of(replace(ONE, organizer="")))[1]["ORGANIZER"]) == "invalid:nomail"


def test_hour_is_the_same_on_both_sides_of_a_change_of_the_clock() -> None:
    """Spain puts its clocks back on 25 October 2026: 17:00 is 15:00 in UTC before and 16:00 after."""
    before = replace(ONE, starts_at=datetime(2026, 10, 24, 17, tzinfo=MADRID))
    hours = [event(calendar_of(one))[1]["DTSTART"].dt for one in (before, ONE)]  # type: ignore[attr-defined]
    assert hours == [datetime(2026, 10, 24, 15, tzinfo=UTC), datetime(2026, 10, 26, 16, tzinfo=UTC)]


@given(
    st.integers(0, 130_000_000).map(
        lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.sampled_from(["Europe/Madrid", "Asia/Ho_Chi_Minh", "Atlantic/Canary"]),
    st.integers(5, 720),
)
def test_calendar_reads_back_as_the_moment_that_was_meant(at: datetime, zone: str, minutes: int) -> None:
    starts = at.astimezone(ZoneInfo(zone))
    _calendar, found = event(calendar_of(replace(ONE, starts_at=starts, minutes=minutes)))
    begins, ends = found["DTSTART"].dt, found["DTEND"].dt  # type: ignore[attr-defined]
    assert begins == starts.astimezone(UTC)
    assert ends - begins == timedelta(minutes=minutes)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300))
def test_lines_are_no_longer_than_calendars_take_and_nothing_is_lost(text: str) -> None:
    written = calendar_of(replace(ONE, description=text))
    assert max(map(len, written.split(b"\r\n"))) <= 75
    assert str(event(written)[1]["DESCRIPTION"]) == text
