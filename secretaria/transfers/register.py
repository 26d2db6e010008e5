"""What a transfer asks of the register and notes in it: the stage, and that a student has left."""

from datetime import date, datetime

from django.db import transaction

from plumier.clock import day_in
from plumier.history import acting
from plumier.models import Enrolment, Student, User
from plumier.models.groups import EnrolmentStatus


def stage_of(student: Student, today: date) -> str:
    """The stage in which she is enrolled; empty where she is in none, as between two courses."""
    enrolled = Enrolment.objects.in_force(today).filter(student=student, year__is_current=True)
    return enrolled.values_list("group__stage__kind", flat=True).first() or ""


@transaction.atomic
def withdraw(student: Student, *, by: User, now: datetime) -> bool:
    """Note that she leaves her school today: from now on it messages neither her nor her family. Whether she was in it.

    Her marks and absences stay.
    """
    today = day_in(student.school, now)
    enrolled = Enrolment.objects.in_force(today).filter(student=student, year__is_current=True)
    with acting(by.pk, "transfer"):
        return enrolled.update(status=EnrolmentStatus.WITHDRAWN, left_on=today) > 0
