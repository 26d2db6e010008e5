"""«Notificar»: directors, tutor and PTSC get the list of students over the threshold in Notica (requirement E3)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from attendance.absenteeism import Figures, Period
from attendance.models import AbsenteeismReport
from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from plumier.access import posts_held
from plumier.clock import day_in
from plumier.models import Enrolment, Guardianship, School, Staff, User
from plumier.refusals import Refused
from plumier.roles import DIRECTORS, Role
from plumier.standing import at_work

PRESSED_TWICE: Final = timedelta(minutes=1)


@transaction.atomic
def notify(
    school: School, period: Period, found: Sequence[Figures], *, by: User, now: datetime
) -> AbsenteeismReport:
    """Tell them, each of the students who are hers to hear of; kept with what was told and to how many.

    The same list again within a minute, as by a second press, is the same one.
    Raises Refused where there is nobody to tell of or to.
    """
    if not found:
        raise Refused(
            _("No hay alumnos por encima del porcentaje en ese periodo: no hay nada que notificar.")
        )
    rows = _lines(found, period)
    readers = _readers(school, rows, day_in(school, now))
    if not readers:
        raise Refused(_("El centro no tiene a nadie a quien notificarlo: dirección, tutores o PTSC."))
    values = {
        "first": period.first,
        "last": period.last,
        "threshold": period.threshold,
        "unjustified": period.unjustified,
        "students": [line for _pk, line in sorted(rows.items())],
        "by": by,
    }
    School.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
    known = AbsenteeismReport.objects.filter(school=school, at__gt=now - PRESSED_TWICE, **values).first()
    if known is not None:
        return known
    told = sum(len(people) for people in readers.values())
    report = AbsenteeismReport.objects.create(school=school, told=told, at=now, **values)
    for number, (students, people) in enumerate(sorted(readers.items(), key=lambda one: one[1])):
        lines = [line for pk, line in rows.items() if pk in students]
        send(_draft(report, lines, people, number), by=by, now=now)
    return report


def _draft(
    report: AbsenteeismReport, lines: list[dict[str, object]], people: list[int], number: int
) -> Draft:
    """What these people read: in Notica alone."""
    return Draft(
        school=report.school,
        kind="absenteeism",
        choice=Choice(Audience.STAFF, staff=tuple(sorted(people))),
        way=Way.NOTICA,
        client_key=f"absenteeism-{report.pk}-{number}",
        params={
            "first": report.first.isoformat(),
            "last": report.last.isoformat(),
            "threshold": report.threshold,
            "students": lines,
        },
    )


def _lines(found: Iterable[Figures], period: Period) -> dict[int, dict[str, object]]:
    """By enrolment, in the order of the list."""
    by_pk = {one.enrolment_id: one for one in found}
    rows = Enrolment.objects.filter(pk__in=by_pk).select_related("student__person", "group")
    known = {row.pk: row for row in rows}
    return {
        pk: {
            "student": known[pk].student.person.full_name,
            "group": known[pk].group.name,
            "missed": one.counted(period),
            "justified": one.justified,
            "sessions": one.sessions,
            "percent": round(one.percent(period), 1),
        }
        for pk, one in by_pk.items()
        if pk in known
    }


def _readers(school: School, rows: Mapping[int, object], today: date) -> dict[frozenset[int], list[int]]:
    """By the enrolments of which she hears, the people who hear of them: nobody of a child kept from her."""
    enrolments = Enrolment.objects.filter(pk__in=list(rows)).values_list(
        "pk", "student_id", "group__tutor_id"
    )
    known = list(enrolments)
    working = set(Staff.objects.filter(at_work(today), school=school).values_list("person_id", flat=True))
    whole = (
        posts_held(school, today).filter(role__in=[*DIRECTORS, Role.PTSC]).values_list("person_id", flat=True)
    )
    hears: dict[int, set[int]] = {
        person: {pk for pk, *_rest in known} for person in whole if person in working
    }
    for pk, _student, tutor in known:
        if tutor in working and tutor not in whole:
            hears.setdefault(tutor, set()).add(pk)
    barred = _kept_from(hears, [student for _pk, student, _tutor in known], today)
    students = {pk: student for pk, student, _tutor in known}
    found: dict[frozenset[int], list[int]] = {}
    for person, pks in sorted(hears.items()):
        if seen := frozenset(pk for pk in pks if (person, students[pk]) not in barred):
            found.setdefault(seen, []).append(person)
    return found


def _kept_from(people: Iterable[int], students: Iterable[int], today: date) -> set[tuple[int, int]]:
    """(person, student) whom a court keeps apart, by the person's log-in: she may be on record twice."""
    ties = Guardianship.objects.barred_on(today).filter(student__in=list(students))
    pairs = ties.filter(guardian__user__people__in=list(people))
    return set(pairs.values_list("guardian__user__people", "student_id"))
