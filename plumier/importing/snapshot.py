"""The part of the register that a roster is compared with, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from plumier.importing.groups import group_key
from plumier.importing.whose import Address
from plumier.models import (
    AcademicYear,
    Contact,
    Enrolment,
    Group,
    Guardianship,
    Person,
    School,
    Slot,
    Stage,
    Student,
)


@dataclass(slots=True)
class Known:
    """A person of the register as far as a roster can change her; contacts by slot with their keys."""

    person: Person
    contacts: dict[Slot, Contact] = field(default_factory=dict)

    def addresses(self) -> set[str]:
        """Give what the person can be reached by, as `Address.key`."""
        return {address_of(contact).key for contact in self.contacts.values() if contact.value}


@dataclass(frozen=True, slots=True)
class Frame:
    """The year that an import is about, with its classes and stages; those that it makes are added."""

    school: School
    year: AcademicYear
    stages: dict[str, Stage]
    groups: dict[str, Group]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the register holds of some students of one school in one year, and of those who may be their guardians."""

    frame: Frame
    students: Mapping[str, Student]
    enrolments: Mapping[int, Enrolment]
    links: Mapping[int, list[Guardianship]]
    people: Mapping[int, Known]
    guardians: Mapping[int, Known]

    @property
    def school(self) -> School:
        """The school of all of them."""
        return self.frame.school

    @property
    def year(self) -> AcademicYear:
        """The year of their enrolments."""
        return self.frame.year


def take_frame(school: School, year: AcademicYear) -> Frame:
    """Read the classes and stages that a school has in a year, which may not have been made yet."""
    groups = Group.objects.filter(year_id=year.pk).order_by("-pk")
    return Frame(
        school=school,
        year=year,
        stages={stage.kind: stage for stage in Stage.objects.filter(school=school)},
        groups={group_key(group.name): group for group in groups},
    )


def known_guardians(school: School) -> QuerySet[Person]:
    """Give who may be a guardian in a file; a member of staff only where she already is one."""
    nobody_else = Q(staff__isnull=True, student__isnull=True)
    return Person.objects.filter(nobody_else | Q(guardianships__isnull=False), school=school).distinct()


def take_snapshot(frame: Frame, expedientes: Sequence[str], guardians: Sequence[int]) -> Snapshot:
    """Read all that a roster of these students may change. `guardians` are the keys of those who may be theirs."""
    school = frame.school
    found = Student.objects.filter(school=school, expediente__in=expedientes).select_related("person")
    students = {student.pk: student for student in found}
    ties = list(
        Guardianship.objects.filter(student__in=list(students))
        .select_related("guardian")
        .order_by("student_id", "order")
    )
    known = {person.pk: Known(person) for person in Person.objects.filter(pk__in=guardians)}
    for link in ties:
        known.setdefault(link.guardian_id, Known(link.guardian))
    people = {student.person_id: Known(student.person) for student in students.values()} | known
    for contact in Contact.objects.filter(person__in=list(people)):
        contact.person = people[contact.person_id].person
        people[contact.person_id].contacts[Slot(contact.slot)] = contact
    links: dict[int, list[Guardianship]] = defaultdict(list)
    for link in ties:
        link.student, link.guardian = students[link.student_id], known[link.guardian_id].person
        links[link.student_id].append(link)
    in_year = Enrolment.objects.filter(student__in=list(students), year_id=frame.year.pk)
    enrolments = {enrolment.student_id: enrolment for enrolment in in_year.select_related("group")}
    for enrolment in enrolments.values():
        enrolment.student = students[enrolment.student_id]
    return Snapshot(
        frame=frame,
        students={student.expediente: student for student in students.values()},
        enrolments=enrolments,
        links=links,
        people=people,
        guardians=known,
    )


def is_barred(link: Guardianship, today: date) -> bool:
    """Say whether a guardian is barred today or on a day to come."""
    return link.barred_from is not None and (link.barred_until is None or link.barred_until >= today)


def address_of(contact: Contact) -> Address:
    """Give a contact as the roster would write it."""
    return Address(contact.kind, contact.value, contact.typed)
