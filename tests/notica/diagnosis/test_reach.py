"""What the planner says of one person, way by way: a diagnosis never judges for itself (requirement B11)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from channels_app.models import ChannelAccount, Suppression
from notica.diagnosis.diagnosing import diagnose
from notica.diagnosis.facts import Viewer
from notica.diagnosis.reach import would_reach
from plumier.clock import database_now
from plumier.models import Enrolment, Group, Guardianship, Person, SchoolPolicy, Student
from tests.factories.register import Parent, link, make_group, make_school, make_staff, make_student
from tests.notica.results import ACCOUNTS

CONTACTS = {"phone_1": "+34600111222", "email": "marta@example.org"}


@pytest.fixture
def group(db: None, settings: Any) -> Group:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_group(make_school())


@pytest.fixture
def mother(group: Group) -> Person:
    parent = Parent("Marta Ros", contacts=CONTACTS)
    make_student(group, "Luis Gil", [parent])
    assert parent.person is not None
    return parent.person


def reach(person: Person, *, leads: bool = True) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    children = Student.objects.filter(guardianships__guardian=person).values_list("pk", flat=True)
    return {
        one.way: (one.steps, tuple(words for words, _fix in one.missing))
        for one in would_reach(person, children, database_now(), leads=leads)
    }


def failed(person: Person) -> set[str]:
    found = diagnose(person, Viewer(True, Student.objects.all()), now=database_now())
    return {check.title for check in found.failed}


def test_each_way_tells_its_steps_and_what_is_missing(mother: Person) -> None:
    link("telegram", "+34600111222", "77", "blocked")
    missing = "Teléfono 2: Sin teléfono"
    assert reach(mother) == {
        "Correo": (("Correo (***@example.org)",), ()),
        "Telegram/TokApp": (
            ("TokApp en Teléfono · madre (***222)",),
            ("Telegram en Teléfono: Ha bloqueado el bot", missing),
        ),
        "SMS": (("SMS en Teléfono · madre (***222)",), (missing,)),
    }


def test_student_with_e_mail_alt_alone_gets_no_mail(group: Group) -> None:
    student = make_student(group, "Luis Gil", contacts={"email_alt": "luis@example.org"})
    assert reach(student.person)["Correo"] == ((), ("E-mail oficial: Sin correo",))
    assert "Algún canal que sirva" in failed(student.person)


def test_way_that_the_school_does_not_use_is_no_way(mother: Person) -> None:
    SchoolPolicy.objects.update(channels=["sms"])
    assert set(reach(mother)) == {"SMS"}


def test_guardian_whose_only_child_has_left_is_reached_by_nothing(mother: Person) -> None:
    Enrolment.objects.update(left_on=date(2026, 1, 1))
    assert {words for _steps, words in reach(mother).values()} == {("No está matriculado",)}
    assert failed(mother) == {"Algún canal que sirva"}


def test_suppressed_address_says_why(mother: Person) -> None:
    account = ChannelAccount.objects.get_or_create(channel="email", owner="")[0]
    Suppression.objects.create(
        account=account, address="marta@example.org", reason="smtp.550_5.1.1", since=database_now()
    )
    (words,) = reach(mother)["Correo"][1]
    assert words.startswith("E-mail: Dirección que ya no recibe: ")


def test_staff_are_told_by_their_own_rules(group: Group) -> None:
    person = make_staff(group.school).people.get()
    assert reach(person)["Correo"][1] == ()


ACCOUNT_FAULTS: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "cut off": (lambda: {"circuit_open_until": database_now(), "circuit_reason": "x"}, "Cuenta de SMS"),
    "paused": (lambda: {"paused_until": database_now() + timedelta(minutes=9)}, "Cuenta de SMS"),
}


@pytest.mark.parametrize("fault", ACCOUNT_FAULTS)
def test_account_that_sends_nothing_now_is_a_fault(mother: Person, fault: str) -> None:
    assert failed(mother) == set()
    fields, title = ACCOUNT_FAULTS[fault]
    ChannelAccount.objects.filter(channel="sms").update(**fields())
    assert failed(mother) == {title}


def test_way_without_any_account_is_a_fault(mother: Person, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {
        name: value for name, value in ACCOUNTS.items() if not name.startswith("TWILIO")
    }
    assert failed(mother) == {"Cuenta de SMS", "SMS"}


def test_courts_order_is_told_to_who_leads_alone(mother: Person) -> None:
    Guardianship.objects.update(
        barred_from=date(2026, 1, 1), barred_until=date(2099, 1, 31), barred_reference="Auto 1"
    )
    told = [{words for _steps, words in reach(mother, leads=leads).values()} for leads in (True, False)]
    assert told == [
        {("Excluido por resolución judicial hasta el 31/01/2099",)},
        {("Consulte con la dirección del centro.",)},
    ]
