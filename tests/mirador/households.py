"""A household as Mirador's tests tell of it: two children, their parents, and what the school writes to them."""

from datetime import timedelta
from typing import Any

from django.test import Client

from notica.models import InboxEntry, Message
from plumier.clock import database_now
from plumier.models import Group, Guardianship, Person, School, Student, User
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_login,
    make_school,
    make_student,
)
from tests.notica.stories import send_to

MOTHER_PHONE, FATHER_PHONE = "+34600000345", "+34600000678"


class Household:
    """Lucía and Pedro, parents of Carmen (1º ESO C) and Hugo (3º ESO B); only she has Telegram.

    In a school that is given she has it no second time.
    """

    def __init__(self, school: School | None = None) -> None:
        self.school = school or make_school(name="IES Ribera")
        self.director: User = make_director(self.school)
        self.groups: list[Group] = [make_group(self.school, name) for name in ("1º ESO C", "3º ESO B")]
        mother = Parent("Lucía Vera", contacts={"phone_1": MOTHER_PHONE})
        father = Parent("Pedro Sánchez", "father", {"phone_1": FATHER_PHONE})
        self.carmen: Student = make_student(self.groups[0], "Carmen Sánchez Vera", [father, mother])
        self.hugo: Student = make_student(self.groups[1], "Hugo Sánchez Vera", [father, mother])
        assert mother.person is not None
        assert father.person is not None
        self.mother_person: Person = mother.person
        self.father_person: Person = father.person
        self.mother, self.father = make_login(self.mother_person), make_login(self.father_person)
        if school is None:
            link("telegram", MOTHER_PHONE, "501")

    def tell(self, *students: Student, **fields: Any) -> Message:
        """What the director writes to the families of these students; of both if of none."""
        chosen = list(students) or [self.carmen, self.hugo]
        return send_to(self.school, self.director, students=chosen, **{"subject": "Excursión", **fields})

    def entry(self, message: Message, person: Person | None = None) -> InboxEntry:
        """The mother's copy, or another's."""
        return InboxEntry.objects.get(message=message, person=person or self.mother_person)

    def bar(self, person: Person, student: Student, since: int, until: int | None = None) -> None:
        """Let a court keep her from the student, from and until so many days from today."""
        today = database_now().date()
        Guardianship.objects.filter(guardian=person, student=student).update(
            barred_from=today + timedelta(days=since),
            barred_until=None if until is None else today + timedelta(days=until),
            barred_reference="Auto 12/2026",
        )


def client_of(user: User) -> Client:
    """A browser in which this user has come in."""
    client = Client()
    client.force_login(user)
    return client
