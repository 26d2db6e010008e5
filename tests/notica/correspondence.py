"""A family, its teachers, and what they write to each other, for tests."""

from typing import Any

from notica.models import InboxEntry, Message
from notica.threads import Letter, answer, write_to_teachers
from plumier.clock import database_now
from plumier.models import Group, Person, School, Student, User
from tests.factories.register import (
    Parent,
    link,
    make_group,
    make_login,
    make_school,
    make_student,
    make_teacher,
    make_tutor,
)

MOTHER_PHONE, FATHER_PHONE = "+34600000001", "+34600000002"
MOTHER_MAIL, FATHER_MAIL = "marta@familia.example", "paco@familia.example"
_keys = iter(range(10**9))


class Family:
    """Lucía of 1º ESO A, her parents, her tutor Tere and her teacher Paco; the mother has Telegram."""

    def __init__(self, school: School | None = None, **student: Any) -> None:
        self.school = school or make_school()
        self.group: Group = make_group(self.school)
        self.mother = Parent("Marta Marín", contacts={"phone_1": MOTHER_PHONE, "email": MOTHER_MAIL})
        self.father = Parent("Pedro Marín", "father", {"phone_1": FATHER_PHONE, "email": FATHER_MAIL})
        self.student: Student = make_student(self.group, "Lucía Marín", [self.father, self.mother], **student)
        self.tutor: User = make_tutor(self.group)
        self.teacher: User = make_teacher(self.group)
        self.mother_login: User = make_login(self.person(self.mother))
        link("telegram", MOTHER_PHONE, "501")

    def person(self, who: Parent | User) -> Person:
        """Who a parent or a member of staff is in the school."""
        if isinstance(who, User):
            return who.people.get(school=self.school)
        assert who.person is not None
        return who.person

    def write(self, *teachers: User, by: User | None = None, **letter: Any) -> Message:
        """The mother, or another, writes to these teachers; to the tutor if to nobody."""
        to = [self.person(one) for one in teachers or (self.tutor,)]
        return write_to_teachers(
            self.student, to, letter_of(**letter), by=by or self.mother_login, now=database_now()
        )

    def answer(self, message: Message, by: User | None = None, **letter: Any) -> Message:
        """The tutor, or another, answers."""
        return answer(
            message,
            letter_of(**{"text": "Le llamo a las cinco.", "subject": "", **letter}),
            by=by or self.tutor,
            now=database_now(),
        )

    def entry(self, message: Message, who: User | None = None) -> InboxEntry:
        """The tutor's copy, or another's."""
        return InboxEntry.objects.get(message=message, person=self.person(who or self.tutor))


def letter_of(**fields: Any) -> Letter:
    """A letter with a key of its own."""
    defaults = {
        "text": "No podré asistir a la reunión del jueves.",
        "subject": "Reunión",
        "client_key": f"letter-{next(_keys)}",
    }
    return Letter(**{**defaults, **fields})
