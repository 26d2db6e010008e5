"""Two schools with their offices and a student who goes from one to the other."""

from datetime import datetime
from typing import Any

from notica.models import InboxEntry, Message
from plumier.clock import database_now
from plumier.models import School, Student, User
from plumier.roles import Role
from secretaria.models import Transfer
from secretaria.transfers.actions import act, ask, offer
from secretaria.transfers.written import Act, Asked, Words
from tests.factories.register import make_group, make_school, make_staff, make_student

NRE = "1234567"
ASKED = Asked(NRE, "Ana", "Vera Gil", "eso")
# From a proposal to its end.
WAY = ("accept", "send", "conform", "withdraw", "enrol", "close")


class Schools:
    """The origin with its secretary, the destination with hers, and Ana of 1º ESO A."""

    def __init__(self) -> None:
        self.origin = make_school("30000001", name="IES Origen")
        self.destination = make_school("30000002", name="IES Destino")
        self.sender = make_staff(self.origin, "Olga Origen", Role.SECRETARY)
        self.receiver = make_staff(self.destination, "Dori Destino", Role.SECRETARY)
        self.ana = self.student("Ana Vera Gil", nre=NRE)

    def student(self, name: str, nre: str = "") -> Student:
        group = self.origin.groups.first() or make_group(self.origin)
        student = make_student(group, name)
        student.nre = nre
        student.save(update_fields=["nre"])
        return student

    def side(self, school: School) -> User:
        """The secretary of a school."""
        return self.sender if school == self.origin else self.receiver

    def offer(self, student: Student | None = None, **words: Any) -> Transfer:
        """The origin proposes Ana."""
        given = Words(**{"key": "a" * 32, **words})
        return offer(student or self.ana, self.destination, given, by=self.sender, now=database_now())

    def ask(self, asked: Asked = ASKED, **words: Any) -> Transfer:
        """The destination asks for her."""
        given = Words(**{"key": "b" * 32, **words})
        return ask(self.origin, self.destination, asked, given, by=self.receiver, now=database_now())

    def act(self, row: Transfer, action: str, note: str = "", **more: Any) -> Transfer:
        """Whoever's turn it is acts, as of now; `by` for somebody else of that school."""
        row = Transfer.objects.get(pk=row.pk)
        school = more.pop("school", None) or row.turn or self.origin
        by = more.pop("by", None) or self.side(school)
        now: datetime = more.pop("now", None) or database_now()
        done = Act(action, more.pop("seen", row.steps_done), Words(note), **more)
        return act(row, school, done, by=by, now=now)

    def until(self, state: str) -> Transfer:
        """A proposal led to a state of the straight way."""
        row = self.offer()
        for action in WAY:
            if row.state == state:
                break
            row = self.act(row, action)
        return row


def told(school: School) -> list[tuple[str, str]]:
    """(state, whom) of every message about transfers of a school, in their order."""
    rows = InboxEntry.objects.filter(message__kind="transfer", message__school=school).order_by(
        "message", "person"
    )
    return [
        (row.message.params["state"], row.person.full_name)
        for row in rows.select_related("message", "person")
    ]


def late(school: School) -> int:
    """How many reminders a school got."""
    return Message.objects.filter(kind="transfer", school=school, params__late=True).count()
