"""What goes out about an expediente (requirement E5): who, when and where to read it, never the facts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from convivencia.disciplinary.hearing import Hearer
from convivencia.models import DisciplinaryCase, DisciplinaryHearer
from notica.events import StaffEvent, tell_staff
from notica.kinds import DISCIPLINARY, DISCIPLINARY_DEADLINE
from notica.models import Message
from plumier.models import User

OPENED: Final = "opened"
INSTRUCTOR: Final = "instructor"


def tell_hearers(
    case: DisciplinaryCase, hearers: Sequence[Hearer], what: str, *, by: User, now: datetime
) -> None:
    """Tell those who hear of it, and keep who that was and who was left out."""
    told = tuple(one.person for one in hearers if not one.left_out)
    event = StaffEvent(
        DISCIPLINARY,
        case.school,
        told,
        f"disciplinary-{case.pk}-{what}-{now.timestamp()}",
        {**params_of(case), "what": what},
        about=case.student,
    )
    message = tell_staff(event, by=by, now=now) if told else None
    DisciplinaryHearer.objects.bulk_create(
        DisciplinaryHearer(
            school_id=case.school_id,
            case=case,
            person_id=one.person,
            roles=[str(role) for role in one.roles],
            left_out=one.left_out,
            message=None if one.left_out else message,
            at=now,
        )
        for one in hearers
    )


def tell_deadline(
    case: DisciplinaryCase, people: Sequence[int], steps: Sequence[tuple[str, date]], *, now: datetime
) -> Message:
    """In Notica alone: which steps, each with its deadline, have not been done."""
    params = {**params_of(case), "steps": [{"kind": kind, "due": due.isoformat()} for kind, due in steps]}
    key = f"disciplinary-due-{case.pk}-{now.timestamp()}"
    event = StaffEvent(DISCIPLINARY_DEADLINE, case.school, tuple(people), key, params, about=case.student)
    return tell_staff(event, by=None, now=now)


def params_of(case: DisciplinaryCase) -> dict[str, Any]:
    """Of what its texts are made."""
    return {
        "case": case.pk,
        "number": case.number_words,
        "student": case.student.person.full_name,
        "group": case.group.name,
        "day": case.opened_on.isoformat(),
        "instructor": case.instructor.full_name,
    }
