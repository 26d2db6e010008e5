"""The sample school's week: who teaches what to its first groups, and when."""

from collections.abc import Sequence
from datetime import time
from typing import Final

from django.db import transaction

from plumier.models import (
    Group,
    Person,
    School,
    SessionSlot,
    Subject,
    TeachingAssignment,
    TimetableEntry,
    Weekday,
)

TEACHERS: Final = {
    "Matemáticas": "tutor",
    "Inglés": "profesora.ingles",
    "Lengua Castellana y Literatura": "jefe.lengua",
    "Biología y Geología": "jefa.ciencias",
    "Geografía e Historia": "tutor.b",
    "Educación Física": "jefa.estudios",
}
# Six sessions of 55 minutes, with a break after the third.
SESSIONS: Final = (
    (time(8, 15), time(9, 10)),
    (time(9, 10), time(10, 5)),
    (time(10, 5), time(11, 0)),
    (time(11, 25), time(12, 20)),
    (time(12, 20), time(13, 15)),
    (time(13, 15), time(14, 10)),
)
FIRST_ROOM: Final = 11


@transaction.atomic
def timetable(of: School, groups: Sequence[Group]) -> None:
    """Thirty sessions a week for each of these groups, every subject once a day; done once. At most six groups."""
    if SessionSlot.objects.filter(year=groups[0].year).exists():
        return
    taught = _assignments(of, groups)
    slots = SessionSlot.objects.bulk_create(
        SessionSlot(school=of, year=groups[0].year, weekday=day, number=number, starts=starts, ends=ends)
        for day in list(Weekday)[:5]
        for number, (starts, ends) in enumerate(SESSIONS, start=1)
    )
    subjects = list(TEACHERS)
    TimetableEntry.objects.bulk_create(
        TimetableEntry(
            school=of,
            slot=slot,
            # Each group is a subject further on, so that nobody teaches two of them at once.
            assignment=taught[group.pk, subjects[(slot.number + slot.weekday + place) % len(subjects)]],
            room=f"Aula {FIRST_ROOM + place}",
        )
        for place, group in enumerate(groups)
        for slot in slots
    )


def _assignments(of: School, groups: Sequence[Group]) -> dict[tuple[int | None, str], TeachingAssignment]:
    """By group and subject; those that are not there yet are made."""
    Subject.objects.bulk_create((Subject(school=of, name=name) for name in TEACHERS), ignore_conflicts=True)
    subjects = Subject.objects.filter(school=of, name__in=TEACHERS)
    people = Person.objects.filter(school=of, user__username__in=TEACHERS.values())
    teachers = {person.user.username: person for person in people.select_related("user") if person.user}
    TeachingAssignment.objects.bulk_create(
        (
            TeachingAssignment(
                school=of, year=group.year, teacher=teachers[TEACHERS[one.name]], subject=one, group=group
            )
            for one in subjects
            for group in groups
        ),
        ignore_conflicts=True,
    )
    rows = TeachingAssignment.objects.filter(group__in=groups, subject__in=subjects)
    return {(row.group_id, row.subject.name): row for row in rows.select_related("subject")}
