"""The days on which a school is open (requirement A1)."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from plumier.models import AcademicYear, Holiday, School, SessionSlot
from plumier.school_days import Calendar, calendar_of, load_holidays
from tests.factories.register import make_school

FRIDAY = date(2026, 11, 20)
DAY = timedelta(days=1)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.mark.parametrize(
    ("calendar", "opened"),
    [
        (Calendar(), [True, False, False, True]),
        (Calendar(frozenset({5, 6})), [True, True, False, False]),
        (Calendar(holidays=((FRIDAY, FRIDAY),)), [False, False, False, True]),
        (Calendar(holidays=((FRIDAY - DAY, FRIDAY + 3 * DAY),)), [False] * 4),
        (Calendar(starts_on=FRIDAY + DAY), [False, False, False, True]),
        (Calendar(ends_on=FRIDAY), [True, False, False, False]),
    ],
)
def test_day_is_open_within_the_year_the_week_and_outside_holidays(
    calendar: Calendar, opened: list[bool]
) -> None:
    assert [calendar.is_open(FRIDAY + DAY * number) for number in range(4)] == opened


@given(first=days, length=st.integers(0, 40), free=st.lists(st.tuples(days, st.integers(0, 20)), max_size=4))
def test_open_days_are_just_those_that_are_open(
    first: date, length: int, free: list[tuple[date, int]]
) -> None:
    calendar = Calendar(holidays=tuple((start, start + DAY * more) for start, more in free))
    last = first + DAY * length
    expected = [first + DAY * n for n in range(length + 1) if calendar.is_open(first + DAY * n)]
    assert calendar.open_days(first, last) == expected
    assert not any(start <= day <= start + DAY * more for day in expected for start, more in free)


def test_calendar_of_a_school_is_its_year_its_sessions_and_its_holidays(school: School) -> None:
    year = AcademicYear.objects.get(school=school)
    year.starts_on, year.ends_on = date(2026, 9, 8), date(2027, 6, 22)
    year.save()
    SessionSlot.objects.create(school=school, year=year, weekday=6, number=1, starts="08:00", ends="08:45")
    Holiday.objects.create(school=school, name="Tết", first_day="2027-02-05", last_day="2027-02-12")
    make_school("30000002").holidays.create(name="Fiesta", first_day="2026-12-01", last_day="2026-12-01")
    assert calendar_of(school) == Calendar(
        frozenset({6}), ((date(2027, 2, 5), date(2027, 2, 12)),), date(2026, 9, 8), date(2027, 6, 22)
    )


def test_school_without_sessions_works_from_monday_to_friday(school: School) -> None:
    assert calendar_of(school) == Calendar()


def test_holidays_of_the_region_are_loaded_once_and_own_ones_stay(school: School) -> None:
    Holiday.objects.create(school=school, name="Patrón", first_day="2026-11-27", last_day="2026-11-27")
    assert load_holidays(school, "ES-MC", [2026], by=None) == Holiday.objects.count() - 1
    assert load_holidays(school, "ES-MC", [2026], by=None) == 0
    named = Holiday.objects.values_list("first_day", "name")
    assert (date(2026, 6, 9), "Día de la Región de Murcia") in named
    assert (date(2026, 11, 27), "Patrón") in named


def test_holidays_are_named_in_the_schools_language(db: None) -> None:
    load_holidays(make_school(language="vi"), "VN", [2027], by=None)
    assert Holiday.objects.get(first_day="2027-09-02").name == "Quốc khánh"


def test_command_loads_and_says_how_many(school: School) -> None:
    out = StringIO()
    call_command("load_holidays", "--school", school.code, "--region", "ES-MC", "--years", "2026", stdout=out)
    assert out.getvalue() == f"Festivos nuevos: {Holiday.objects.count()}\n"


@pytest.mark.parametrize("region", ["XX", "ES-XX"])
def test_region_that_is_not_known_is_refused(school: School, region: str) -> None:
    with pytest.raises(CommandError, match="No hay festivos de") as refused:
        call_command("load_holidays", "--school", school.code, "--region", region)
    assert refused.value.returncode == 2
