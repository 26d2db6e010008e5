"""The sample school's transfers with a neighbour: one that it must answer, one that is late, and one that has ended."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from demo import seeding
from plumier.actions import NewSchool, create_school
from plumier.clock import database_now, database_today
from plumier.models import AcademicYear, Enrolment, Group, Person, Post, School, Staff, Student, User
from plumier.roles import Role
from secretaria.models import Transfer
from secretaria.transfers.actions import act, ask, offer
from secretaria.transfers.rules import Action
from secretaria.transfers.written import Act, Asked, Words

CODE: Final = "30098765"
NAME: Final = "IES Puerta de Nogalte"
SECRETARY: Final = ("secretaria.nogalte", "Marisa", "Zapata Cerón")
DAY: Final = timedelta(days=1)
HELD_FROM: Final = date(2026, 9, 1)
WHOLE_WAY: Final = (Action.SEND, Action.CONFORM, Action.WITHDRAW, Action.ENROL, Action.CLOSE)


@transaction.atomic
def transfers(of: School, groups: Sequence[Group]) -> None:
    """Done once. Nothing of the register changes: no box is ticked."""
    if Transfer.objects.filter(school=of).exists():
        return
    here, there = User.objects.get(username="secretario"), _neighbour()
    other, now = there.people.get().school, database_now()
    going, late, gone, asked_for = _pupils(groups)
    _go_all_the_way(gone, other, here, there, now - 30 * DAY)
    row = offer(going, other, _words("1", "Se muda a Puerto Lumbreras en enero."), by=here, now=now - 4 * DAY)
    done = Act(Action.RETURN, 1, Words("Falta el certificado de empadronamiento."))
    act(row, other, done, by=there, now=now - 2 * DAY)
    offer(late, other, _words("2", ""), by=here, now=now - 12 * DAY)
    person = asked_for.person
    asked = Asked(asked_for.nre or f"N{asked_for.expediente}", person.given_name, person.surname, "eso")
    ask(of, other, asked, _words("3", "Ya tiene plaza en nuestro centro."), by=there, now=now - DAY)


def _go_all_the_way(student: Student, other: School, here: User, there: User, began: datetime) -> None:
    row = offer(student, other, _words("0", ""), by=here, now=began)
    steps = (Action.ACCEPT, *WHOLE_WAY)
    for number, action in enumerate(steps, start=1):
        at = began + number * 2 * DAY
        whose = row.turn or other
        row = act(row, whose, Act(action, number), by=there if whose == other else here, now=at)


def _words(key: str, note: str) -> Words:
    return Words(note, key=key * 32)


def _pupils(groups: Sequence[Group]) -> list[Student]:
    """Four of the last group; nobody whose family a page of the tour is about."""
    here = Enrolment.objects.in_force(database_today()).filter(group=groups[-1], student__protected=False)
    rows = here.select_related("student__person", "student__school").order_by("-student__expediente")
    return [one.student for one in rows[:4]]


def _neighbour() -> User:
    """The secretary of another school of the installation, which has nothing but her."""
    found = School.objects.filter(code=CODE).first()
    school = found or create_school(NewSchool(CODE, NAME, "publico", "ES"))
    AcademicYear.objects.get_or_create(school=school, name="2026/2027")
    username, given_name, surname = SECRETARY
    user, _new = User.objects.get_or_create(
        username=username, defaults={"email": f"{username}@{seeding.DOMAIN}"}
    )
    person, _new = Person.objects.get_or_create(
        user=user, school=school, defaults={"given_name": given_name, "surname": surname}
    )
    Staff.objects.get_or_create(person=person, defaults={"school": school})
    Post.objects.get_or_create(
        person=person, role=Role.SECRETARY, defaults={"school": school, "held_from": HELD_FROM}
    )
    return user
