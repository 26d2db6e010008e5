"""Sent again to those whom a message did not reach, and to nobody else (C7); every other rule anew."""

from datetime import date
from typing import Any

import pytest

from notica.audience import Scope, candidates, count_units
from notica.candidates import Candidate
from notica.choices import RETRYABLE, Outcome
from notica.models import Message, Recipient, RecipientAbout
from plumier.clock import database_now
from plumier.models import Group, Guardianship, Person, School, Staff, Student
from tests.factories.register import Parent, make_group, make_school, make_staff, make_student

TODAY = date(2026, 11, 20)


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


def person(name: str) -> Person:
    return Person.objects.get(given_name=name)


def student(name: str) -> Student:
    return Student.objects.get(person__given_name=name)


def sent(school: School, outcomes: dict[str, str], to: str = "familia", way: str = "email") -> Message:
    """A message that has ended so: by the name of a person, or of the student who names a family (`de Luis`)."""
    now = database_now()
    message = Message.objects.create(
        school=school,
        kind="message",
        to=to,
        way=way,
        client_key=f"{to}{way}{outcomes}"[:64],
        state="finished",
        not_before=now,
        created_at=now,
        finished_at=now,
        fanned_out_at=now,
    )
    for name, outcome in outcomes.items():
        family = student(name.removeprefix("de ")) if name.startswith("de ") else None
        whom: dict[str, Any] = {"family_of": family} if family else {"person": person(name)}
        recipient = Recipient.objects.create(
            message=message, school=school, outcome=outcome, closed_at=now if outcome else None, **whom
        )
        children = [family] if family else Student.objects.filter(guardianships__guardian=whom["person"])
        RecipientAbout.objects.bulk_create(
            RecipientAbout(message_id=message.pk, recipient=recipient, student=child) for child in children
        )
    return message


def again(first: Message, way: str = "", **choice: Any) -> Message:
    """An unsaved message to those whom the first one failed."""
    audience = {"everyone": True, **choice, "again": first.pk}
    return Message(kind="message", school=first.school, to=first.to, way=way or first.way, audience=audience)


def found(message: Message) -> list[Candidate]:
    return [candidate for chunk in candidates(Scope(message, TODAY)) for candidate in chunk]


def told(message: Message) -> list[tuple[str, list[str], str]]:
    """(who, children told of, why not) of each candidate; the count that Send makes must agree."""
    names = dict(Person.objects.values_list("pk", "given_name"))
    children = dict(Student.objects.values_list("pk", "person__given_name"))
    rows = found(message)
    if message.way != "sms":
        assert count_units(Scope(message, TODAY), 100) == len(rows)
    return sorted(
        (
            names[one.person_id] if one.person_id else f"de {children[one.family_of or 0]}",
            sorted(children[child.student_id] for child in one.about if child.pushed),
            one.excluded.reason if one.excluded else "",
        )
        for one in rows
    )


@pytest.mark.parametrize("outcome", Outcome.values)
def test_only_outcomes_that_did_not_reach_are_written_to_again(
    school: School, group: Group, outcome: str
) -> None:
    make_student(group, "Luis", [Parent("Marta"), Parent("Pedro", "father")])
    first = sent(school, {"Marta": outcome, "Pedro": "reached"})
    expected = [("Marta", ["Luis"], "")] if outcome in RETRYABLE else []
    assert told(again(first)) == expected
    assert count_units(Scope(again(first), TODAY), 1) == len(expected)


def test_those_who_were_not_of_the_first_message_are_not_of_the_second(school: School, group: Group) -> None:
    make_student(group, "Luis", [Parent("Marta")])
    make_student(group, "Eva", [Parent("Rosa")])
    first = sent(school, {"Marta": "failed"})
    sent(school, {"Rosa": "failed"})
    assert told(again(first)) == [("Marta", ["Luis"], "")]


def test_choice_still_holds(school: School, group: Group) -> None:
    make_student(group, "Luis", [Parent("Marta")])
    make_student(make_group(school, "1º ESO B"), "Eva", [Parent("Rosa")])
    first = sent(school, {"Marta": "failed", "Rosa": "failed"})
    assert told(again(first, everyone=False, groups=[group.pk])) == [("Marta", ["Luis"], "")]


def test_bar_tick_and_protection_of_today_hold(school: School, group: Group) -> None:
    for name, child in (("Marta", "Luis"), ("Rosa", "Eva"), ("Pedro", "Leo"), ("Juana", "Ana")):
        make_student(group, child, [Parent(name)])
    first = sent(school, dict.fromkeys(("Marta", "Rosa", "Pedro", "Juana"), "failed"))
    Guardianship.objects.filter(guardian=person("Rosa")).update(
        barred_from=TODAY, barred_reference="Auto 12/2026"
    )
    Guardianship.objects.filter(guardian=person("Pedro")).update(receives_messages=False)
    Student.objects.filter(person__given_name="Ana").update(protected=True)
    assert told(again(first)) == [
        ("Juana", [], "protected"),
        ("Marta", ["Luis"], ""),
        ("Pedro", [], "tick_off"),
        ("Rosa", [], "barred"),
    ]


def test_family_without_guardians_is_written_to_once_it_has_some(school: School, group: Group) -> None:
    luis = make_student(group, "Luis")
    make_student(group, "Eva", [Parent("Rosa")])
    first = sent(school, {"de Luis": "no_channel", "Rosa": "reached"})
    assert told(again(first)) == [("de Luis", ["Luis"], "")]
    Guardianship.objects.create(
        school=school,
        student=luis,
        guardian=Person.objects.create(school=school, given_name="Marta"),
        relation="mother",
        order=1,
        receives_messages=True,
    )
    assert told(again(first)) == [("Marta", ["Luis"], "")]


def test_families_by_sms_are_those_that_failed(school: School, group: Group) -> None:
    for child, mother in (("Luis", Parent("Marta")), ("Eva", Parent("Rosa"))):
        make_student(group, child, [mother])
    first = sent(school, {"de Luis": "failed", "de Eva": "reached"}, way="sms")
    assert told(again(first)) == [("de Luis", ["Luis"], "")]


def test_guardian_whom_a_mail_did_not_reach_gets_an_sms_to_her_family(school: School, group: Group) -> None:
    mother = Parent("Marta")
    make_student(group, "Luis", [mother])
    make_student(group, "Ana", [mother])
    make_student(group, "Eva", [Parent("Rosa")])
    first = sent(school, {"Marta": "expired", "Rosa": "reached"})
    assert told(again(first, way="sms")) == [("de Luis", ["Ana", "Luis"], "")]


def test_students_and_staff_are_those_who_failed(school: School, group: Group) -> None:
    for name in ("Luis", "Eva"):
        make_student(group, name)
    first = sent(school, {"Luis": "failed", "Eva": "reached"}, to="alumno")
    RecipientAbout.objects.all().delete()
    assert told(again(first)) == [("Luis", ["Luis"], "")]
    for name in ("Ana", "Bea"):
        make_staff(school, name)
    staff = list(Staff.objects.values_list("person_id", flat=True))
    first = sent(school, {"Ana": "expired", "Bea": "reached"}, to="personal")
    assert told(again(first, staff=staff)) == [("Ana", [], "")]


def test_student_who_left_since_is_said_when_she_was_named(school: School, group: Group) -> None:
    luis = make_student(group, "Luis", [Parent("Marta")], status="withdrawn")
    eva = make_student(group, "Eva", [Parent("Rosa")], status="withdrawn")
    first = sent(school, {"Marta": "failed", "Rosa": "reached"})
    message = again(first, everyone=False, students=[luis.pk, eva.pk])
    assert told(message) == [("de Luis", ["Luis"], "withdrawn")]
