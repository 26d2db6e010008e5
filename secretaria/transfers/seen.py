"""Whoever opens a transfer was shown a student's record: noted where her own school and her family can look it up."""

from datetime import datetime

from plumier.models import RecordAccess, Right, School, User
from plumier.record_access import note_shown
from secretaria.models import Transfer

PAGE = "transfer"


def note_transfer(
    transfer: Transfer, school: School, *, user: User, address: str | None, now: datetime
) -> None:
    """Of a student whom the origin has recognised; the other school's office sees her by its own office's right."""
    student = transfer.student
    if student is None:
        return
    if school.pk == transfer.school_id:
        note_shown(user, {student.person_id: student.school_id}, PAGE, now=now, address=address)
        return
    RecordAccess.objects.create(
        school_id=student.school_id,
        user_id=user.pk,
        person_id=student.person_id,
        page=PAGE,
        right=Right.LEADER,
        address=address or None,
        at=now,
    )
