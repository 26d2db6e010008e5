"""From what a sender chose to who is written to (requirements A3, B10, C1–C3).

Chunks go by recipient and never by student, so that a second sibling's name is not lost; each chunk costs
the same few queries whatever its size.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from notica.choices import Audience, Way
from notica.models import Message
from notica.planning import Holder, Omission
from notica.points import holders_of
from plumier.models import EnrolmentStatus, Guardianship, Person, Relation, Staff, Student

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
    """How many recipients there will be, counted by the database; for families by SMS, their students."""
    if message.to == Audience.STAFF:
        return len(set(message.audience.get("staff", [])))
    students = chosen_students(message)
    named_only = _not_enrolled(message).count()
    if message.to == Audience.STUDENT or message.way == Way.SMS:
        return students.distinct().count() + named_only
    guardians = Guardianship.objects.filter(student__in=students.values("pk"))
    alone = students.filter(guardianships__isnull=True)
    return guardians.values("guardian_id").distinct().count() + alone.distinct().count() + named_only


def is_to_one(message: Message) -> bool:
    """Whether it is for one student, one family or one colleague: such a message never waits behind many."""
    if message.to == Audience.STAFF:
        return count_units(message) == 1
    return chosen_students(message).distinct().count() + _not_enrolled(message).count() == 1


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
        holders = holders_of(dict.fromkeys(page, "staff"), scope.today)
        yield [staff_candidate(staff[person], holders[person], scope.today) for person in page]
    others = Person.objects.filter(pk__in=wanted, school=scope.message.school_id, staff__isnull=True)
    if outside := list(others.order_by("pk").values_list("pk", flat=True)):
        holders = holders_of(dict.fromkeys(outside, "staff"), scope.today)
        yield [Candidate(person, None, (holders[person],), inbox=(person,)) for person in outside]


def staff_candidate(staff: Staff, holder: Holder, today: date) -> Candidate:
    gone = staff.left_on is not None and staff.left_on <= today
    if not staff.active or gone:
        return Candidate(staff.person_id, None, excluded=Omission("left", staff.person_id))
    if staff.joined_on is not None and staff.joined_on > today:
        return Candidate(staff.person_id, None, excluded=Omission("not_joined", staff.person_id))
    return Candidate(staff.person_id, None, (holder,), inbox=(staff.person_id,))


def _students(scope: Scope) -> Iterator[list[Candidate]]:
    ids = chosen_students(scope.message).values_list("id", flat=True)
    for page in _pages(ids, "id", scope.size):
        people = dict(Student.objects.filter(pk__in=page).values_list("id", "person_id"))
        holders = holders_of(dict.fromkeys(people.values(), "student"), scope.today)
        yield [
            Candidate(people[pk], None, (holders[people[pk]],), (About(pk),), inbox=(people[pk],))
            for pk in page
        ]


def _not_enrolled(message: Message) -> QuerySet[Student]:
    """Students named one by one who are not enrolled now."""
    named = Student.objects.filter(pk__in=message.audience.get("students", []), school=message.school_id)
    return named.exclude(pk__in=chosen_students(message).values("pk"))


def _withdrawn(scope: Scope) -> Iterator[list[Candidate]]:
    """Students named one by one who are not enrolled: said, and not written to."""
    rows = _not_enrolled(scope.message).order_by("pk").values_list("pk", "person_id")
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
        holders = holders_of(roles, scope.today)
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
    person = holder.person_id
    problems = {tie.student_id: tie_problem(tie, today) for tie in ties}
    omitted = tuple(problem for problem in problems.values() if problem)
    open_ties = [tie for tie in ties if problems[tie.student_id] is None]
    if not open_ties:
        about = tuple(About(tie.student_id, pushed=False) for tie in ties)
        return Candidate(person, None, about=about, excluded=omitted[0], omitted=omitted)
    about = tuple(About(tie.student_id, pushed=not tie.student.protected) for tie in open_ties)
    omitted += tuple(
        Omission("protected", person, params={"student": child.student_id})
        for child in about
        if not child.pushed
    )
    if any(child.pushed for child in about):
        return Candidate(person, None, (holder,), about, omitted=omitted, inbox=(person,))
    protected = Omission("protected", person)
    return Candidate(person, None, about=about, excluded=protected, omitted=omitted, inbox=(person,))


def _unguarded(scope: Scope) -> Iterator[list[Candidate]]:
    """Students without any guardian: nobody to write to, and that is said."""
    ids = chosen_students(scope.message).filter(guardianships__isnull=True).values_list("id", flat=True)
    for page in _pages(ids, "id", scope.size):
        yield [_nobody(pk) for pk in page]


def _nobody(student_id: int) -> Candidate:
    reason = Omission("no_guardian", params={"student": student_id})
    return Candidate(None, student_id, about=(About(student_id),), omitted=(reason,))


FAMILY_ORDER = {Relation.FATHER: 0, Relation.MOTHER: 1, Relation.OTHER: 2}


def in_family_order(ties: Iterable[Guardianship]) -> list[Guardianship]:
    """The father, the mother, others (requirement B10); among equals the register's order."""
    return sorted(ties, key=lambda tie: (FAMILY_ORDER[Relation(tie.relation)], tie.order, tie.pk))


def _families(scope: Scope) -> Iterator[list[Candidate]]:
    """One SMS to a family: siblings whom exactly the same guardians answer for are one.

    A whole family stands in the chunk of its student with the lowest id.
    """
    chosen = chosen_students(scope.message)
    for page in _pages(chosen.values_list("id", flat=True), "id", scope.size):
        people = Guardianship.objects.filter(student__in=page).values("guardian_id")
        siblings = chosen.filter(guardianships__guardian__in=people).values("pk")
        ties: dict[int, list[Guardianship]] = {pk: [] for pk in page}
        for tie in Guardianship.objects.filter(student__in=siblings).select_related("student"):
            ties.setdefault(tie.student_id, []).append(tie)
        mine = [group for group in _grouped(ties, scope.today) if group[0] in page]
        roles = {tie.guardian_id: tie.relation for group in mine for tie in ties[group[0]]}
        holders = holders_of(roles, scope.today)
        yield [
            family_candidate(group, {pk: ties[pk] for pk in group}, holders, scope.today) for group in mine
        ]


def _grouped(ties: Mapping[int, list[Guardianship]], today: date) -> list[list[int]]:
    """Students by family, ascending; one who is protected or whom nobody answers for stands alone."""
    families: dict[frozenset[int], list[int]] = {}
    for student, rows in sorted(ties.items()):
        reached = frozenset(tie.guardian_id for tie in rows if tie_problem(tie, today) is None)
        alone = not reached or rows[0].student.protected
        families.setdefault(frozenset({-student}) if alone else reached, []).append(student)
    return list(families.values())


def family_candidate(
    students: list[int],
    ties: Mapping[int, list[Guardianship]],
    holders: Mapping[int, Holder],
    today: date,
) -> Candidate:
    family = students[0]
    own = in_family_order(ties[family])
    if not own:
        return _nobody(family)
    problems = [tie_problem(tie, today) for pk in students for tie in in_family_order(ties[pk])]
    omitted = tuple(problem for problem in problems if problem)
    reached = tuple(tie.guardian_id for tie in own if tie_problem(tie, today) is None)
    about = tuple(About(student, pushed=not own[0].student.protected) for student in students)
    if not reached:
        return Candidate(None, family, about=about, excluded=omitted[0], omitted=omitted)
    if own[0].student.protected:
        protected = Omission("protected", params={"student": family})
        return Candidate(None, family, about=about, excluded=protected, omitted=omitted, inbox=reached)
    held = tuple(holders[person] for person in reached)
    return Candidate(None, family, held, about, omitted=omitted, inbox=reached)
