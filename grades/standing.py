"""Who of a group's families has acknowledged an evaluation, and to whom that is still to be said."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef, QuerySet

from grades.models import Acknowledgement, Evaluation, Mark
from plumier.models import Enrolment, Guardianship


@dataclass(frozen=True, slots=True)
class Given:
    """An acuse: whose, when, and whether no mark has changed since."""

    person_id: int
    at: datetime
    holds: bool


@dataclass(slots=True)
class Standing:
    """A student's: `changed_at` is the last change of her marks, empty without any.

    `guardians` are those whom no court keeps from her today; the acuse of one whom it does counts no more.
    """

    student_id: int
    group_id: int
    changed_at: datetime | None = None
    guardians: set[int] = field(default_factory=set)
    given: list[Given] = field(default_factory=list)

    @property
    def is_marked(self) -> bool:
        """Whether there is anything to acknowledge."""
        return self.changed_at is not None

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody of her family has, or she herself where nobody answers for her."""
        return any(
            one.holds and (one.person_id in self.guardians or not self.guardians) for one in self.given
        )

    @property
    def waits(self) -> bool:
        """Whether her family can be reminded."""
        return self.is_marked and bool(self.guardians) and not self.is_acknowledged


def standings(evaluation: Evaluation, enrolments: QuerySet[Enrolment], today: date) -> dict[int, Standing]:
    """By enrolment. Four queries."""
    rows = enrolments.order_by()
    keys = rows.values_list("pk", "student", "group")
    found = {pk: Standing(student, group) for pk, student, group in keys}
    marked = Mark.objects.filter(evaluation=evaluation, enrolment__in=rows.values("pk")).order_by()
    for enrolment, changed_at in marked.values_list("enrolment").annotate(Max("changed_at")):
        found[enrolment].changed_at = changed_at
    guardians, barred = _ties(rows, today)
    for one in found.values():
        one.guardians = guardians[one.student_id]
    given = Acknowledgement.objects.filter(evaluation=evaluation, enrolment__in=rows.values("pk"))
    for enrolment, person, at in given.order_by("at", "pk").values_list("enrolment", "person", "at"):
        standing = found[enrolment]
        if person not in barred[standing.student_id]:
            holds = standing.changed_at is None or standing.changed_at <= at
            standing.given.append(Given(person, at, holds))
    return found


def _ties(
    enrolments: QuerySet[Enrolment], today: date
) -> tuple[defaultdict[int, set[int]], defaultdict[int, set[int]]]:
    """By student: who answers for her, and whom a court keeps from her."""
    guardians: defaultdict[int, set[int]] = defaultdict(set)
    barred: defaultdict[int, set[int]] = defaultdict(set)
    ties = Guardianship.objects.filter(student__in=enrolments.values("student"))
    is_barred = Exists(Guardianship.objects.barred_on(today).filter(pk=OuterRef("pk")))
    for student, guardian, kept in ties.order_by().values_list("student", "guardian", is_barred):
        (barred if kept else guardians)[student].add(guardian)
    return guardians, barred
