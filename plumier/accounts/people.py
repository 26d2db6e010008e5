"""For whom accounts are made, and the user name that each should have. Reads in a few queries for any number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from plumier.accounts.names import normal_user_name
from plumier.models import (
    Contact,
    Enrolment,
    Guardianship,
    Person,
    School,
    SchoolPolicy,
    Slot,
    Staff,
    Student,
)
from plumier.models.policies import LogIn


class Who(StrEnum):
    """Kinds of people who log in."""

    STAFF = "staff"
    FAMILIES = "families"
    STUDENTS = "students"


@dataclass(frozen=True, slots=True)
class Selection:
    """A school's people, or those of some of its groups (then students and families alone), or these people."""

    school: School
    who: frozenset[Who] = frozenset(Who)
    groups: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody who is to have an account. `name` is empty where the register lacks what it would be made of."""

    person: Person
    who: Who
    name: str
    group: str = ""


def people_of(selection: Selection, today: date) -> list[Wanted]:
    """Everybody of the selection, each once, by group and name."""
    policy = SchoolPolicy.objects.get(school=selection.school)
    found: dict[int, Wanted] = {}
    readers = (
        (Who.STAFF, _staff, policy.staff_login),
        (Who.STUDENTS, _students, policy.student_login),
        (Who.FAMILIES, _guardians, policy.family_login),
    )
    for who, read, log_in in readers:
        if who in selection.who and not (who == Who.STAFF and selection.groups):
            people = read(selection, today)
            chosen = [one for one in people if not selection.people or one.pk in selection.people]
            for person, name in _named(chosen, who, LogIn(log_in)):
                found.setdefault(person.pk, Wanted(person, who, name, people[person]))
    return sorted(found.values(), key=lambda one: (one.group, one.who, one.person.sort_key, one.person.pk))


def _staff(selection: Selection, today: date) -> dict[Person, str]:
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=today)
    staying = Q(left_on__isnull=True) | Q(left_on__gt=today)
    working = Staff.objects.filter(joined & staying, school=selection.school, active=True)
    return dict.fromkeys(Person.objects.filter(pk__in=working.values("person")).select_related("user"), "")


def _enrolments(selection: Selection, today: date) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.in_force(today).filter(school=selection.school, year__is_current=True)
    return rows.filter(group__in=selection.groups) if selection.groups else rows


def _students(selection: Selection, today: date) -> dict[Person, str]:
    rows = _enrolments(selection, today).select_related("student__person__user", "group")
    return {row.student.person: row.group.name for row in rows}


def _guardians(selection: Selection, today: date) -> dict[Person, str]:
    """Those whom no court keeps from every child of theirs here."""
    enrolled = _enrolments(selection, today)
    ties = Guardianship.objects.filter(Exists(enrolled.filter(student=OuterRef("student"))))
    ties = ties.exclude(pk__in=Guardianship.objects.barred_on(today).values("pk"))
    groups = dict(enrolled.order_by("-group__name").values_list("student_id", "group__name"))
    rows = ties.order_by("-student_id").select_related("guardian__user")
    return {row.guardian: groups[row.student_id] for row in rows}


def _named(people: list[Person], who: Who, log_in: LogIn) -> Iterable[tuple[Person, str]]:
    if log_in == LogIn.EMAIL:
        slots = (Slot.EMAIL_OFFICIAL, Slot.EMAIL) if who != Who.FAMILIES else (Slot.EMAIL,)
        names = _addresses(people, slots)
    elif log_in == LogIn.NRE:
        names = dict(Student.objects.filter(person__in=people).values_list("person_id", "nre"))
    else:
        names = {person.pk: person.document for person in people}
    return ((person, normal_user_name(names.get(person.pk, ""))) for person in people)


def _addresses(people: Iterable[Person], slots: Iterable[Slot]) -> dict[int, str]:
    """The first of these addresses that each has."""
    rows = Contact.objects.filter(person__in=list(people), slot__in=list(slots)).exclude(value="")
    found = {(person, slot): value for person, slot, value in rows.values_list("person_id", "slot", "value")}
    return {
        person: value for slot in reversed(list(slots)) for (person, at), value in found.items() if at == slot
    }
