"""Who gets a day's report, and what each reads of it (requirements C12, A3)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from journal.models import DayReport, DayReportClass, DayReportIncident
from notica.events import StaffEvent, tell_staff
from notica.kinds import DAY_REPORT
from plumier.access import holders
from plumier.clock import day_in
from plumier.kept_apart import NOBODY, kept_apart
from plumier.models import Group, Person, Staff, User
from plumier.refusals import Refused
from plumier.standing import at_work


def tell_report(report: DayReport, *, by: User, now: datetime) -> int:
    """One message for all who read the same; how many people.

    The posts that the school names and the desk read all of it. A tutor reads the numbers of every class, and what
    happened with whom of hers. Nobody reads of a pupil from whom a court keeps her. Raises Refused for nobody.
    """
    school, today = report.school, day_in(report.school, now)
    incidents = list(
        DayReportIncident.objects.filter(report=report, removed_at__isnull=True)
        .select_related("enrolment__student__person", "enrolment__group")
        .order_by("enrolment__group__name", "pk")
    )
    roles = {*school.policy.report_readers, *school.policy.desk}
    whole = set(holders(school, roles, today).values_list("pk", flat=True))
    tutored = _tutored(report, today)
    people = whole | tutored.keys()
    if not people:
        raise Refused(_("El centro no tiene a nadie a quien enviar el parte. Dígalo en la administración."))
    logins = dict(Person.objects.filter(pk__in=people).values_list("pk", "user"))
    apart = kept_apart(filter(None, logins.values()), today)
    reading: dict[frozenset[int], list[int]] = {}
    for person in sorted(people):
        barred = apart.get(logins[person] or 0, NOBODY).students
        seen = frozenset(
            one.pk
            for one in incidents
            if one.enrolment.student_id not in barred
            and (person in whole or one.enrolment.group_id in tutored[person])
        )
        reading.setdefault(seen, []).append(person)
    classes = list(
        DayReportClass.objects.filter(report=report).select_related("group").order_by("group__name", "pk")
    )
    for number, (seen, readers) in enumerate(sorted(reading.items(), key=lambda one: one[1])):
        params = _params(report, classes, [one for one in incidents if one.pk in seen])
        key = f"day-report-{report.pk}-{report.number}-{number}"
        tell_staff(StaffEvent(DAY_REPORT, school, tuple(readers), key, params), by=by, now=now)
    return len(people)


def _tutored(report: DayReport, today: Any) -> dict[int, set[int]]:
    """By tutor at work, her groups."""
    working = Staff.objects.filter(at_work(today), school=report.school_id).values("person")
    rows = Group.objects.filter(school=report.school_id, year__is_current=True, tutor__in=working)
    found: dict[int, set[int]] = {}
    for tutor, group in rows.values_list("tutor_id", "pk"):
        assert tutor is not None
        found.setdefault(tutor, set()).add(group)
    return found


def _params(
    report: DayReport, classes: Sequence[DayReportClass], incidents: Iterable[DayReportIncident]
) -> dict[str, Any]:
    """Plain values; a class of which nothing is counted stands there for what happened in it."""
    lines: dict[int, dict[str, Any]] = {
        one.group_id: _line(one.group.name, one.absent, one.late, one.remarks) for one in classes
    }
    for one in incidents:
        group = one.enrolment.group
        line = lines.setdefault(group.pk, _line(group.name))
        line["incidents"].append({"student": one.enrolment.student.person.full_name, "text": one.text})
    return {
        "report": report.pk,
        "role": report.role,
        "day": report.day.isoformat(),
        "number": report.number,
        "remarks": report.remarks,
        "classes": sorted(lines.values(), key=_by_name),
    }


def _line(
    group: str, absent: int | None = None, late: int | None = None, remarks: str = ""
) -> dict[str, Any]:
    return {"group": group, "absent": absent, "late": late, "remarks": remarks, "incidents": []}


def _by_name(line: Mapping[str, Any]) -> str:
    return str(line["group"])
