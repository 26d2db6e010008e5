"""The time that everything agrees on: the database's (`plumier_now()`)."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateTimeField, Func
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate
from django.utils import timezone

from plumier.memory import memory
from plumier.models import School

# The same moment and day asked within another query, which then is the only one.
NOW: Final = Func(function="plumier_now", output_field=DateTimeField())
TODAY: Final = TruncDate(NOW)
Day = date | Combinable


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
    """The day by the one clock in the zone in force: a page's is its reader's school's (`own_zone`)."""
    kept = memory()
    return _today() if kept is None else kept.once(database_today, _today)


def _today() -> date:
    return timezone.localdate(database_now())
