"""From what a sender chose to who is written to (requirements A3, B10, C1–C3, C7).

Chunks go by recipient and never by student, so that a second sibling's name is not lost. Who they are is
asked once, with a cursor that PostgreSQL keeps; each chunk then costs the same few queries whatever its size.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from notica.candidates import (
    About,
    Candidate,
    Employment,
    answered,
    apart_from_sender,
    family_candidate,
    guardian_candidate,
    in_families,
    nobody,
    outsider,
    staff_candidate,
    withdrawn,
)
from notica.choices import RETRYABLE, Audience, Way
from notica.kinds import KINDS
from notica.models import Message, Recipient, RecipientAbout
from notica.one_off_target import is_one_off, target_candidate
from notica.points import holders_of
from notica.ties import ties_of_families, ties_of_guardians
from notica.told import told_by
from plumier.family_access import shielded_of
from plumier.kept_apart import NOBODY, KeptApart, kept_apart
from plumier.models import AcademicYear, Enrolment, Guardianship, Person, Slot, Student

CHUNK = 2000
SEVERAL = 10  # rows looked at for each unit that is counted: no guardian has as many children
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the audience is looked up with: the message and the day in its school's zone.

    People up to `after_person` and families up to `after_family` are passed over: their rows are written.
    Holders get the addresses of `slots` alone.
    """

    message: Message
    today: date
    size: int = CHUNK
    after_person: int = 0
    after_family: int = 0
    slots: Collection[str] = tuple(Slot.values)


def _enrolments(scope: Scope) -> QuerySet[Enrolment]:
    """Enrolments now in force that the choice names.

    Students are found by these alone: a join of the two by their schools is planned as every student with
    every enrolment while the statistics are older than an import.
    """
    choice, school = scope.message.audience, scope.message.school_id
    current = AcademicYear.objects.filter(school=school, is_current=True)
    rows = Enrolment.objects.in_force(scope.today).filter(school=school, year__in=current)
    if choice.get("everyone"):
        return rows
    return rows.filter(Q(group__in=choice.get("groups", [])) | Q(student__in=choice.get("students", [])))


def enrolments_told_of(scope: Scope) -> QuerySet[Enrolment]:
    """Enrolments of the students whom the message is about; of one that is sent again, those it still concerns."""
    failed = _failed(scope.message)
    rows = _enrolments(scope)
    return rows if failed is None else rows.filter(student__in=_told_of(failed))


def chosen_students(scope: Scope) -> QuerySet[Student]:
    """Students whom the choice names and who are enrolled now, or were, for a kind that reaches who has left."""
    if KINDS[scope.message.kind].who_left:
        return _named(scope)
    return Student.objects.filter(pk__in=_enrolments(scope).values("student"))


def candidates(scope: Scope) -> Iterator[list[Candidate]]:
    """Every recipient of the message once, in chunks.

    People come in ascending order, then families; those named and not enrolled come last, and always.
    """
    if is_one_off(scope.message):
        yield [target_candidate(scope.message)]
        return
    if scope.message.to == Audience.STAFF:
        yield from _staff(scope)
        return
    kept = kept_from_senders([scope.message], scope.today).get(scope.message.sender_id or 0, NOBODY)
    for chunk in _of_students(scope):
        yield [apart_from_sender(one, kept) for one in chunk] if kept.students else chunk


def kept_from_senders(messages: Iterable[Message], today: date) -> dict[int, KeptApart]:
    """By sender, whom none of hers of these messages may reach: of those that people write, and to families."""
    senders = {
        one.sender_id
        for one in messages
        if one.sender_id is not None and one.to != Audience.STAFF and KINDS[one.kind].chosen
    }
    return kept_apart(senders, today) if senders else {}


def _of_students(scope: Scope) -> Iterator[list[Candidate]]:
    """Students, or those who answer for them."""
    to, way = scope.message.to, scope.message.way
    if to == Audience.STUDENT:
        yield from _students(scope)
    elif way == Way.SMS:
        yield from _families(scope)
    else:
        yield from _guardians(scope)
        yield from _unguarded(scope)
    yield from _withdrawn(scope)


def count_units(scope: Scope, most: int) -> int:
    """How many recipients there will be, counted as far as `most`; for families by SMS, their students."""
    if scope.message.to == Audience.STAFF:
        return len(_staff_of(scope)[:most])
    if scope.message.to == Audience.STUDENT or scope.message.way == Way.SMS:
        units = _distinct(_pupils_of(scope).values_list("pk", flat=True), most)
    else:
        units = _distinct(_guardians_of(scope).values_list("guardian_id", flat=True), most)
        if units < most:
            units += _distinct(_unguarded_of(scope).values_list("pk", flat=True), most)
    return min(units + len(_not_enrolled(scope)[:most]), most)


def is_to_one(scope: Scope) -> bool:
    """Whether it is for one student, one family or one colleague: such a message never waits behind many."""
    if scope.message.to == Audience.STAFF:
        return count_units(scope, 2) == 1
    students = _distinct(chosen_students(scope).values_list("pk", flat=True), 2)
    return students + len(_not_enrolled(scope)[:2]) == 1


def _distinct(ids: QuerySet[Any, int], most: int) -> int:
    """How many different ones, as far as `most`, without reading all of them; too many alike count as `most`."""
    rows = ids.order_by()[: most * SEVERAL]
    return most if len(rows) == most * SEVERAL else min(len(set(rows)), most)


def _pages(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(rows)
    while page := list(islice(source, size)):
        yield page


def _stream(rows: QuerySet[Any, T], scope: Scope) -> Iterator[T]:
    """Asked once: PostgreSQL keeps a long answer on its disk and hands it out bit by bit."""
    return rows.iterator(chunk_size=scope.size)


def _failed(message: Message) -> QuerySet[Recipient] | None:
    """Recipients of the message that this one is sent again for, whom it did not reach; None if it is a first one."""
    again = message.audience.get("again")
    return Recipient.objects.filter(message=again, outcome__in=RETRYABLE) if again else None


def _told_of(failed: QuerySet[Recipient]) -> QuerySet[RecipientAbout, Any]:
    return RecipientAbout.objects.filter(recipient__in=failed.values("pk")).values("student")


def _staff_of(scope: Scope) -> QuerySet[Person]:
    chosen, school = scope.message.audience.get("staff", []), scope.message.school_id
    people = Person.objects.filter(pk__in=chosen, school=school)
    failed = _failed(scope.message)
    return people if failed is None else people.filter(pk__in=failed.values("person"))


def _staff(scope: Scope) -> Iterator[list[Candidate]]:
    rows = _staff_of(scope).filter(pk__gt=scope.after_person).order_by("pk")
    columns: QuerySet[Person, Any] = rows.values_list(
        "pk", "staff__active", "staff__joined_on", "staff__left_on"
    )
    for page in _pages(_stream(columns, scope), scope.size):
        holders = holders_of({row[0]: "staff" for row in page}, scope.today, scope.slots)
        shielded = shielded_of((row[0] for row in page if row[1] is None), scope.today)
        yield [
            outsider(row[0], holders[row[0]], shielded=row[0] in shielded)
            if row[1] is None  # a parent or a student in a body, a superuser
            else staff_candidate(Employment(*row), holders[row[0]], scope.today)
            for row in page
        ]


def _pupils_of(scope: Scope) -> QuerySet[Student]:
    """The students themselves, as recipients or as those who name a family."""
    students, failed = chosen_students(scope), _failed(scope.message)
    if failed is None:
        return students
    if scope.message.to == Audience.STUDENT:
        return students.filter(person__in=failed.values("person"))
    return students.filter(pk__in=_told_of(failed))


def _students(scope: Scope) -> Iterator[list[Candidate]]:
    chosen = Student.objects.filter(pk__in=_pupils_of(scope).values("pk"))
    rows = chosen.filter(person__gt=scope.after_person).order_by("person_id").values_list("person_id", "pk")
    for page in _pages(_stream(rows, scope), scope.size):
        holders = holders_of({person: "student" for person, _ in page}, scope.today, scope.slots)
        yield [
            Candidate(person, None, (holders[person],), (About(pk),), inbox=(person,)) for person, pk in page
        ]


def _named(scope: Scope) -> QuerySet[Student]:
    """Students named one by one, enrolled or not."""
    chosen, school = scope.message.audience.get("students", []), scope.message.school_id
    return Student.objects.filter(pk__in=chosen, school=school)


def _not_enrolled(scope: Scope) -> QuerySet[Student]:
    """Students named one by one who are not enrolled now, where that matters."""
    if KINDS[scope.message.kind].who_left:
        return Student.objects.none()
    enrolled = Enrolment.objects.in_force(scope.today).filter(student=OuterRef("pk"), year__is_current=True)
    failed = _failed(scope.message)
    rows = _named(scope).filter(~Exists(enrolled))
    return rows if failed is None else rows.filter(pk__in=_told_of(failed))


def _withdrawn(scope: Scope) -> Iterator[list[Candidate]]:
    rows = _not_enrolled(scope).order_by("pk").values_list("pk", "person_id")
    to_student = scope.message.to == Audience.STUDENT
    for page in _pages(_stream(rows, scope), scope.size):
        yield [withdrawn(pk, person, to_student=to_student) for pk, person in page]


def _guardians_of(scope: Scope) -> QuerySet[Guardianship]:
    ties = Guardianship.objects.filter(student__in=_enrolments(scope).values("student"))
    if (only := scope.message.audience.get("guardian")) is not None:
        ties = ties.filter(guardian=only)
    if (heard := scope.message.audience.get("heard")) is not None:
        ties = ties.filter(guardian__in=list(told_by(heard)))
    if (heard := scope.message.audience.get("besides")) is not None:
        ties = ties.exclude(guardian__in=list(told_by(heard)))
    failed = _failed(scope.message)
    if failed is None:
        return ties
    families = Guardianship.objects.filter(student__in=_told_of(failed.filter(family_of__isnull=False)))
    people = failed.filter(person__isnull=False).values("person")
    return ties.filter(guardian__in=people.union(families.values("guardian")))


def _guardians(scope: Scope) -> Iterator[list[Candidate]]:
    ids = _guardians_of(scope).filter(guardian__gt=scope.after_person)
    pairs = ids.order_by("guardian_id", "student_id").values_list("guardian_id", "student_id")
    by_guardian = groupby(_stream(pairs, scope), itemgetter(0))
    people = ((guardian, [student for _, student in rows]) for guardian, rows in by_guardian)
    for page in _pages(people, scope.size):
        ties = {person: rows for person, rows in ties_of_guardians(dict(page)).items() if rows}
        roles = {person: rows[0].relation for person, rows in ties.items()}
        holders = holders_of(roles, scope.today, scope.slots)
        found = [guardian_candidate(holders[person], ties[person], scope.today) for person in ties]
        yield [answered(one) for one in found] if "guardian" in scope.message.audience else found


def _unguarded_of(scope: Scope) -> QuerySet[Student]:
    students = chosen_students(scope).filter(guardianships__isnull=True)
    failed = _failed(scope.message)
    return students if failed is None else students.filter(pk__in=_told_of(failed))


def _unguarded(scope: Scope) -> Iterator[list[Candidate]]:
    """Students without any guardian: nobody to write to, and that is said."""
    ids = Student.objects.filter(pk__in=_unguarded_of(scope).values("pk"), pk__gt=scope.after_family)
    for page in _pages(_stream(ids.order_by("pk").values_list("pk", flat=True), scope), scope.size):
        yield [nobody(pk) for pk in page]


def _families(scope: Scope) -> Iterator[list[Candidate]]:
    """One SMS to a family; it stands in the chunk of its student with the lowest id, whole."""
    chosen = _pupils_of(scope)
    ids = Student.objects.filter(pk__in=chosen.values("pk"), pk__gt=scope.after_family)
    for page in _pages(_stream(ids.order_by("pk").values_list("pk", flat=True), scope), scope.size):
        own = set(page)
        ties = ties_of_families(page)
        siblings = chosen.filter(pk__in=ties.keys() - own)
        both = own.union(siblings.values_list("pk", flat=True))
        groups = in_families({pk: rows for pk, rows in ties.items() if pk in both}, scope.today)
        mine = [group for group in groups if group[0] in own]
        roles = {tie.guardian_id: tie.relation for group in mine for tie in ties[group[0]]}
        holders = holders_of(roles, scope.today, scope.slots)
        yield [
            family_candidate(group, {pk: ties[pk] for pk in group}, holders, scope.today) for group in mine
        ]
