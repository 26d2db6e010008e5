"""Two schools alike, all of whose people carry a mark that says whose data they are.

`Qamarca1` is a student of group A of the first school, `Qbmarca1` one of group B; their families are marked likewise,
the staff of the school `Qsmarca1`; and so with 2 for the other school. A page that shows a mark shows somebody's data.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Model
from django.test import Client

from notica.models import DataRequest
from plumier.accounts.codes import make_codes
from plumier.clock import database_now
from plumier.models import (
    CodeKind,
    ContactBatch,
    ContactProposal,
    Group,
    ImportRun,
    Person,
    School,
    Student,
    User,
)
from plumier.roles import Role
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
    mobile,
)
from tests.notica.stories import send_to

MARK = re.compile(r"Q[abs]marca[12]")


@dataclass
class Place:
    """A school and one row of what its pages are about; `rows` by the name of a URL's argument."""

    school: School
    director: User
    groups: dict[str, Group]
    students: dict[str, Student]
    rows: dict[str, Any] = field(default_factory=dict)


def make_place(number: int) -> Place:
    """One of the two schools, with a message to the families of group A."""
    school = make_school(f"3000000{number}")
    director = make_director(school)
    Person.objects.filter(user=director).update(surname=f"Qsmarca{number}")
    groups = {name: make_group(school, f"Grupo {name}") for name in "AB"}
    students = {name: _student(group, f"Q{name.lower()}marca{number}") for name, group in groups.items()}
    message = send_to(school, director, groups=[groups["A"]], subject=f"Qamarca{number}")
    proposal = _proposal(director, students["A"])
    rows = {"token": message.token, "proposal_id": proposal.pk, "student_id": students["A"].pk}
    rows["person_id"] = students["A"].person_id
    rows["school_id"] = school.pk
    rows["pk"] = _key(f"Qamarca{number}").pk
    rows["request_token"] = DataRequest.objects.create(
        school=school, by=director, asked_at=database_now()
    ).token
    rows["code"] = make_codes([director.pk], CodeKind.LINK, now=database_now())[director.pk]
    ImportRun.objects.create(
        school=school,
        by=director,
        file_name=f"Qsmarca{number}.csv",
        size=1,
        sha256="",
        asked_at=database_now(),
    )
    return Place(school, director, groups, students, rows)


def _key(name: str) -> Authenticator:
    """The key of somebody who is none of the roles: nobody opens it."""
    owner = User.objects.create_user(name, password="secret")
    return Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def _student(group: Group, mark: str) -> Student:
    phone = mobile()
    mother = Parent(f"Madre {mark}", contacts={"phone_1": phone, "email": f"{mark}@family.example"})
    link("telegram", phone, "77")
    return make_student(group, f"Alumna {mark}", [mother], contacts={"email_alt": f"{mark}@alu.example"})


def _proposal(director: User, student: Student) -> ContactProposal:
    """A change of the mother's phone that waits to be reviewed."""
    batch = ContactBatch.objects.create(
        school=student.school, source="grid", proposed_by=director, proposed_at=database_now()
    )
    mother = student.guardians.get()
    proposal = ContactProposal.objects.create(
        school=student.school,
        batch=batch,
        student=student,
        guardian=mother,
        given_name=mother.given_name,
        surname=mother.surname,
        old_name=mother.full_name,
        relation="mother",
    )
    proposal.contacts.create(slot="phone_2", kind="mobile", value=mobile())
    return proposal


def _parent(place: Place) -> User:
    return make_login(place.students["A"].guardians.get())


def _barred(place: Place) -> User:
    """Both a teacher of the group and a father whom a court keeps from the child."""
    father = make_teacher(place.groups["A"], "Pedro Barrado")
    place.students["A"].guardianships.create(
        school=place.school,
        guardian=father.people.get(),
        relation="father",
        order=2,
        barred_from="2026-01-01",
        barred_reference="Auto 12/2026",
    )
    return father


def _gone(place: Place) -> User:
    user = make_director(place.school)
    user.people.get().staff.delete()
    return user


@dataclass(frozen=True)
class Who:
    """A role: how its user is made, whose marks it may see, and whether the administration is its own."""

    make: Callable[[Place], User | None]
    sees: frozenset[str]
    leads: bool = False
    superuser: bool = False


def _marks(*marks: str) -> frozenset[str]:
    return frozenset(marks)


WHOLE = _marks("Qamarca1", "Qbmarca1", "Qsmarca1")
ROLES: dict[str, Who] = {
    "visitor": Who(lambda _place: None, _marks()),
    "superuser": Who(
        lambda _place: User.objects.create_superuser("root"),
        WHOLE | _marks("Qamarca2", "Qbmarca2", "Qsmarca2"),
        leads=True,
        superuser=True,
    ),
    "director": Who(lambda place: place.director, WHOLE, leads=True),
    "PAS": Who(lambda place: make_staff(place.school, role=Role.PAS), WHOLE, leads=True),
    "CGCN": Who(lambda place: make_staff(place.school, role=Role.CGCN), WHOLE, leads=True),
    "orientador": Who(lambda place: make_staff(place.school, role=Role.COUNSELLOR), WHOLE),
    "tutor": Who(lambda place: make_tutor(place.groups["A"]), _marks("Qamarca1", "Qsmarca1")),
    "teacher": Who(lambda place: make_teacher(place.groups["B"]), _marks("Qbmarca1", "Qsmarca1")),
    "training office": Who(lambda place: make_staff(place.school, role=Role.TRAINING), _marks("Qsmarca1")),
    "colleague": Who(lambda place: make_staff(place.school), _marks("Qsmarca1")),
    "service": Who(lambda place: make_service(place.school), WHOLE),
    "mother": Who(_parent, _marks("Qamarca1")),
    "student": Who(lambda place: make_login(place.students["A"].person), _marks("Qamarca1")),
    "barred father who teaches": Who(_barred, _marks("Qsmarca1")),
    "director who left": Who(_gone, _marks()),
    "nobody": Who(lambda _place: User.objects.create_user("nobody", password="secret"), _marks()),
}


def client_of(user: User | None) -> Client:
    """A browser; logged in if there is a user."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def sample(model: type[Model], place: Place) -> Model | None:
    """A row of a model that is the place's own, the oldest."""
    names = {one.name for one in model._meta.get_fields()}
    rows = model._default_manager.order_by("pk")
    if model is School:
        return place.school
    if "school" in names:
        return rows.filter(school=place.school).first()
    return rows.filter(school_id=place.school.pk).first() if "school_id" in names else rows.first()
