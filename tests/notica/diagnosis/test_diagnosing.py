"""Why messages do not arrive: each check of the document, passed or not, to whom it may be told (B8, B11)."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels_app.models import ChannelAccount, Suppression
from notica.channel_state import states_of
from notica.diagnosis.diagnosing import diagnose
from notica.diagnosis.facts import Viewer
from plumier.clock import database_now
from plumier.models import (
    Enrolment,
    Group,
    Guardianship,
    Person,
    RecordAccess,
    SchoolPolicy,
    Staff,
    Student,
    User,
)
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_person,
    make_school,
    make_staff,
    make_student,
    make_tutor,
)
from tests.notica.results import ACCOUNTS
from tests.notica.stories import send_to

PHONES = {"phone_1": "landline:+34968123456", "phone_2": "+34600111222", "email": "marta@example.org"}


@pytest.fixture
def group(db: None, settings: Any) -> Group:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_group(make_school())


@pytest.fixture
def mother(group: Group) -> Person:
    parent = Parent("Marta Ros", contacts=PHONES)
    make_student(group, "Luis Gil", [parent])
    assert parent.person is not None
    return parent.person


def states(person: Person) -> set[tuple[str, str, str]]:
    found = states_of(person.school, [person.pk])[person.pk]
    return {(state.slot, state.channel, state.state) for state in found}


def failed(person: Person, *, leads: bool = True) -> set[str]:
    person = Person.objects.select_related("school__policy").get(pk=person.pk)
    return {check.title for check in diagnose(person, viewer(leads=leads), now=database_now()).failed}


def viewer(*, leads: bool = True) -> Viewer:
    return Viewer(leads, Student.objects.all())


def test_states_tell_each_address_on_each_channel_that_takes_it(mother: Person) -> None:
    link("telegram", "+34600111222", "77", "blocked")
    account = ChannelAccount.objects.get_or_create(channel="email", owner="")[0]
    Suppression.objects.create(
        account=account, address="marta@example.org", reason="hard_bounce", since=database_now()
    )
    assert states(mother) == {
        ("phone_1", "telegram", "landline"),
        ("phone_1", "tokapp", "landline"),
        ("phone_1", "sms", "landline"),
        ("phone_2", "telegram", "blocked"),
        ("phone_2", "tokapp", "unknown"),
        ("phone_2", "sms", "usable"),
        ("email", "email", "suppressed"),
    }


def test_channel_that_is_not_configured_is_said(mother: Person, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {}
    assert {state for _slot, _channel, state in states(mother)} == {"landline", "not_configured"}


def test_states_of_many_cost_as_many_queries_as_of_one(group: Group) -> None:
    people = [make_person(group.school, f"Ana {number}", PHONES).pk for number in range(20)]
    states_of(group.school, people[:1])  # makes the accounts' rows
    costs = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as captured:
            states_of(group.school, some)
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_person_without_a_fault_has_none(mother: Person) -> None:
    assert failed(mother) == set()


NO_WAY = "Algún canal que sirva"
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "tick": ({"receives_messages": False}, "«Mensaje padre» o «Mensaje madre» · Gil, Luis"),
    "tick that has not begun": (
        {"receives_from": date(2099, 1, 1)},
        "«Mensaje padre» o «Mensaje madre» · Gil, Luis",
    ),
    "bar": (
        {"barred_from": date(2026, 1, 1), "barred_reference": "Auto 12/2026"},
        "Resolución judicial · Gil, Luis",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_a_guardian_is_found(mother: Person, fault: str) -> None:
    fields, title = FAULTS[fault]
    Guardianship.objects.update(**fields)
    assert failed(mother) == {title, NO_WAY}


def test_protected_data_and_missing_registration_are_found(mother: Person) -> None:
    Student.objects.update(protected=True)
    SchoolPolicy.objects.update(registration_required=True)
    assert failed(mother) == {"Datos protegidos · Gil, Luis", "Registro para recibir · Gil, Luis", NO_WAY}


def test_landlines_alone_and_no_mail_are_found(group: Group) -> None:
    person = make_person(group.school, "Eva Sol", {"phone_1": "landline:+34968123456"})
    assert failed(person) == {"Teléfonos", "Correos", NO_WAY}


def test_student_who_has_left_is_found(group: Group) -> None:
    student = make_student(
        group, "Luis Gil", contacts={"phone_1": "+34600111222", "email_alt": "l@example.org"}
    )
    Enrolment.objects.update(left_on=date(2026, 1, 1))
    assert failed(student.person) == {"Matrícula", NO_WAY}
    Enrolment.objects.all().delete()
    assert failed(student.person) == {"Matrícula", NO_WAY}


@pytest.mark.parametrize(
    ("fields", "title"),
    [({"active": False}, "Docencia activa"), ({"left_on": date(2026, 1, 1)}, "Fechas de alta y baja")],
)
def test_staff_outside_their_dates_are_found(group: Group, fields: dict[str, Any], title: str) -> None:
    person = make_staff(group.school).people.get()
    Staff.objects.update(**fields)
    assert failed(person) == {"Teléfonos", title, NO_WAY}


def page(user: User, person: Person) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    response = client.get(reverse("notica:diagnosis", args=[person.pk]))
    return response.status_code, response.content.decode()


def test_courts_order_is_told_in_full_to_who_leads_and_not_to_a_tutor(mother: Person, group: Group) -> None:
    Guardianship.objects.update(barred_from=date(2026, 1, 1), barred_reference="Auto 12/2026")
    told = [
        "Auto 12/2026" in page(user, mother)[1] for user in (make_director(group.school), make_tutor(group))
    ]
    assert told == [True, False]


def test_tutor_hears_of_the_siblings_that_she_sees_alone(mother: Person, group: Group) -> None:
    sibling = make_student(make_group(group.school, "1º ESO B"), "Zoe Gil")
    Guardianship.objects.create(
        school=group.school,
        student=sibling,
        guardian=mother,
        relation="mother",
        order=1,
        receives_messages=True,
    )
    tutor, director = make_tutor(group), make_director(group.school)
    assert ["Gil, Zoe" in page(user, mother)[1] for user in (tutor, director)] == [False, True]


def test_page_is_noted_and_shows_what_was_sent_to_who_leads(mother: Person, group: Group) -> None:
    director = make_director(group.school)
    send_to(group.school, director, groups=[group], subject="Reunión de marzo")
    assert ["Reunión de marzo" in page(user, mother)[1] for user in (director, make_tutor(group))] == [
        True,
        False,
    ]
    assert list(RecordAccess.objects.values_list("person_id", "page").distinct()) == [
        (mother.pk, "diagnosis")
    ]


def test_page_about_somebody_else_does_not_exist(mother: Person, group: Group) -> None:
    users = [make_staff(group.school), make_director(make_school("30000002"))]
    assert [page(user, mother)[0] for user in users] == [404, 404]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("diagnose", *arguments, "--school", "30000001", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("typed", ["12345678z", "marta ros", "ROS", "Ros, Marta"])
def test_command_finds_somebody_however_she_is_called(mother: Person, typed: str) -> None:
    Person.objects.filter(pk=mother.pk).update(document="12345678Z")
    assert json.loads(run(typed, "--json"))["person"] == "Ros, Marta"


def test_command_says_what_is_wrong_and_what_to_correct(mother: Person) -> None:
    Guardianship.objects.update(receives_messages=False)
    lines = run("Marta").splitlines()
    assert "✗ «Mensaje padre» o «Mensaje madre» · Gil, Luis: sin marcar" in lines
    assert "    → Márquelo en la ficha del alumno, y mire sus fechas." in lines


@pytest.mark.parametrize(("typed", "sentence"), [("Gil", "Hay varias personas"), ("Nadie", "No hay nadie")])
def test_command_asks_who_is_meant(mother: Person, group: Group, typed: str, sentence: str) -> None:
    make_student(group, "Ana Gil")
    with pytest.raises(CommandError, match=sentence):
        run(typed)
