"""«Enviar prueba», «Preparar incidencia» and «Comprobar ahora» (requirements B11, F2)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notica.diagnosis import trying
from notica.models import Message, Recipient
from plumier.models import Contact, Group, Guardianship, Person, RecordAccess, SchoolPolicy, User
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_tutor,
)
from tests.notica.results import ACCOUNTS
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

PHONE = "+34600111222"


@pytest.fixture
def group(db: None, settings: Any) -> Group:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_group(make_school())


@pytest.fixture
def mother(group: Group) -> Person:
    parent = Parent("Marta Ros", contacts={"phone_1": PHONE, "email": "marta@example.org"})
    make_student(group, "Luis Gil", [parent])
    assert parent.person is not None
    return parent.person


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def trial(user: User, person: Person, **fields: str) -> Any:
    values = {"way": "sms", "address": "600 333 444", "key": "one", **fields}
    return client_of(user).post(reverse("notica:diagnosis_trial", args=[person.pk]), values)


def test_trial_goes_where_she_says_and_leaves_the_record_alone(mother: Person, group: Group) -> None:
    tutor = make_tutor(group)
    before = list(Contact.objects.order_by("pk").values())
    response = trial(tutor, mother)
    sent = Message.objects.get()
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("notica:message", args=[sent.token]),
    )
    assert (sent.kind, sent.way, sent.body) == (
        *("test", "sms"),
        f"Mensaje de prueba de {group.school}. Si lo lee, este canal funciona.",
    )
    assert Recipient.objects.get().person == Person.objects.get(user=tutor)
    assert list(Contact.objects.order_by("pk").values()) == before


@pytest.mark.django_db(transaction=True)
def test_trial_reaches_the_provider(settings: Any, sandbox: Sandbox, run_engine: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = sandbox.environment
    group = make_group(make_school())
    director = make_director(group.school)
    student = make_student(group, "Luis Gil", contacts={"phone_1": PHONE})
    trial(director, student.person)
    run_engine()
    assert [entry["address"] for entry in sandbox.taken("sms")] == ["+34600333444"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"address": "968 123 456"}, "Escriba un solo móvil: un fijo no recibe SMS ni Telegram."),
        ({"address": "600111222 600111223"}, "Escriba un solo móvil: un fijo no recibe SMS ni Telegram."),
        ({"way": "email", "address": "marta"}, "Escriba un correo, como nombre@ejemplo.es."),
    ],
)
def test_trial_to_what_is_no_address_is_refused_where_it_was_typed(
    mother: Person, group: Group, fields: dict[str, str], sentence: str
) -> None:
    response = trial(make_director(group.school), mother, **fields)
    assert (response.status_code, sentence in response.content.decode(), Message.objects.count()) == (
        *(200, True, 0),
    )


def test_trials_are_so_many_an_hour(mother: Person, group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "MOST_AN_HOUR", 2)
    director = make_director(group.school)
    answers = [trial(director, mother, key=str(number)).status_code for number in range(3)]
    assert (answers, Message.objects.count()) == ([302, 302, 200], 2)


def test_trial_posted_twice_is_sent_once(mother: Person, group: Group) -> None:
    director = make_director(group.school)
    assert [trial(director, mother).status_code for _ in range(2)] == [302, 302]
    assert Message.objects.count() == 1


def test_incident_hides_addresses_subjects_and_the_court(mother: Person, group: Group) -> None:
    director = make_director(group.school)
    SchoolPolicy.objects.update(support_name="CLIP", support_url="https://soporte.example.org/")
    send_to(group.school, director, groups=[group], subject="Reunión de marzo")
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 12/2026")
    page = client_of(director).get(reverse("notica:diagnosis_incident", args=[mother.pk])).content.decode()
    hidden = (PHONE, "marta@example.org", "Reunión de marzo", "Auto 12/2026", "Gil, Luis", "judicial")
    assert [text in page for text in hidden] == [False] * len(hidden)
    shown = ("***222", "***@example.org", "https://soporte.example.org/", group.school.code)
    assert [text in page for text in shown] == [True] * len(shown)
    assert RecordAccess.objects.get().page == "incident"


def test_incident_is_kept_as_a_file(mother: Person, group: Group) -> None:
    url = reverse("notica:diagnosis_incident", args=[mother.pk]) + "?texto=1"
    response = client_of(make_director(group.school)).get(url)
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "text/plain; charset=utf-8",
        f'attachment; filename="incidencia-{mother.pk}.txt"',
    )


def test_channels_of_a_school_are_counted_by_their_state(mother: Person, group: Group) -> None:
    page = client_of(make_director(group.school)).get(reverse("notica:channels")).content.decode()
    words = " ".join(page.split())
    assert "<dt>Nunca conectado</dt> <dd>1</dd>" in words
    assert "<dt>Sin comprobar</dt> <dd>1</dd>" in words


def test_colleague_does_not_see_her_colleagues_phones(group: Group) -> None:
    teacher, other, director = (
        make_tutor(group),
        make_staff(group.school, "Eva Sol"),
        make_director(group.school),
    )
    url = reverse("notica:diagnosis", args=[other.people.get().pk])
    assert [client_of(user).get(url).status_code for user in (teacher, director, other)] == [404, 200, 200]


def test_trial_goes_to_nobody_whom_a_court_keeps_away(mother: Person, group: Group) -> None:
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 12/2026")
    response = trial(make_director(group.school), mother, address=PHONE)
    assert (response.status_code, Message.objects.count()) == (200, 0)


def test_mother_who_works_elsewhere_is_no_staff_here(mother: Person, group: Group) -> None:
    mother.user = make_staff(make_school("30000002"))
    mother.save()
    child = group.enrolments.get().student.person
    urls = [reverse("notica:diagnosis", args=[one.pk]) for one in (child, mother)]
    assert [client_of(mother.user).get(url).status_code for url in urls] == [404, 404]


def test_word_typed_for_an_address_garbles_nothing(mother: Person, group: Group) -> None:
    Contact.objects.create(school=group.school, person=mother, slot="phone_2", typed="no", kind="unreadable")
    url = reverse("notica:diagnosis_incident", args=[mother.pk]) + "?texto=1"
    text = client_of(make_director(group.school)).get(url).content.decode()
    assert "Teléfono 2: Teléfono ilegible" in text


def barred_father(group: Group, *children: str) -> Person:
    """A father with a phone whom a court keeps from Luis; and these other children of his."""
    father = Parent("Pedro Gil", "father", {"phone_1": "+34600999888", "email": "pedro@example.org"})
    for name in children:
        make_student(group, name, [father])
    father.barred = (date(2026, 1, 1), None)
    make_student(group, "Luis Gil", [father])
    assert father.person is not None
    return father.person


@pytest.mark.parametrize(
    ("make", "children", "seen"), [(make_tutor, (), False), (make_tutor, ("Eva Gil",), True)]
)
def test_teacher_is_told_of_the_bar_and_not_of_the_addresses(
    group: Group, make: Any, children: tuple[str, ...], seen: bool
) -> None:
    father, client = barred_father(group, *children), client_of(make(group))
    send_to(group.school, make_director(group.school), groups=[group])
    page = client.get(reverse("notica:diagnosis", args=[father.pk])).content.decode()
    incident = client.get(reverse("notica:diagnosis_incident", args=[father.pk])).content.decode()
    assert "Resolución judicial" in page
    assert ["600999888" in page, "pedro@example.org" in page, "***888" in incident] == [seen, seen, seen]


def test_who_leads_the_school_sees_the_addresses_of_who_is_barred(group: Group) -> None:
    father = barred_father(group)
    client = client_of(make_director(group.school))
    page = client.get(reverse("notica:diagnosis", args=[father.pk])).content.decode()
    assert ("600999888" in page, "pedro@example.org" in page) == (True, True)
