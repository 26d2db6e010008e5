"""A deadline that has passed undone is told once to the instructor and the management (requirement E5)."""

import logging
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from convivencia.disciplinary.hearing import hearers_of_deadline
from convivencia.disciplinary.telling import tell_deadline
from convivencia.models import DisciplinaryCase, DisciplinaryStep
from plumier.clock import database_now, day_in
from plumier.models import Procedure, School
from plumier.school_days import calendar_of

logger = logging.getLogger(__name__)
AT_ONCE: Final = 50  # expedientes in one round of the clock
# Steps whose deadline is over in their school's own day, not done, of expedientes that are open and kept there.
PASSED: Final = """
SELECT s.case_id, s.school_id FROM convivencia_disciplinarystep s
JOIN convivencia_disciplinarycase c ON c.id = s.case_id AND c.ending = ''
JOIN plumier_school k ON k.id = s.school_id
JOIN plumier_schoolpolicy p ON p.school_id = s.school_id AND p.procedures @> ARRAY[%(procedure)s]::varchar[]
WHERE s.done_on IS NULL AND s.crossed_out_at IS NULL AND s.reminded_on IS NULL
  AND s.due_on < (%(now)s AT TIME ZONE k.time_zone)::date AND NOT s.school_id = ANY(%(closed)s)
GROUP BY s.case_id, s.school_id ORDER BY min(s.due_on), s.case_id LIMIT %(most)s
"""
# By school, a day on which it was seen not to open: every ten seconds of a summer nobody asks again.
_closed: dict[int, date] = {}


def remind_some() -> None:
    """The clock's part: those that wait longest first, on days with school."""
    now = database_now()
    found = _passed(now)
    schools = School.objects.in_bulk({school for _case, school in found})
    open_now = {pk for pk, school in schools.items() if _opens(school, day_in(school, now))}
    for case, school in found:
        if school in open_now:
            _remind_alone(case, now)


def _passed(now: datetime) -> list[tuple[int, int]]:
    """(expediente, school); of schools that are known to be closed none."""
    known = School.objects.in_bulk(list(_closed))
    closed = [pk for pk, school in known.items() if _closed[pk] == day_in(school, now)]
    values: dict[str, Any] = {
        "procedure": Procedure.DISCIPLINARY.value,
        "now": now,
        "closed": closed,
        "most": AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(PASSED, values)
        return list(cursor.fetchall())


def _opens(school: School, today: date) -> bool:
    if calendar_of(school).is_open(today):
        return True
    _closed[school.pk] = today
    return False


def _remind_alone(case: int, now: datetime) -> None:
    """What breaks one is logged and keeps no other from being told."""
    try:
        with transaction.atomic():
            _remind(case, now)
    except Exception:
        logger.exception("the deadlines of expediente %s cannot be told", case)


def _remind(pk: int, now: datetime) -> None:
    held = DisciplinaryCase.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, ending="")
    case = held.select_related(
        "school", "student__school", "student__person", "group", "year", "instructor"
    ).first()
    if case is None:
        return
    today = day_in(case.school, now)
    rows = case.steps.filter(
        done_on__isnull=True, crossed_out_at__isnull=True, reminded_on__isnull=True, due_on__lt=today
    )
    steps = list(rows.order_by("due_on", "pk"))
    if not steps:
        return
    _mark(steps, today)
    people = hearers_of_deadline(case.student, case.instructor_id, today)
    if people:
        tell_deadline(case, people, [(one.kind, one.due_on) for one in steps if one.due_on], now=now)


def _mark(steps: Iterable[DisciplinaryStep], today: date) -> None:
    DisciplinaryStep.objects.filter(pk__in=[one.pk for one in steps]).update(reminded_on=today)
