"""From what a sender chose to who is written to (requirements A3, B10, C1–C3).

Chunks go by recipient and never by student, so that a second sibling's name is not lost; each chunk costs
the same few queries whatever its size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from notica.choices import Audience, Way
from notica.models import Message
from notica.planning import Holder, Omission
from notica.points import holders_of
from plumier.models import EnrolmentStatus, Guardianship, Staff, Student

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class About:
    """A student whom the message is about; not `pushed` means that it is read in Mirador only."""

    student_id: int
    pushed: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """One recipient before planning: a person, or a family named by `family_of`.

    `excluded` is the reason for writing nothing to it; `inbox` are the persons who get a Notica copy.
    """

    person_id: int | None
    family_of: int | None
    holders: tuple[Holder, ...] = ()
    about: tuple[About, ...] = ()
    excluded: Omission | None = None
    omitted: tuple[Omission, ...] = ()
    inbox: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What the audience is looked up with: the message and the day in its school's zone."""

    message: Message
    today: date
    size: int = CHUNK


def chosen_students(message: Message) -> QuerySet[Student]:
    """Students whom the choice names and who are enrolled now."""
    choice = message.audience
    enrolled = Q(enrolments__year__is_current=True, enrolments__status=EnrolmentStatus.ACTIVE)
    if not choice.get("everyone"):
        named = Q(pk__in=choice.get("students", []))
        enrolled &= Q(enrolments__group__in=choice.get("groups", [])) | named
    return Student.objects.filter(enrolled, school=message.school_id)


def candidates(scope: Scope) -> Iterator[list[Candidate]]:
    """Every recipient of the message once, in chunks."""
    to, way = scope.message.to, scope.message.way
    if to == Audience.STAFF:
        yield from _staff(scope)
    elif to == Audience.STUDENT:
        yield from _students(scope)
        yield from _withdrawn(scope)
    elif way == Way.SMS:
        yield from _families(scope)
        yield from _withdrawn(scope)
    else:
        yield from _guardians(scope)
        yield from _unguarded(scope)
        yield from _withdrawn(scope)


def count_units(message: Message) -> int:
    """How many recipients there are, counted by the database, before exclusions."""
    if message.to == Audience.STAFF:
        return len(set(message.audience.get("staff", [])))
    students = chosen_students(message)
    if message.to == Audience.STUDENT or message.way == Way.SMS:
        return students.distinct().count()
    return Guardianship.objects.filter(student__in=students).values("guardian_id").distinct().count()


def _pages(ids: QuerySet[Any, int], key: str, size: int) -> Iterator[list[int]]:
    """Keyset pages over one ascending integer column."""
    last = 0
    while page := list(ids.filter(**{f"{key}__gt": last}).order_by(key).distinct()[:size]):
        yield page
        last = page[-1]


def _staff(scope: Scope) -> Iterator[list[Candidate]]:
    wanted = scope.message.audience.get("staff", [])
    ids = Staff.objects.filter(school=scope.message.school_id, person__in=wanted)
    for page in _pages(ids.values_list("person_id", flat=True), "person_id", scope.size):
        staff = {row.person_id: row for row in Staff.objects.filter(person__in=page)}
        holders = holders_of(dict.fromkeys(page, "staff"))
        yield [staff_candidate(staff[person], holders[person], scope.today) for person in page]
    known = set(ids.values_list("person_id", flat=True))
    if others := sorted(set(wanted) - known):
        holders = holders_of(dict.fromkeys(others, "staff"))
        yield [Candidate(person, None, (holders[person],), inbox=(person,)) for person in others]


def staff_candidate(staff: Staff, holder: Holder, today: date) -> Candidate:
    gone = staff.left_on is not None and staff.left_on <= today
    if not staff.active or gone:
        return Candidate(staff.person_id, None, excluded=Omission("left", staff.person_id))
    return Candidate(staff.person_id, None, (holder,), inbox=(staff.person_id,))


def _students(scope: Scope) -> Iterator[list[Candidate]]:
    ids = chosen_students(scope.message).values_list("id", flat=True)
    for page in _pages(ids, "id", scope.size):
        people = dict(Student.objects.filter(pk__in=page).values_list("id", "person_id"))
        holders = holders_of(dict.fromkeys(people.values(), "student"))
        yield [
            Candidate(people[pk], None, (holders[people[pk]],), (About(pk),), inbox=(people[pk],))
            for pk in page
        ]


def _withdrawn(scope: Scope) -> Iterator[list[Candidate]]:
    """Students named one by one who are not enrolled: said, and not written to."""
    named = scope.message.audience.get("students", [])
    if not named:
        return
    gone = Student.objects.filter(pk__in=named, school=scope.message.school_id).exclude(
        pk__in=chosen_students(scope.message).values("pk")
    )
    rows = gone.order_by("pk").values_list("pk", "person_id")
    to_student = scope.message.to == Audience.STUDENT
    found = [
        Candidate(
            person if to_student else None,
            None if to_student else pk,
            about=(About(pk),),
            excluded=Omission("withdrawn", person),
        )
        for pk, person in rows
    ]
    if found:
        yield found


def _guardians(scope: Scope) -> Iterator[list[Candidate]]:
    chosen = chosen_students(scope.message).values("pk")
    ids = Guardianship.objects.filter(student__in=chosen)
    for page in _pages(ids.values_list("guardian_id", flat=True), "guardian_id", scope.size):
        ties: dict[int, list[Guardianship]] = {person: [] for person in page}
        rows = ids.filter(guardian__in=page).select_related("student").order_by("student_id")
        for tie in rows:
            ties[tie.guardian_id].append(tie)
        roles = {person: rows[0].relation for person, rows in ties.items()}
        holders = holders_of(roles)
        yield [guardian_candidate(holders[person], ties[person], scope.today) for person in page]


def tie_problem(tie: Guardianship, today: date) -> Omission | None:
    """Why this guardian is not written to about this student; None when she is."""
    params = {"student": tie.student_id}
    if is_barred(tie, today):
        until = tie.barred_until.isoformat() if tie.barred_until else ""
        return Omission("barred", tie.guardian_id, params={**params, "until": until})
    if not tie.receives_messages:
        return Omission("tick_off", tie.guardian_id, params=params)
    return None


def is_barred(tie: Guardianship, today: date) -> bool:
    """Whether a court's order keeps this guardian from this child today (both ends included)."""
    if tie.barred_from is None or today < tie.barred_from:
        return False
    return tie.barred_until is None or today <= tie.barred_until


def guardian_candidate(holder: Holder, ties: list[Guardianship], today: date) -> Candidate:
    problems = {tie.student_id: tie_problem(tie, today) for tie in ties}
    omitted = tuple(problem for problem in problems.values() if problem)
    open_ties = [tie for tie in ties if problems[tie.student_id] is None]
    person = holder.person_id
    if not open_ties:
        about = tuple(About(tie.student_id, pushed=False) for tie in ties)
        return Candidate(person, None, about=about, excluded=omitted[0], omitted=omitted)
    about = tuple(About(tie.student_id, pushed=not tie.student.protected) for tie in open_ties)
    if not any(child.pushed for child in about):
        return Candidate(
            person,
            None,
            about=about,
            excluded=Omission("protected", person),
            omitted=omitted,
            inbox=(person,),
        )
    return Candidate(person, None, (holder,), about, omitted=omitted, inbox=(person,))


def _unguarded(scope: Scope) -> Iterator[list[Candidate]]:
    """Students without any guardian: nobody to write to, and that is said."""
    ids = chosen_students(scope.message).filter(guardianships__isnull=True).values_list("id", flat=True)
    for page in _pages(ids, "id", scope.size):
        yield [_nobody(pk) for pk in page]


def _nobody(student_id: int) -> Candidate:
    reason = Omission("no_guardian", params={"student": student_id})
    return Candidate(None, student_id, about=(About(student_id),), omitted=(reason,))


def _families(scope: Scope) -> Iterator[list[Candidate]]:
    """One SMS to a family: siblings of the same guardians are one."""
    chosen = chosen_students(scope.message)
    for page in _pages(chosen.values_list("id", flat=True), "id", scope.size):
        people = Guardianship.objects.filter(student__in=page).values("guardian_id")
        siblings = chosen.filter(guardianships__guardian__in=people).values("pk")
        ties: dict[int, list[Guardianship]] = {pk: [] for pk in page}
        rows = Guardianship.objects.filter(student__in=siblings).select_related("student")
        for tie in rows.order_by("student_id", "order"):
            ties.setdefault(tie.student_id, []).append(tie)
        yield list(_family_candidates(ties, frozenset(page), scope.today))


def _family_candidates(
    ties: dict[int, list[Guardianship]], page: frozenset[int], today: date
) -> Iterator[Candidate]:
    families: dict[tuple[int, ...], list[int]] = {}
    for student, rows in sorted(ties.items()):
        reached = tuple(tie.guardian_id for tie in rows if tie_problem(tie, today) is None)
        open_key = reached if reached and not rows[0].student.protected else (-student,)
        families.setdefault(open_key, []).append(student)
    mine = {key: group for key, group in families.items() if group[0] in page}
    roles = {tie.guardian_id: tie.relation for group in mine.values() for tie in ties[group[0]]}
    holders = holders_of(roles)
    for group in mine.values():
        yield family_candidate(group, ties[group[0]], holders, today)


def family_candidate(
    students: list[int], ties: list[Guardianship], holders: dict[int, Holder], today: date
) -> Candidate:
    if not ties:
        return _nobody(students[0])
    problems = {tie.guardian_id: tie_problem(tie, today) for tie in ties}
    omitted = tuple(problem for problem in problems.values() if problem)
    reached = tuple(tie.guardian_id for tie in ties if problems[tie.guardian_id] is None)
    about = tuple(About(student, pushed=not ties[0].student.protected) for student in students)
    family = students[0]
    if not reached:
        return Candidate(None, family, about=about, excluded=omitted[0], omitted=omitted)
    if ties[0].student.protected:
        protected = Omission("protected", params={"student": family})
        return Candidate(None, family, about=about, excluded=protected, omitted=omitted, inbox=reached)
    held = tuple(holders[person] for person in reached)
    return Candidate(None, family, held, about, omitted=omitted, inbox=reached)
