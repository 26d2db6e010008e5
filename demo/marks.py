"""The sample school's marks: a first evaluation that its families can read, and that some have acknowledged."""

import zlib
from collections.abc import Sequence
from typing import Final

from django.db import transaction

from grades.models import Acknowledgement, Evaluation, Mark, Publication
from plumier.clock import database_now, database_today
from plumier.models import Enrolment, Group, Guardianship, School, Subject, User

NAME: Final = "1ª evaluación"
SUBJECTS: Final = ("Biología y Geología", "Inglés", "Lengua Castellana y Literatura", "Matemáticas")
REMARKS: Final = ("", "", "", "Trabaja muy bien en clase.", "Debe entregar las tareas a tiempo.")
ACKNOWLEDGED_SHARE: Final = 60  # of a hundred families


@transaction.atomic
def marks(of: School, groups: Sequence[Group]) -> None:
    """Marks of these groups; those of the first are open to its families. Done once."""
    evaluation, new = Evaluation.objects.get_or_create(school=of, year=groups[0].year, name=NAME)
    if not new:
        return
    subjects = [Subject.objects.get_or_create(school=of, name=name)[0] for name in SUBJECTS]
    here = Enrolment.objects.in_force(database_today()).filter(group__in=groups)
    enrolments = list(here.select_related("student"))
    Mark.objects.bulk_create(
        Mark(
            school=of,
            evaluation=evaluation,
            enrolment=enrolment,
            subject=subject,
            value=str(3 + _number(enrolment, subject.name) % 8),
            remark=REMARKS[_number(enrolment, f"{subject.name} dicho") % len(REMARKS)],
        )
        for enrolment in enrolments
        for subject in subjects
    )
    tutor, now = User.objects.get(people__tutored_groups=groups[0]), database_now()
    Publication.objects.create(school=of, evaluation=evaluation, group=groups[0], at=now, by=tutor)
    opened = {one.student_id: one for one in enrolments if one.group_id == groups[0].pk}
    ties = Guardianship.objects.filter(student__in=opened, order=1, barred_from__isnull=True)
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            school=of,
            evaluation=evaluation,
            enrolment=opened[tie.student_id],
            person_id=tie.guardian_id,
            at=now,
        )
        for tie in ties
        if _number(opened[tie.student_id], "acuse") % 100 < ACKNOWLEDGED_SHARE
    )


def _number(enrolment: Enrolment, what: str) -> int:
    """Always the same for the same student."""
    return zlib.crc32(f"{what} {enrolment.student.expediente}".encode())
