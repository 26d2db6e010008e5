"""Who writes to many reaches nobody from whom a court keeps him, and is not told who they are (A3)."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notica.actions import send
from notica.choices import Audience, Way
from notica.delivery import drain
from notica.drafts import Choice
from notica.models import Delivery, InboxEntry, KeptDraft, Message
from notica.summaries import acuse_context
from notica.writing.keeping import begin
from notica.writing.missing_out import without
from notica.writing.preview import summary_of
from plumier.clock import database_now
from plumier.models import Group, Guardianship, Person, Post, School, Staff, Student, User
from tests.factories.register import Parent, make_group, make_login, make_school, make_student
from tests.notica.results import ACCOUNTS
from tests.notica.stories import draft_to, outcomes, send_to
from tests.providers.sandbox import Sandbox

LONG_AGO = date(2020, 1, 1)


class Home:
    """Pedro leads the school. A court keeps him from Luis, whose mother Marta also has Eva, by another father.

    Rosa and Ana Paz are another family of the group.
    """

    def __init__(self, *, barred: bool = True) -> None:
        self.school: School = make_school()
        self.group: Group = make_group(self.school)
        self.pedro = Parent("Pedro Gil", "father", {"phone_1": "+34600000001", "email": "pedro@x.example"})
        self.marta = Parent("Marta Sol", contacts={"phone_1": "+34600000002", "email": "marta@x.example"})
        self.juan = Parent("Juan Rey", "father", {"phone_1": "+34600000003", "email": "juan@x.example"})
        rosa = Parent("Rosa Paz", contacts={"phone_1": "+34600000004", "email": "rosa@x.example"})
        self.luis = self.student("Luis Gil", [self.pedro, self.marta])
        self.eva = self.student("Eva Rey", [self.juan, self.marta])
        self.ana = self.student("Ana Paz", [rosa])
        assert self.pedro.person is not None
        self.director: User = make_login(self.pedro.person)
        Staff.objects.create(school=self.school, person=self.pedro.person)
        Post.objects.create(school=self.school, person=self.pedro.person, role="director", held_from=LONG_AGO)
        if barred:
            self.bar()

    def student(self, name: str, parents: list[Parent]) -> Student:
        """One of the group, with an address of her own."""
        return make_student(
            self.group, name, parents, contacts={"email_official": f"{name[:3].lower()}@a.example"}
        )

    def bar(self) -> None:
        """What the court says."""
        ties = Guardianship.objects.filter(guardian=self.pedro.person, student=self.luis)
        ties.update(barred_from=LONG_AGO, barred_reference="Auto 1/2020")


def everyone(home: Home) -> dict[str, Any]:
    return {"everyone": True}


def group(home: Home) -> dict[str, Any]:
    return {"groups": [home.group]}


@pytest.fixture
def home(transactional_db: None, settings: Any) -> Home:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Home()


@pytest.mark.parametrize("choice", [everyone, group])
@pytest.mark.parametrize(
    ("to", "way", "expected"),
    [
        (
            "familia",
            "email",
            [
                ("Juan Rey", "", ""),
                ("Marta Sol", "excluded", "sender_barred"),
                ("Pedro Gil", "excluded", "sender_barred"),
                ("Rosa Paz", "", ""),
            ],
        ),
        (
            "familia",
            "sms",
            [
                ("familia Ana Paz", "", ""),
                ("familia Eva Rey", "", ""),
                ("familia Luis Gil", "excluded", "sender_barred"),
            ],
        ),
        (
            "alumno",
            "email",
            [("Ana Paz", "", ""), ("Eva Rey", "", ""), ("Luis Gil", "excluded", "sender_barred")],
        ),
    ],
)
def test_whoever_is_kept_from_the_sender_is_left_out_of_a_whole_group(
    home: Home, choice: Any, to: str, way: str, expected: list[tuple[str, str, str]]
) -> None:
    home.school.policy.sms_to_many = True
    home.school.policy.save()
    message = send_to(home.school, home.director, to=to, way=way, **choice(home))
    assert outcomes(message) == expected
    kept = {home.luis.person, home.marta.person}
    written = {*Delivery.objects.values_list("person_id", flat=True)}
    copied = {*InboxEntry.objects.values_list("person", flat=True)}
    assert {one.pk for one in kept if one} & (written | copied) == set()


def test_the_same_sent_by_somebody_else_reaches_them(home: Home) -> None:
    other = User.objects.create_user("otra")
    person = Person.objects.create(school=home.school, given_name="Otra", user=other)
    Staff.objects.create(school=home.school, person=person)
    Post.objects.create(school=home.school, person=person, role="director", held_from=LONG_AGO)
    message = send_to(home.school, other, way="email", groups=[home.group])
    assert outcomes(message) == [
        ("Juan Rey", "", ""),
        ("Marta Sol", "", ""),
        ("Pedro Gil", "excluded", "barred"),
        ("Rosa Paz", "", ""),
    ]


def test_a_bar_that_came_since_the_plan_stops_what_has_not_gone_out(
    transactional_db: None, sandbox: Sandbox, queue_store: object
) -> None:
    home = Home(barred=False)
    message = send_to(home.school, home.director, way="email", groups=[home.group])
    assert outcomes(message)[1] == ("Marta Sol", "", "")
    home.bar()
    drain("email", linger=False)
    assert sorted(entry["address"] for entry in sandbox.log()) == ["juan@x.example", "rosa@x.example"]
    assert [row for row in outcomes(message) if row[1] == "excluded"] == [
        ("Marta Sol", "excluded", "sender_barred"),
        ("Pedro Gil", "excluded", "sender_barred"),
    ]


def written(home: Home, *students: Student) -> KeptDraft:
    """What Pedro writes to the families of these."""
    choice = Choice(Audience.FAMILY, students=tuple(one.pk for one in students))
    return begin(home.school, choice, Way.EMAIL, by=home.director, now=database_now())


def test_the_preview_counts_them_and_names_nobody(home: Home) -> None:
    kept = written(home, home.eva, home.ana)
    found = summary_of(kept, by=home.director, now=database_now())
    assert (found.reached, found.missed, found.first_missed) == (2, 1, ())
    assert [(one.reason, one.number) for one in found.reasons] == [("sender_barred", 1)]
    assert "Una resolución judicial impide" in found.reasons[0].words
    assert without(kept, by=home.director, now=database_now()).rows == ()


def test_the_acuse_counts_them_and_names_nobody(home: Home) -> None:
    message = send_to(home.school, home.director, way="email", groups=[home.group])
    told = acuse_context(message.pk)
    assert [line.name for line in told["lines"]] == ["Rey, Juan", "Paz, Rosa"]
    assert dict(told["totals"])["Excluido"] == 2


@pytest.mark.parametrize("to", ["familia", "alumno"])
def test_leaving_out_costs_the_same_queries_whatever_their_number(home: Home, to: str) -> None:
    send_to(home.school, home.director, to=to, way="email", everyone=True)  # what is read but once
    costs = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            send(
                draft_to(home.school, to=to, way="email", everyone=True), by=home.director, now=database_now()
            )
        costs.append(len(queries))
        for more in range(20):
            child = home.student(f"{number}{more} Gil", [home.pedro, home.marta])
            Guardianship.objects.filter(guardian=home.pedro.person, student=child).update(
                barred_from=LONG_AGO, barred_reference="Auto 1/2020"
            )
    assert costs[0] == costs[1]
    assert Message.objects.count() == 3
