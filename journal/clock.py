"""What the clock does about the journals of a day: reminds the tutors once, and at the hour tells the desk who lacks.

Each school in its own zone; a day without school has no journals.
"""

import logging
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from journal.choices import JournalState
from journal.handing_in import due_of
from journal.models import Journal, JournalDay
from notica.events import StaffEvent, tell_staff
from notica.kinds import JOURNAL_MISSING, JOURNAL_REMINDER
from plumier.access import holders, schools_using
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, Group, Procedure, School, Staff
from plumier.school_days import calendar_of
from plumier.standing import at_work

logger = logging.getLogger(__name__)


def remind_and_close() -> None:
    """A round of the clock: what is due now and has not been done; one school's trouble keeps no other waiting."""
    now = database_now()
    for school in _waiting(now):
        try:
            act(school, now=now)
        except Exception:
            logger.exception("the journals of a school cannot be reminded of: %s", school.pk)


def act(school: School, *, now: datetime) -> int:
    """Remind or close, if it is time and has not been done today; how many classes lacked when it closed, else 0.

    Of a day without school it is noted as done, and nobody is told: the calendar is asked once.
    """
    day = day_in(school, now)
    due = due_of(school, day)
    reminds, closes = due.is_reminded(now), due.is_late(now)
    if not (reminds or closes):
        return 0
    is_open = calendar_of(school).is_open(day)
    with transaction.atomic():
        JournalDay.objects.bulk_create([JournalDay(school=school, day=day)], ignore_conflicts=True)
        row = JournalDay.objects.select_for_update(of=("self",)).get(school=school, day=day)
        if closes and row.closed_at is None:
            JournalDay.objects.filter(pk=row.pk).update(closed_at=now)
            return _tell_desk(school, day, now) if is_open else 0
        if reminds and row.reminded_at is None:
            JournalDay.objects.filter(pk=row.pk).update(reminded_at=now)
            if is_open:
                _remind(school, day, now)
    return 0


def missing(school: School, day: date) -> QuerySet[Group]:
    """The classes of the year with pupils whose journal of a day is not at the desk."""
    handed = Journal.objects.filter(group=OuterRef("pk"), day=day, state=JournalState.HANDED)
    pupils = Enrolment.objects.in_force(day).filter(group=OuterRef("pk"))
    groups = Group.objects.filter(Exists(pupils), ~Exists(handed), school=school, year__is_current=True)
    return groups.order_by("name", "pk")


def _waiting(now: datetime) -> list[School]:
    """Schools that keep journals, whose hour is near or past and where something of it is not done yet."""
    schools = list(schools_using(Procedure.JOURNAL).select_related("policy").order_by("pk"))
    if not schools:
        return []
    rows = JournalDay.objects.filter(school__in=schools, day__in={day_in(one, now) for one in schools})
    done = {(row.school_id, row.day): row for row in rows}
    return [one for one in schools if _is_waiting(one, done.get((one.pk, day_in(one, now))), now)]


def _is_waiting(school: School, row: JournalDay | None, now: datetime) -> bool:
    due = due_of(school, day_in(school, now))
    if due.is_late(now):
        return row is None or row.closed_at is None
    return due.is_reminded(now) and (row is None or row.reminded_at is None)


def _remind(school: School, day: date, now: datetime) -> None:
    """Each tutor at work of a class that lacks, of hers; those of the same classes in one message: they are few."""
    working = set(Staff.objects.filter(at_work(day), school=school).values_list("person_id", flat=True))
    rows = missing(school, day).filter(tutor__isnull=False).values_list("tutor_id", "name")
    tutors = sorted({tutor for tutor, _name in rows if tutor in working})
    if tutors:
        _tell(school, JOURNAL_REMINDER, tutors, _params(school, day), now)


def _tell_desk(school: School, day: date, now: datetime) -> int:
    names = list(missing(school, day).values_list("name", flat=True))
    desk = list(holders(school, school.policy.desk, day).order_by("pk").values_list("pk", flat=True))
    if names and desk:
        _tell(school, JOURNAL_MISSING, desk, {**_params(school, day), "groups": names}, now)
    return len(names)


def _params(school: School, day: date) -> dict[str, Any]:
    return {"day": day.isoformat(), "until": school.policy.journal_until.isoformat("minutes")}


def _tell(school: School, kind: str, people: Iterable[int], params: dict[str, Any], now: datetime) -> None:
    key = f"{kind}-{school.pk}-{params['day']}"
    tell_staff(StaffEvent(kind, school, tuple(people), key, params), by=None, now=now)
