"""Who stands in a roster, chunk by chunk: the same number of queries for each.

The rules are those of messages (`notica.candidates`): no guardian of a student with protected data, nobody about a
child from whom a court keeps her, nobody whose tick is off, and no address that is also one of somebody barred.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from django.db.models import Q, QuerySet

from notica.candidates import tie_problem
from notica.planning import Holder
from notica.points import holders_of
from notica.ties import Tie, ties_of_students
from notica.tokapp_roster.choosing import Exporter, People
from plumier.models import ContactKind, Enrolment, Person, Relation, Slot, Staff

CHUNK: Final = 500
PUPIL, TEACHER = "alumno", "profesor"  # what TokApp reads: the same in every language
RELATIONS: Final = {Relation.FATHER: "padre", Relation.MOTHER: "madre", Relation.OTHER: "tutor"}
_PHONES: Final = (Slot.PHONE_1, Slot.PHONE_2)
_MAILS: Final = {
    PUPIL: (Slot.EMAIL_OFFICIAL, Slot.EMAIL),
    TEACHER: (Slot.EMAIL_OFFICIAL, Slot.EMAIL),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in the roster; a guardian once for each child. `phones` are mobiles in E.164."""

    person: Person
    role: str
    phones: tuple[str, ...]
    email: str
    enrolment: Enrolment | None = None

    def people(self) -> Iterator[Person]:
        """Everybody whom its row shows."""
        yield self.person
        if self.enrolment is not None:
            yield self.enrolment.student.person


def entries(people: Iterable[People], exporter: Exporter) -> Iterator[list[Entry]]:
    """The students by group and name, each followed by her guardians; then the staff by name."""
    wanted = frozenset(people)
    if wanted & {People.STUDENTS, People.FAMILIES}:
        for chunk in _chunks(_enrolled(exporter)):
            yield _of_students(chunk, wanted, exporter)
    if People.STAFF in wanted:
        for chunk in _chunks(_working(exporter)):
            yield _of_staff(chunk, exporter)


def _chunks(rows: QuerySet[Enrolment] | QuerySet[Staff]) -> Iterator[list[int]]:
    """Their ids are asked for once, and PostgreSQL keeps the answer."""
    ids = rows.values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    while some := list(islice(ids, CHUNK)):
        yield some


def _enrolled(exporter: Exporter) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(school=exporter.school, year__is_current=True).in_force(exporter.today)
    if exporter.kept_from:
        rows = rows.exclude(student__person__in=exporter.kept_from)
    return rows.order_by("group__name", "student__person__sort_key", "pk")


def _working(exporter: Exporter) -> QuerySet[Staff]:
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=exporter.today)
    staying = Q(left_on__isnull=True) | Q(left_on__gt=exporter.today)
    rows = Staff.objects.filter(joined, staying, school=exporter.school, active=True)
    if exporter.kept_from:
        rows = rows.exclude(person__in=exporter.kept_from)
    return rows.order_by("person__sort_key", "pk")


def _of_students(ids: list[int], wanted: frozenset[People], exporter: Exporter) -> list[Entry]:
    found = Enrolment.objects.select_related("student__person", "group__stage").in_bulk(ids)
    enrolments = [found[pk] for pk in ids if pk in found]
    ties: dict[int, list[Tie]] = {}
    if People.FAMILIES in wanted:
        ties = ties_of_students(enrolment.student_id for enrolment in enrolments)
    written = {student: _written_to(rows, exporter) for student, rows in ties.items()}
    guardians = Person.objects.in_bulk({tie.guardian_id for rows in written.values() for tie in rows})
    pupils = [enrolment.student.person for enrolment in enrolments] if People.STUDENTS in wanted else []
    holders = _holders((*pupils, *guardians.values()), exporter.today)
    rows: list[Entry] = []
    for enrolment in enrolments:
        if People.STUDENTS in wanted:
            person = enrolment.student.person
            rows.append(_entry(person, PUPIL, holders[person.pk], enrolment))
        for tie in written.get(enrolment.student_id, ()):
            if tie.guardian_id in guardians:
                role = RELATIONS[Relation(tie.relation)]
                rows.append(_entry(guardians[tie.guardian_id], role, holders[tie.guardian_id], enrolment))
    return rows


def _written_to(ties: list[Tie], exporter: Exporter) -> list[Tie]:
    """Those who would be sent a message about this student."""
    return [
        tie
        for tie in ties
        if not tie.protected
        and tie.guardian_id not in exporter.kept_from
        and tie_problem(tie, exporter.today) is None
    ]


def _of_staff(ids: list[int], exporter: Exporter) -> list[Entry]:
    found = Staff.objects.select_related("person").in_bulk(ids)
    people = [found[pk].person for pk in ids if pk in found]
    holders = _holders(people, exporter.today)
    return [_entry(person, TEACHER, holders[person.pk]) for person in people]


def _holders(people: Iterable[Person], today: date) -> dict[int, Holder]:
    return holders_of({person.pk: "" for person in people}, today)


def _entry(person: Person, role: str, holder: Holder, enrolment: Enrolment | None = None) -> Entry:
    """An address shared with somebody barred is of no kind that is looked for here."""
    mobiles = {point.slot: point.value for point in holder.points if point.kind == ContactKind.MOBILE}
    mails = {point.slot: point.value for point in holder.points if point.kind == ContactKind.EMAIL}
    phones = dict.fromkeys(mobiles[slot] for slot in _PHONES if slot in mobiles)
    email = next((mails[slot] for slot in _MAILS.get(role, (Slot.EMAIL,)) if slot in mails), "")
    return Entry(person, role, tuple(phones), email, enrolment)
