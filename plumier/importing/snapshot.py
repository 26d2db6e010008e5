"""The part of the register that a roster is compared with, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from plumier.importing.groups import group_key
from plumier.importing.whose import Address
from plumier.models import (
    AcademicYear,
    Contact,
    Enrolment,
    EnrolmentStatus,
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
class Snapshot:
    """What the register holds of one school in one year."""

    school: School
    year: AcademicYear
    stages: Mapping[str, Stage]
    groups: Mapping[str, Group]
    students: Mapping[str, Student]
    enrolments: Mapping[int, Enrolment]
    links: Mapping[int, list[Guardianship]]
    people: Mapping[int, Known]
    guardians: Mapping[int, Known]

    def missing_from(self, expedientes: set[str]) -> list[Student]:
        """Give the students enrolled this year that are not among these, in order."""
        absent = (
            student
            for student in self.students.values()
            if student.expediente not in expedientes
            and (enrolment := self.enrolments.get(student.pk))
            and enrolment.status == EnrolmentStatus.ACTIVE
        )
        return sorted(absent, key=lambda student: student.expediente)


def take_snapshot(school: School, year: AcademicYear) -> Snapshot:
    """Read all that a roster may change. A member of staff is a guardian only where she already is one."""
    students = {s.expediente: s for s in Student.objects.filter(school=school).select_related("person")}
    nobody_else = Q(staff__isnull=True, student__isnull=True)
    guardians = Person.objects.filter(nobody_else | Q(guardianships__isnull=False), school=school).distinct()
    known_guardians = {person.pk: Known(person) for person in guardians}
    people = {s.person_id: Known(s.person) for s in students.values()} | known_guardians
    for contact in Contact.objects.filter(school=school):
        if known := people.get(contact.person_id):
            contact.person = known.person
            known.contacts[Slot(contact.slot)] = contact
    by_key = {student.pk: student for student in students.values()}
    links: dict[int, list[Guardianship]] = defaultdict(list)
    for link in Guardianship.objects.filter(school=school).order_by("student_id", "order"):
        link.student, link.guardian = by_key[link.student_id], known_guardians[link.guardian_id].person
        links[link.student_id].append(link)
    this_year = {"year_id": year.pk}
    enrolments = {e.student_id: e for e in Enrolment.objects.filter(**this_year).select_related("group")}
    for enrolment in enrolments.values():
        enrolment.student = by_key[enrolment.student_id]
    groups = Group.objects.filter(**this_year).order_by("-pk")
    return Snapshot(
        school=school,
        year=year,
        stages={stage.kind: stage for stage in Stage.objects.filter(school=school)},
        groups={group_key(group.name): group for group in groups},
        students=students,
        enrolments=enrolments,
        links=links,
        people=people,
        guardians=known_guardians,
    )


def is_barred(link: Guardianship, today: date) -> bool:
    """Say whether a guardian is barred today or on a day to come."""
    return link.barred_from is not None and (link.barred_until is None or link.barred_until >= today)


def address_of(contact: Contact) -> Address:
    """Give a contact as the roster would write it."""
    return Address(contact.kind, contact.value, contact.typed)
