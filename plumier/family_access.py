"""Whom a family reads about: the families' side of `access`. Every query starts from the user."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from plumier import standing
from plumier.access import children_of, students_kept_from
from plumier.asking import any_of
from plumier.clock import Day, day_in
from plumier.models import Enrolment, Guardianship, Person, School, Student, User

_ASKED: Final = "plumier_children"


@dataclass(frozen=True, slots=True)
class Child:
    """A student about whom somebody reads: her child, or she herself (`own`).

    `person_id` is as whom she reads and writes about her, as `access.family_person` says it; `enrolled` says that she
    is at the school today, and `group` names her group there.
    """

    student: Student
    person_id: int
    own: bool
    enrolled: bool
    group: str = ""

    @property
    def pk(self) -> int:
        """The student's."""
        return self.student.pk

    @property
    def name(self) -> str:
        """As her family calls her."""
        return self.student.person.given_name

    @property
    def school(self) -> School:
        """Hers."""
        return self.student.school


def is_family(user: User, today: date) -> bool:
    """Whether Mirador is this user's: a student, or whoever is on record as answering for one, barred or not."""
    return any_of(standing.family(user, today))


def family_persons(user: User) -> QuerySet[Person]:
    """As whom she is a student, or answers for one, barred or not: in each school another."""
    own = Q(student__isnull=False) | Q(guardianships__isnull=False)
    return Person.objects.filter(own, user=user).distinct()


def shielded_of(people: Iterable[int], today: date) -> set[int]:
    """Those of these persons to whom no channel is open: all children of whom they read have protected data (A3)."""
    ties = Guardianship.objects.filter(guardian__in=list(people)).exclude(
        pk__in=Guardianship.objects.barred_on(today).values("pk")
    )
    found: dict[int, bool] = {}
    for guardian, protected in ties.values_list("guardian_id", "student__protected"):
        found[guardian] = found.get(guardian, True) and protected
    return {guardian for guardian, protected in found.items() if protected}


def students_read_by(user: User, today: Day) -> QuerySet[Student]:
    """Her children, but for those from whom a court keeps her today, and she herself."""
    own = Q(pk__in=children_of(user, today).values("pk")) | Q(person__user=user)
    return Student.objects.filter(own).exclude(pk__in=students_kept_from(user, today).values("pk"))


def children_read_by(user: User, today: date, now: datetime | None = None) -> list[Child]:
    """The same with what a page says of each, by name; three queries.

    With `now` neither those from whom a court keeps her by the day that it is then in their school's own zone.
    """
    students = list(
        students_read_by(user, today)
        .select_related("person", "school__policy")
        .order_by("person__sort_key", "pk")
    )
    ties = list(
        Guardianship.objects.filter(student__in=students, guardian__user=user).order_by("-guardian_id")
    )
    guardians = {tie.student_id: tie.guardian_id for tie in ties}
    if now is not None:
        days = {student.pk: day_in(student.school, now) for student in students}
        barred = {tie.student_id for tie in ties if tie.is_barred_on(days[tie.student_id])}
        students = [student for student in students if student.pk not in barred]
    known = [student.pk for student in students]
    enrolments = Enrolment.objects.in_force(today).filter(student__in=known, year__is_current=True)
    groups = dict(enrolments.values_list("student_id", "group__name"))
    return [
        Child(
            student,
            person_id=student.person_id if student.person.user_id == user.pk else guardians[student.pk],
            own=student.person.user_id == user.pk,
            enrolled=student.pk in groups,
            group=groups.get(student.pk) or "",
        )
        for student in students
    ]


def keep_children(request: HttpRequest, children: Sequence[Child]) -> None:
    """A page has asked about whom she reads: what stands round it (the bar, the count) need not ask again."""
    request.__dict__[_ASKED] = tuple(children)


def kept_children(request: HttpRequest) -> tuple[Child, ...] | None:
    """What its page has asked; None where it has not."""
    kept: tuple[Child, ...] | None = request.__dict__.get(_ASKED)
    return kept
