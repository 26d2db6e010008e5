"""The time that everything agrees on: the database's (`plumier_now()`)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from plumier.models import School


def database_now() -> datetime:
    """The moment by the one clock, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT plumier_now()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]


def day_in(school: School, now: datetime) -> date:
    """The civil day of a moment in the school's zone."""
    return now.astimezone(ZoneInfo(school.time_zone)).date()


def database_today() -> date:
    """The day by the one clock, in the settings' zone."""
    return timezone.localdate(database_now())
