"""Who hears of an expediente by her post, and who is left out (requirements A3, E5).

A director or tutor who is on record as the pupil's father or mother is left out as staff: in an expediente about her
own child she is a party, and hears of it as its family does, by the notification that the procedure owes the family.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from convivencia.disciplinary.access import people_apart
from convivencia.disciplinary.choices import HearerRole, LeftOut
from plumier.access import holders
from plumier.models import Guardianship, Person, School, Staff, Student
from plumier.roles import DIRECTORS, Role
from plumier.standing import at_work


class Hearer(NamedTuple):
    """A person by id, why she would hear of it, and why she does not: empty for who does."""

    person: int
    roles: tuple[HearerRole, ...]
    left_out: str = ""


def hearers_of_opening(student: Student, tutor: int | None, instructor: int, today: date) -> list[Hearer]:
    """Equipo directivo, tutor, PTSC and instructor of the pupil's school, who are at work there."""
    school = student.school
    tutors = Staff.objects.filter(at_work(today), person=tutor, school=school)
    wanted = (
        (HearerRole.DIRECTOR, _ids(school, DIRECTORS, today)),
        (HearerRole.TUTOR, set(tutors.values_list("person_id", flat=True))),
        (HearerRole.PTSC, _ids(school, [Role.PTSC], today)),
        (HearerRole.INSTRUCTOR, {instructor}),
    )
    return sorted_out(student, wanted, today)


def hearers_of_deadline(student: Student, instructor: int, today: date) -> list[int]:
    """The instructor, if she still works there, and the equipo directivo: those who may hear of it."""
    people = {instructor} | _ids(student.school, DIRECTORS, today)
    working = Staff.objects.filter(at_work(today), person__in=people)
    found = set(working.values_list("person_id", flat=True))
    return [
        one.person for one in sorted_out(student, ((HearerRole.DIRECTOR, found),), today) if not one.left_out
    ]


def sorted_out(student: Student, wanted: Iterable[tuple[HearerRole, set[int]]], today: date) -> list[Hearer]:
    """Each person once with all her roles; two queries."""
    roles: dict[int, list[HearerRole]] = {}
    for role, people in wanted:
        for person in sorted(people):
            roles.setdefault(person, []).append(role)
    apart = set(people_apart(student).filter(pk__in=roles).values_list("pk", flat=True))
    barred = _barred(student, today) if apart else set()
    return [
        Hearer(
            person,
            tuple(hers),
            LeftOut.BARRED if person in barred else LeftOut.FAMILY if person in apart else "",
        )
        for person, hers in roles.items()
    ]


def _ids(school: School, roles: Iterable[str], today: date) -> set[int]:
    return set(holders(school, roles, today).values_list("pk", flat=True))


def _barred(student: Student, today: date) -> set[int]:
    """Whom a court keeps from her, by log-in too."""
    ties = Guardianship.objects.barred_on(today).filter(student=student)
    same = Person.objects.filter(user__in=ties.filter(guardian__user__isnull=False).values("guardian__user"))
    return {*ties.values_list("guardian_id", flat=True), *same.values_list("pk", flat=True)}
