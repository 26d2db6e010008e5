"""The report of a day on which something happened to a school's fees: one a day, in Notica (requirement E8)."""

import logging
import time
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from notica.events import StaffEvent, tell_staff
from plumier.access import holders
from plumier.clock import database_now, day_in
from plumier.models import School
from secretaria.fees.access import TOLD
from secretaria.fees.totals import lines_of
from secretaria.models import FeeMovement, FeeReport

logger = logging.getLogger(__name__)
KIND: Final = "fees"
ROUND_SECONDS: Final = 5.0  # for all that is due in one round of the clock

# A day is told when it has been over for five minutes, by its school's own clock. What was noted for a day that has
# been told, by what was still being written when it was, goes into the next day's report.
DUE: Final = """
SELECT DISTINCT untold.school_id, greatest(untold.day, coalesce(last.day + 1, untold.day)) AS told_on
FROM (
    SELECT DISTINCT school_id, day FROM secretaria_feemovement WHERE report_id IS NULL
) untold
JOIN plumier_school s ON s.id = untold.school_id
JOIN plumier_schoolpolicy p ON p.school_id = s.id AND p.procedures @> ARRAY['tasas']::varchar[]
LEFT JOIN LATERAL (SELECT max(r.day) AS day FROM secretaria_feereport r WHERE r.school_id = s.id) last ON true
WHERE greatest(untold.day, coalesce(last.day + 1, untold.day))
    < ((%(now)s - interval '5 minutes') AT TIME ZONE s.time_zone)::date
  AND greatest(untold.day, coalesce(last.day + 1, untold.day)) <= coalesce(%(until)s, 'infinity'::date)
  AND s.id = coalesce(%(school)s, s.id)
ORDER BY told_on, untold.school_id
"""


def report_some() -> None:
    """What is due, as far as it can be done in a round of the clock; the next round goes on."""
    ends_at = time.monotonic() + ROUND_SECONDS
    now = database_now()
    for school, day in due(now):
        try:
            report(school, day, now)
        except Exception:  # one school's trouble keeps no other waiting
            logger.exception("the report of fees of a school failed: %s", school)
        if time.monotonic() >= ends_at:
            break


def due(now: datetime, until: date | None = None, school: School | None = None) -> list[tuple[int, date]]:
    """Which schools are to be told of which days, the oldest first: one statement for all of them."""
    values = {"now": now, "until": until, "school": None if school is None else school.pk}
    with connection.cursor() as cursor:
        cursor.execute(DUE, values)
        return [(pk, day) for pk, day in cursor.fetchall()]


@transaction.atomic
def report(school_id: int, day: date, now: datetime) -> FeeReport | None:
    """Tell a school of a day: whoever holds the posts of `TOLD` there now. None where it has been told
    already, or there is nothing to tell.

    What is told is what is kept as told, so nothing is in two reports or in none.
    """
    school = School.objects.get(pk=school_id)
    made, new = FeeReport.objects.get_or_create(school=school, day=day, defaults={"at": now})
    if not new:
        return None
    FeeMovement.objects.filter(school=school, report__isnull=True, day__lte=day).update(report=made, day=day)
    made.lines = [line.as_json() for line in lines_of(FeeMovement.objects.filter(report=made))]
    if not made.lines:  # taken back meanwhile, as an import that was undone
        made.delete()
        return None
    people = holders(school, TOLD, day_in(school, now)).order_by("pk").values_list("pk", flat=True)
    if told := tuple(people):
        made.message = tell_staff(_event(made, told), by=None, now=now)
        made.told = len(told)
    made.save(update_fields=["lines", "message", "told"])
    return made


def _event(made: FeeReport, people: tuple[int, ...]) -> StaffEvent:
    params: dict[str, Any] = {"day": made.day.isoformat(), "code": made.school.code, "lines": made.lines}
    return StaffEvent(KIND, made.school, people, f"fees-{made.pk}", params)
