"""On which days a school is open: its year, its week and its holidays (requirement A1)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
from django.db import transaction
from django.utils.translation import gettext as _

from plumier.history import acting
from plumier.models import AcademicYear, Holiday, School, SessionSlot, User
from plumier.refusals import Refused

MONDAY_TO_FRIDAY = frozenset(range(1, 6))
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A school's days. `weekdays` as ISO numbers them; without bounds the year has none."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: tuple[tuple[date, date], ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None

    def is_open(self, day: date) -> bool:
        """Whether there is school on a day."""
        begun = self.starts_on is None or self.starts_on <= day
        within = begun and (self.ends_on is None or day <= self.ends_on)
        return (
            within
            and day.isoweekday() in self.weekdays
            and not any(first <= day <= last for first, last in self.holidays)
        )

    def open_days(self, first: date, last: date) -> list[date]:
        """The days with school from the first to the last, both included."""
        days = (first + DAY * number for number in range((last - first).days + 1))
        return [day for day in days if self.is_open(day)]


def calendar_of(school: School) -> Calendar:
    """The calendar of the current year: the weekdays that have sessions, or Monday to Friday."""
    year = AcademicYear.objects.filter(school=school, is_current=True).first()
    slots = SessionSlot.objects.filter(year=year).values_list("weekday", flat=True).distinct()
    free = Holiday.objects.filter(school=school).order_by("first_day").values_list("first_day", "last_day")
    return Calendar(
        frozenset(slots) or MONDAY_TO_FRIDAY,
        tuple(free),
        year.starts_on if year else None,
        year.ends_on if year else None,
    )


@transaction.atomic
def load_holidays(school: School, region: str, years: Collection[int], *, by: User | None) -> int:
    """Add the public holidays of a region («ES-MC», «VN») in civil years; how many were new.

    Raises Refused for a region that is not known. What the school has added itself stays.
    """
    found = list(_public_holidays(region, years, school.language))
    known = set(Holiday.objects.filter(school=school).values_list("first_day", "name"))
    new = [(day, name) for day, name in found if (day, name) not in known]
    with acting(by.pk if by else None, "load_holidays"):
        Holiday.objects.bulk_create(
            Holiday(school=school, name=name, first_day=day, last_day=day) for day, name in new
        )
    return len(new)


def _public_holidays(region: str, years: Iterable[int], language: str) -> Iterable[tuple[date, str]]:
    country, _dash, subdivision = region.partition("-")
    try:
        spoken = holidays.country_holidays(country).supported_languages
        own = holidays.country_holidays(country).default_language
        wanted = _LIBRARY_NAMES.get(language, language)
        days = holidays.country_holidays(
            country,
            subdiv=subdivision or None,
            years=list(years),
            language=wanted if wanted in spoken else own,
        )
    except NotImplementedError as error:
        raise Refused(
            _("No hay festivos de «%(region)s». Ejemplos: ES-MC, VN.") % {"region": region}
        ) from error
    return sorted((day, name[:120]) for day, name in days.items())


_LIBRARY_NAMES = {"en": "en_US"}
