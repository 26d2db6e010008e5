"""Students with all that a workbook says of them, chunk by chunk: the same number of queries for each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from notica.channel_state import ChannelState, states_of
from notica.student_data.choosing import Reader, Selection, students_of
from plumier.models import Contact, Enrolment, Guardianship, Person, Relation, Student

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with her addresses by slot, and what each channel knows of them, by (slot, channel).

    `tie` is to the student, if she is not the student herself. Who is `kept_away` from the student has no address here.
    """

    person: Person
    tie: Guardianship | None = None
    kept_away: bool = False
    contacts: dict[str, Contact] = field(default_factory=dict)
    states: dict[tuple[str, str], ChannelState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pupil:
    """A student; `first` stands in the father's place and `second` in the mother's."""

    student: Student
    enrolment: Enrolment | None
    own: Holder
    first: Holder | None
    second: Holder | None

    def people(self) -> Iterator[Person]:
        """Everybody whom her row shows."""
        return (holder.person for holder in (self.own, self.first, self.second) if holder is not None)


def pupils(selection: Selection, reader: Reader) -> Iterator[list[Pupil]]:
    """In their order. Their ids are asked for once, and PostgreSQL keeps the answer."""
    ids = students_of(selection, reader).values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    while some := list(islice(ids, CHUNK)):
        yield _pupils(some, reader)


def _pupils(ids: list[int], reader: Reader) -> list[Pupil]:
    students = Student.objects.select_related("person").in_bulk(ids)
    rows = Enrolment.objects.filter(student__in=ids, year__is_current=True)
    enrolments = {row.student_id: row for row in rows.select_related("group__stage")}
    ties = _ties(ids, reader)
    people = [student.person for student in students.values()]
    guardians = [tie.guardian for rows in ties.values() for tie in rows if tie is not None]
    holders = _holders({person.pk: person for person in (*people, *guardians)}, reader)
    return [
        Pupil(
            students[pk],
            enrolments.get(pk),
            holders[students[pk].person_id],
            *(_tied(holders, tie, reader) for tie in ties.get(pk, (None, None))),
        )
        for pk in ids
        if pk in students
    ]


def _tied(holders: dict[int, Holder], tie: Guardianship | None, reader: Reader) -> Holder | None:
    """Of whom a court keeps from the child who does not lead gets no address: nobody is to call him by mistake."""
    if tie is None:
        return None
    found = holders[tie.guardian_id]
    if not reader.leads and tie.is_barred_on(reader.today):
        return Holder(found.person, tie, kept_away=True)
    return Holder(found.person, tie, contacts=found.contacts, states=found.states)


def _ties(ids: list[int], reader: Reader) -> dict[int, tuple[Guardianship | None, Guardianship | None]]:
    """By student: who stands in the father's place and who in the mother's."""
    rows = (
        Guardianship.objects.filter(student__in=ids).select_related("guardian").order_by("student", "order")
    )
    by_student: dict[int, list[Guardianship]] = defaultdict(list)
    for tie in rows:
        if tie.guardian_id not in reader.kept_from:
            by_student[tie.student_id].append(tie)
    return {student: in_places(ties) for student, ties in by_student.items()}


def in_places(ties: list[Guardianship]) -> tuple[Guardianship | None, Guardianship | None]:
    """Father and mother in their places; whoever else answers for the student in those left free, in her order."""
    father = next((tie for tie in ties if tie.relation == Relation.FATHER), None)
    mother = next((tie for tie in ties if tie.relation == Relation.MOTHER), None)
    others = iter([tie for tie in ties if tie not in (father, mother)])
    first = father or next(others, None)
    return first, mother or next(others, None)


def _holders(people: dict[int, Person], reader: Reader) -> dict[int, Holder]:
    found = {pk: Holder(person) for pk, person in people.items()}
    for contact in _contacts(people):
        found[contact.person_id].contacts[contact.slot] = contact
    for pk, states in states_of(reader.school, people).items():
        found[pk].states.update({(state.slot, state.channel): state for state in states})
    return found


def _contacts(people: Iterable[int]) -> Iterable[Contact]:
    return Contact.objects.filter(person__in=list(people))
