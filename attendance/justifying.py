"""A tutor excuses absences of her group, of any subject and date, and each subject's teacher hears of it (E2)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from attendance.access import absences_justified_by
from attendance.models import Absence, AbsenceNotice
from attendance.telling import line_of
from notica.actions import send
from notica.cancelling import CANCELLABLE
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from plumier.clock import day_in
from plumier.history import acting
from plumier.kept_apart import NOBODY, kept_apart
from plumier.models import School, SchoolPolicy, Staff, User
from plumier.refusals import Refused
from plumier.standing import at_work

REASON_LENGTH: Final = 500  # characters, as many as a family may propose
MOST: Final = 2_000  # absences excused in one act


@transaction.atomic
def justify(school: School, absences: Collection[int], reason: str, *, by: User, now: datetime) -> int:
    """Excuse those of these that are not yet; how many they were. Each teacher gets one message about all of hers.

    A notice that still waits looks at the marks when it is due, and one of which nothing has gone out yet, as in quiet
    hours, is looked at again by the clock; of one that has gone out an excuse takes nothing back.

    Raises Refused where one of them is not hers to excuse, or nothing was chosen; then none is.
    """
    rows = _held(school, absences, by, now)
    reason = " ".join(reason.split())[:REASON_LENGTH]
    fresh = [row for row in rows if not row.is_justified]
    with acting(by.pk, "justify"):
        Absence.objects.filter(pk__in=[row.pk for row in fresh]).update(
            justified_at=now, justified_by=by, justification=reason
        )
    on_their_way = AbsenceNotice.objects.filter(
        absences__in=[row.pk for row in fresh], message__state__in=CANCELLABLE
    )
    on_their_way.update(unsettled=True, due_at=now)
    _tell_teachers(school, fresh, reason, by=by, now=now)
    return len(fresh)


@transaction.atomic
def take_back(school: School, absences: Collection[int], *, by: User, now: datetime) -> int:
    """They are not excused any more, as before; nobody is told anything. Raises Refused as `justify`."""
    rows = [row for row in _held(school, absences, by, now) if row.is_justified]
    with acting(by.pk, "justify"):
        Absence.objects.filter(pk__in=[row.pk for row in rows]).update(
            justified_at=None, justified_by=None, justification=""
        )
    return len(rows)


def _held(school: School, absences: Collection[int], by: User, now: datetime) -> list[Absence]:
    wanted = set(absences)
    if not wanted:
        raise Refused(_("Elija al menos una falta."))
    if len(wanted) > MOST:
        raise Refused(_("Son demasiadas faltas para una vez: elija como mucho %(most)d.") % {"most": MOST})
    hers = absences_justified_by(by, day_in(school, now)).filter(school=school, pk__in=wanted)
    rows = list(
        Absence.objects.select_for_update(of=("self",))
        .filter(pk__in=hers.values("pk"))
        .select_related("enrolment__student__person", "enrolment__group", "subject")
        .order_by("pk")
    )
    if len(rows) < len(wanted):
        raise Refused(_("Alguna de las faltas ya no está o no es de su tutoría. Vuelva a cargar la página."))
    return rows


def _tell_teachers(school: School, rows: Sequence[Absence], reason: str, *, by: User, now: datetime) -> None:
    """One Notica message and one e-mail to each, about all sessions of hers; not to the tutor herself.

    Of a child from whom a court keeps a teacher she hears nothing (requirement A3).
    """
    way = Way.EMAIL if Way.EMAIL in SchoolPolicy.objects.get(school=school).channels else Way.NOTICA
    teachers = {row.teacher_id for row in rows if row.teacher_id is not None}
    working = Staff.objects.filter(at_work(day_in(school, now)), person__in=teachers).exclude(person__user=by)
    logins = dict(working.order_by("person_id").values_list("person_id", "person__user"))
    apart = kept_apart(filter(None, logins.values()), day_in(school, now))
    for teacher, user in logins.items():
        kept_from = apart.get(user, NOBODY).students
        hers = [
            row for row in rows if row.teacher_id == teacher and row.enrolment.student_id not in kept_from
        ]
        if not hers:
            continue
        draft = Draft(
            school=school,
            kind="justification",
            choice=Choice(Audience.STAFF, staff=(teacher,)),
            way=way,
            client_key=f"justified-{hers[0].pk}-{now.timestamp()}",
            params={"reason": reason, "absences": [_line(row) for row in hers]},
        )
        send(draft, by=by, now=now)


def _line(row: Absence) -> dict[str, Any]:
    return {
        "student": row.enrolment.student.person.full_name,
        "group": row.enrolment.group.name,
        "day": row.day.isoformat(),
        **line_of(row),
    }
