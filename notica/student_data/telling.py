"""What who asked is told: an e-mail with the workbook or the way to it, and the same in Notica."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from notica.actions import person_of_superuser
from notica.choices import Audience, Lane, MessageState, Way
from notica.models import DataRequest, Message, MessageAttachment
from notica.student_data.words import KIND
from notica.wakeups import fan_out_later
from plumier.access import person_in
from plumier.clock import day_in
from plumier.models import Person, SchoolPolicy
from plumier.workbooks import XLSX

KEPT: Final = timedelta(days=7)  # the row and its file
MOST_ATTACHED: Final = 10 * 1024 * 1024  # bytes; a larger one is fetched from its page


def told(request: DataRequest, now: datetime) -> Message | None:
    """Write the message, in the transaction that ends the request; None if she is nobody there any more."""
    person = reader_person(request, now)
    if person is None:
        return None
    school = request.school
    by_mail = Way.EMAIL in SchoolPolicy.objects.get(school=school).channels
    attached = bool(request.sha256) and by_mail and request.size <= MOST_ATTACHED
    message = Message.objects.create(
        school=school,
        kind=KIND,
        to=Audience.STAFF,
        way=Way.EMAIL if by_mail else Way.NOTICA,
        params=_params(request, attached=attached, until=day_in(school, now + KEPT)),
        audience={"staff": [person.pk]},
        client_key=f"student-data-{request.pk}",
        fingerprint="",
        lane=Lane.URGENT,
        not_before=now,
        state=MessageState.QUEUED,
        created_at=now,
    )
    if attached:
        MessageAttachment.objects.create(
            message=message,
            name=file_name(request, now),
            content_type=XLSX,
            size=request.size,
            sha256=request.sha256,
        )
    fan_out_later(message.pk)
    return message


def reader_person(request: DataRequest, now: datetime) -> Person | None:
    """Who she is in that school today."""
    if not request.by.is_active:
        return None
    person = person_in(request.by, request.school, day_in(request.school, now))
    if person is None and request.by.is_superuser:
        return person_of_superuser(request.by, request.school)
    return person


def file_name(request: DataRequest, now: datetime) -> str:
    """What the workbook is called: by school and day, and nobody in it."""
    return f"alumnos-{request.school.code}-{day_in(request.school, now)}.xlsx"


def _params(request: DataRequest, *, attached: bool, until: date) -> dict[str, Any]:
    return {
        "students": request.students,
        "token": request.token,
        "attached": attached,
        "until": until.isoformat(),
        "failed": request.reason,
    }
