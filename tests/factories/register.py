"""Rows of the register for tests, as short as a story needs them."""

from dataclasses import dataclass, field
from datetime import date, time
from itertools import count
from typing import Any

from channels_app.models import Activation, ActivationState, ChannelAccount
from plumier.clock import database_now
from plumier.models import (
    AcademicYear,
    Contact,
    Enrolment,
    Group,
    Guardianship,
    Person,
    Post,
    School,
    SchoolPolicy,
    Service,
    ServicePost,
    Staff,
    Stage,
    Student,
    Subject,
    TeachingAssignment,
    User,
)
from plumier.roles import Role

_numbers = count(1)
KINDS = {"email": "email", "email_official": "email", "email_alt": "email"}


def mobile() -> str:
    """A Spanish mobile that no other row has."""
    return f"+346{next(_numbers):08d}"


@dataclass
class Parent:
    """A guardian as a test describes her; contacts by slot, a landline as `landline:+34968…`."""

    name: str
    relation: str = "mother"
    contacts: dict[str, str] = field(default_factory=dict)
    ticked: bool = True
    barred: tuple[date, date | None] | None = None
    person: Person | None = None


def make_school(code: str = "30000001", quiet: tuple[time, time] | None = None, **fields: Any) -> School:
    """A school with its policy, a year, a stage and no groups."""
    school = School.objects.create(code=code, **{"name": f"IES {code}", **fields})
    start, end = quiet or (None, None)
    SchoolPolicy.objects.create(school=school, quiet_from=start, quiet_until=end)
    AcademicYear.objects.create(school=school, name="2026/2027")
    Stage.objects.create(school=school, kind="eso")
    return school


def make_group(school: School, name: str = "1º ESO A", tutor: Person | None = None) -> Group:
    """A group of the school's year."""
    return Group.objects.create(
        school=school, year=school.years.get(), stage=school.stages.get(), name=name, tutor=tutor
    )


def make_person(school: School, name: str, contacts: dict[str, str] | None = None, **fields: Any) -> Person:
    """A person; `name` is «Nombre Apellidos»."""
    given_name, _, surname = name.partition(" ")
    person = Person.objects.create(school=school, given_name=given_name, surname=surname, **fields)
    Contact.objects.bulk_create(
        _contact(school, person, slot, value) for slot, value in (contacts or {}).items()
    )
    return person


def _contact(school: School, person: Person, slot: str, value: str) -> Contact:
    kind, _, rest = value.rpartition(":")
    kind = kind or KINDS.get(slot, "mobile")
    kept = "" if kind == "unreadable" else rest
    return Contact(school=school, person=person, slot=slot, kind=kind, value=kept, typed=rest)


def make_student(
    group: Group,
    name: str,
    parents: list[Parent] | None = None,
    *,
    contacts: dict[str, str] | None = None,
    status: str = "active",
    protected: bool = False,
) -> Student:
    """An enrolled student with her guardians; a Parent used twice is one person."""
    school = group.school
    person = make_person(school, name, contacts)
    student = Student.objects.create(
        school=school, person=person, expediente=str(3000 + next(_numbers)), protected=protected
    )
    Enrolment.objects.create(school=school, student=student, year=group.year, group=group, status=status)
    for order, parent in enumerate(parents or [], start=1):
        parent.person = parent.person or make_person(school, parent.name, parent.contacts)
        barred_from, barred_until = parent.barred or (None, None)
        Guardianship.objects.create(
            school=school,
            student=student,
            guardian=parent.person,
            relation=parent.relation,
            order=order,
            receives_messages=parent.ticked,
            barred_from=barred_from,
            barred_until=barred_until,
            barred_reference="Auto 12/2026" if parent.barred else "",
        )
    return student


def make_staff(school: School, name: str = "Ana Ruiz", role: Role | None = None, **user: Any) -> User:
    """A working member of staff with a login; with a post if a role is given."""
    username = user.pop("username", f"user{next(_numbers)}")
    login = User.objects.create_user(username=username, password="secret", **user)
    contacts = {"email_official": f"{username}@staff.example"}
    person = make_person(school, name, contacts, user=login)
    Staff.objects.create(school=school, person=person)
    if role is not None:
        Post.objects.create(school=school, person=person, role=role, held_from=date(2026, 9, 1))
    return login


def make_teacher(group: Group, name: str = "Paco Profesor", **held: Any) -> User:
    """Somebody who teaches a group a subject; `held_from` and `held_until` are her dates."""
    user = make_staff(group.school, name)
    subject, _ = Subject.objects.get_or_create(school=group.school, name="Matemáticas")
    TeachingAssignment.objects.create(
        school=group.school, year=group.year, teacher=user.people.get(), subject=subject, group=group, **held
    )
    return user


def make_tutor(group: Group, name: str = "Tere Tutora") -> User:
    """The tutor (GVCN) of a group."""
    user = make_staff(group.school, name)
    group.tutor = user.people.get()
    group.save(update_fields=["tutor"])
    return user


def make_service(*schools: School, all_schools: bool = False) -> User:
    """Somebody who works in a service of the Consejería for these schools."""
    number = next(_numbers)
    service = Service.objects.create(code=f"S{number}", name="Inspección", all_schools=all_schools)
    service.schools.set(schools)
    user = User.objects.create_user(username=f"service{number}", password="secret")
    ServicePost.objects.create(service=service, user=user, held_from=date(2026, 9, 1))
    return user


def make_login(person: Person) -> User:
    """A log-in for a student or a guardian."""
    user = User.objects.create_user(username=f"user{next(_numbers)}", password="secret")
    person.user = user
    person.save(update_fields=["user"])
    return user


def make_director(school: School) -> User:
    """Somebody who may write to the whole school."""
    return make_staff(school, "Dolores Directora", Role.DIRECTOR)


def link(channel: str, phone: str, endpoint: str = "", state: str = ActivationState.LINKED) -> Activation:
    """Link a phone on the shared account of a channel; the chat's id is `endpoint`."""
    account, _ = ChannelAccount.objects.get_or_create(channel=channel, owner="")
    return Activation.objects.create(
        account=account, address=phone, endpoint=endpoint or phone, state=state, checked_at=database_now()
    )
