"""Texts with places through the engine: each gets her own, on every channel, and everybody reads the same later."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from notica.letters import LetterWriter
from notica.models import Message, Recipient, RecipientAbout
from notica.refusals import Refused
from notica.screening import Screen
from notica.sms_cost import sms_words
from notica.writing.filling import filled, filled_body, filled_text
from plumier.models import Enrolment, Group, School, SchoolPolicy, User
from tests.factories.crowds import make_families
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_tutor,
)
from tests.notica.answering import CONFIGURED, take_claims
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

PHONE, MAIL = "+34600000001", "marta@familia.example"
BODY = "{alumno} ({grupo}) hable con {tutor}. {remitente}, {centro}"


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school(name="IES <Ribera>")


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    group = make_group(school, "1º A")
    make_tutor(group, "Tere Tutora")
    return group


def mother(**fields: Any) -> Parent:
    return Parent("Marta Gil", contacts={"phone_1": PHONE, "email": MAIL}, **fields)


def texts(sandbox: Sandbox, channel: str) -> list[str]:
    return [entry["text"] for entry in sandbox.taken(channel) if "@staff" not in entry["address"]]


def test_family_reads_names_in_telegram(
    school: School, director: User, group: Group, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    link("telegram", PHONE, "501")
    make_student(group, "Luis Gil", [mother()])
    message = send_to(school, director, groups=[group], body=BODY)
    run_engine()
    told = "Luis Gil (1º A) hable con Tere Tutora. Dolores Directora, IES <Ribera>"
    assert [told in text for text in texts(sandbox, "telegram")] == [True]
    assert filled_body(message, Recipient.objects.get(message=message)) == told
    message.refresh_from_db()
    assert message.acuse_sent_at is not None
    (acuse,) = [entry for entry in sandbox.taken("email") if "@staff" in entry["address"]]
    assert "Marta" in acuse["text"]


def test_mail_has_names_escaped_and_in_its_subject(school: School, director: User, group: Group) -> None:
    make_student(group, "<b>Bo</b> Gil", [mother()])
    send_to(
        school, director, groups=[group], way="email", subject="Notas de {alumno}", body="{alumno}\n{grupo}"
    )
    (letter,) = letters("email")
    assert letter.content.subject == "Notas de <b>Bo</b> Gil"
    assert "<b>Bo</b> Gil\n1º A" in letter.content.text
    assert "&lt;b&gt;Bo&lt;/b&gt; Gil<br>1º A" in letter.content.html
    assert "<b>" not in letter.content.html


def letters(channel: str) -> list[Any]:
    """What would go out now by a channel."""
    form = type("Form", (), {"form": {"email": "email", "sms": "sms"}[channel], "max_length": None})
    fit = Screen(linked_only=False).look(take_claims(channel))
    return list(LetterWriter(form()).write(fit).values())


def test_sms_about_two_siblings_names_both_once(school: School, director: User, group: Group) -> None:
    SchoolPolicy.objects.filter(school=school).update(sms_to_many=True)
    other = make_group(school, "2º B")
    make_tutor(other, "Paco Tutor")
    marta = mother()
    make_student(group, "Luis Gil", [marta])
    make_student(other, "Eva Gil", [marta])
    message = send_to(school, director, groups=[group, other], way="sms", body="{alumno}: {grupo}, {tutor}")
    (letter,) = letters("sms")
    told = "Eva Gil y Luis Gil: 2º B y 1º A, Paco Tutor y Tere Tutora"
    assert letter.content.text == told
    assert filled_body(message, Recipient.objects.get(message=message)) == told


def test_protected_sibling_is_in_no_text_that_goes_out(school: School, director: User, group: Group) -> None:
    marta = mother()
    make_student(group, "Luis Gil", [marta])
    make_student(group, "Secreta Gil", [marta], protected=True)
    send_to(school, director, groups=[group], way="email", body="{alumno}.")
    (letter,) = letters("email")
    assert "Luis Gil." in letter.content.text
    assert "Secreta" not in letter.content.text + letter.content.html


def test_child_of_whom_she_may_hear_no_more_is_not_named(
    school: School, director: User, group: Group
) -> None:
    marta = mother()
    make_student(group, "Luis Gil", [marta])
    eva = make_student(group, "Eva Gil", [marta])
    send_to(school, director, groups=[group], way="email", body="{alumno}.")
    eva.guardianships.update(receives_messages=False)
    (letter,) = letters("email")
    assert "\nLuis Gil." in letter.content.text


def test_colleagues_read_their_own_names(school: School, director: User, group: Group) -> None:
    people = [make_staff(school, name).people.get().pk for name in ("Ana Ruiz", "Leo Paz")]
    send_to(school, director, to="personal", staff=people, way="email", body="Hola, {nombre}. {remitente}")
    found = {re.findall(r"Hola, (.*)\. Dolores", letter.content.text)[0] for letter in letters("email")}
    assert found == {"Ana Ruiz", "Leo Paz"}


def test_student_reads_her_own_name(school: School, director: User, group: Group) -> None:
    eva = make_student(group, "Eva Paz", contacts={"email_official": "eva@alu.example"})
    send_to(school, director, to="alumno", students=[eva], way="email", body="Hola, {alumno} de {grupo}.")
    (letter,) = letters("email")
    assert "Hola, Eva Paz de 1º A." in letter.content.text


def test_text_stays_what_it_was_when_the_group_changes(school: School, director: User, group: Group) -> None:
    luis = make_student(group, "Luis Gil", [mother()])
    message = send_to(school, director, students=[luis], body="{grupo} {tutor}")
    other = make_group(school, "2º B")
    Enrolment.objects.filter(student=luis).update(group=other)
    assert filled_body(message, Recipient.objects.get(message=message)) == "1º A Tere Tutora"


def test_tutor_who_is_gone_when_it_leaves_is_the_school(school: School, director: User, group: Group) -> None:
    luis = make_student(group, "Luis Gil", [mother()])
    message = send_to(school, director, students=[luis], body="{tutor}.")
    RecipientAbout.objects.update(tutor_name=None)
    assert filled_body(message, Recipient.objects.get(message=message)) == "IES <Ribera>."


def test_missing_tutor_is_refused_with_the_number_and_the_groups(
    school: School, director: User, group: Group
) -> None:
    other = make_group(school, "2º B")
    for name in ("Luis Gil", "Eva Gil"):
        make_student(other, name, [mother()])
    make_student(group, "Ana Paz", [Parent("Rosa Paz")])
    with pytest.raises(Refused) as refusal:
        send_to(school, director, groups=[group, other], body="Con {tutor}")
    assert str(refusal.value) == (
        "{tutor}: 2 alumnos están en grupos sin tutor (2º B). Quite {tutor} del texto."
    )
    assert Message.objects.count() == 0


def test_unknown_place_is_refused_and_braces_of_other_kinds_are_text(
    school: School, director: User, group: Group
) -> None:
    make_student(group, "Luis Gil", [mother()])
    with pytest.raises(Refused, match=r"\{alumna\}"):
        send_to(school, director, groups=[group], body="Hola {alumna}")
    sent = send_to(school, director, groups=[group], kind="absence", body="{alumno} falta")
    assert filled_body(sent, Recipient.objects.get(message=sent)) == "{alumno} falta"


def test_length_is_measured_with_the_longest_name(school: School, director: User, group: Group) -> None:
    luis = make_student(group, "Luis Gil", [mother()])
    fits = "x" * (151 - len("Luis Gil")) + "{alumno}"
    assert sms_words(send_to(school, director, students=[luis], way="sms", body=fits), {"": 1}) != ""
    with pytest.raises(Refused) as refusal:
        send_to(school, director, students=[luis], way="sms", body=f"xx{fits}")
    assert str(refusal.value).startswith(
        "Con los nombres puestos, el texto más largo tiene 2 caracteres de más"
    )


def test_short_names_may_make_a_long_template_fit(school: School, director: User, group: Group) -> None:
    luis = make_student(group, "Lu", [mother()])
    body = "x" * 149 + "{alumno}"
    message = send_to(school, director, students=[luis], way="sms", body=body)
    assert len(filled_body(message, Recipient.objects.get(message=message))) == 151


def test_page_of_the_send_opens_with_places(
    school: School, director: User, group: Group, client: Client
) -> None:
    luis = make_student(group, "Luis Gil", [mother()])
    message = send_to(school, director, students=[luis], way="sms", body="{alumno}")
    client.force_login(director)
    page = client.get(reverse("notica:message", args=[message.token]))
    assert (page.status_code, "1\u00a0SMS" in page.text) == (200, True)


def test_list_costs_the_same_for_one_and_for_thirty(
    school: School, director: User, group: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_families(group, 30)
    message = send_to(school, director, groups=[group], body="{alumno}")
    plain = send_to(school, director, groups=[group], body="Hola")
    rows = Recipient.objects.select_related("message__school", "message__sender_person").order_by("pk")
    for number in (1, 30):
        some = list(rows.filter(message=message)[:number])
        with django_assert_num_queries(1):
            assert len(filled(some)) == number
        some = list(rows.filter(message=plain)[:number])
        with django_assert_num_queries(0):
            assert {text.body for text in filled(some).values()} == {"Hola"}


def test_message_without_places_asks_for_nothing_more(
    school: School, director: User, group: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_student(group, "Luis Gil", [mother()])
    plain = send_to(school, director, groups=[group], body="Hola {x}")
    recipient = Recipient.objects.get()
    with django_assert_num_queries(0):
        assert filled_text(plain, recipient) == ("", "Hola {x}")
    assert RecipientAbout.objects.values_list("group_name", "tutor_name").get() == (None, None)
