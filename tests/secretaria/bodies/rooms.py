"""A school with its director, three of its staff, a parent and a student, and a committee to be called."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from notica.files import KeptFile, keep
from plumier.models import Person, School, User
from secretaria.bodies.calling import call
from secretaria.bodies.choices import BodyKind, BodyRole
from secretaria.bodies.keeping import add_members, save_body
from secretaria.bodies.writing import Written, make_draft
from secretaria.models import Body, Meeting
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_staff,
    make_student,
)

MADRID = ZoneInfo("Europe/Madrid")
NINE = datetime(2026, 11, 27, 9, 30, tzinfo=MADRID)
FRIDAY = date(2026, 11, 27)
THURSDAY = datetime(2026, 12, 3, 17, 0, tzinfo=MADRID)


class Committee:
    """«Consejo Escolar»: Elsa (presidencia), Luis, and Marta, a mother; Olga is of the staff and not in it."""

    def __init__(self, **school: Any) -> None:
        self.school: School = make_school(**school)
        self.director = make_director(self.school)
        self.elsa, self.luis, self.olga = (
            make_staff(self.school, name) for name in ("Elsa Ros", "Luis Gil", "Olga Pons")
        )
        self.marta = Parent("Marta Vera", contacts={"email": "marta@family.example"})
        self.ana = make_student(make_group(self.school), "Ana Vera", [self.marta])
        assert self.marta.person is not None
        self.mother: User = make_login(self.marta.person)
        self.body: Body = save_body(
            self.school, "Consejo Escolar", BodyKind.SCHOOL_COUNCIL, by=self.director, now=NINE
        )
        self.add(self.elsa, role=BodyRole.CHAIR)
        self.add(self.luis, self.mother)

    def add(
        self, *users: User, role: BodyRole = BodyRole.MEMBER, since: date = FRIDAY, now: datetime = NINE
    ) -> int:
        """Into the body, by the director."""
        people = [person_of(user).pk for user in users]
        return add_members(self.body, people, role, since, by=self.director, now=now)

    def draft(self, **changes: Any) -> Meeting:
        """A call to be sent."""
        return make_draft(self.body, written(**changes), "key", by=self.director, now=NINE)

    def called(self, now: datetime = NINE, **changes: Any) -> Meeting:
        """The same, sent."""
        meeting = self.draft(**changes)
        return call(meeting, meeting.version, by=self.director, now=now)


def person_of(user: User) -> Person:
    return user.people.get()


def written(**changes: Any) -> Written:
    """On Thursday at five, for an hour, in the library."""
    values: dict[str, Any] = {
        "place": "Biblioteca",
        "starts_at": THURSDAY,
        "minutes": 60,
        "agenda": ("Lectura del acta anterior", "Presupuesto"),
        "second_at": THURSDAY + timedelta(minutes=30),
    }
    return Written(**{**values, **changes})


def pdf(folder: Path, name: str = "presupuesto.pdf", text: str = "uno") -> KeptFile:
    """A kept file."""
    path = folder / name
    path.write_bytes(b"%PDF-1.4\n" + text.encode())
    return keep(path)
