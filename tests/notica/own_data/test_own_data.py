"""The copy of what a school holds about somebody: hers alone, made once, told of, kept for a week."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from attendance.choices import Mark
from notica.exports.jobs import work
from notica.files import path_of
from notica.models import DataRequest, Delivery, InboxEntry, Message
from notica.own_data.asking import MOST_A_DAY, ask_for_own
from notica.threads import Letter, write_to_teachers
from plumier.clock import database_now
from plumier.models import Group, Person, RecordAccess, School, Student, User
from plumier.record_access import note_shown
from plumier.refusals import Refused
from tests.attendance.classes import NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_person,
    make_school,
    make_student,
    make_teacher,
)
from tests.notica.results import ACCOUNTS
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

MOTHER = {"phone_1": "+34600000001", "email": "marta@family.example"}
FATHER = {"phone_1": "+34600000002", "email": "pedro@family.example"}


@pytest.fixture
def school(db: None, settings: Any, tmp_path: Path) -> School:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    settings.DATA_DIR = tmp_path / "data"
    cache.clear()
    return make_school(name="IES Ribera")


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def luis(group: Group) -> Student:
    father = Parent("Pedro Gil", "father", contacts=FATHER)
    return make_student(group, "Luis Gil", [Parent("Marta Ros", contacts=MOTHER), father])


@pytest.fixture
def mother(luis: Student) -> User:
    return make_login(Person.objects.get(given_name="Marta"))


def made(user: User, school: School, form: str = "json") -> DataRequest:
    request = ask_for_own(school, form, by=user, now=database_now())
    work(request.pk)
    request.refresh_from_db()
    return request


def text(request: DataRequest) -> str:
    return path_of(request.sha256).read_text()


def copy_of(user: User, school: School) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text(made(user, school)))
    return found


def test_copy_says_who_she_is_and_how_she_is_reached(mother: User, school: School) -> None:
    found = copy_of(mother, school)
    assert [one["value"] for one in found["contacts"]] == ["marta@family.example", "+34600000001"]
    assert [(one["child"], one["relation"], one["receives"]) for one in found["children"]] == [
        ("Luis Gil", "madre", True)
    ]
    assert {"channel": "Correo", "address": "marta@family.example", "state": "sirve"}.items() <= found[
        "channels"
    ][0].items()
    assert {one["new"] for one in found["changes"]} >= {
        "+34600000001",
        "marta@family.example",
        "Marta",
        "Ros",
    }


def test_copy_has_what_came_and_what_she_wrote(
    mother: User, school: School, group: Group, luis: Student
) -> None:
    director = make_director(school)
    send_to(school, director, groups=[group], subject="Reunión")
    teacher = make_teacher(group).people.get()
    letter = Letter(client_key="one", text="¿Puede venir?", subject="Cita")
    write_to_teachers(luis, [teacher], letter, by=mother, now=database_now())
    found = copy_of(mother, school)
    assert [(one["subject"], one["about"], one["read_at"], one["ways"]) for one in found["received"]] == [
        ("Reunión", "Luis Gil", None, "TokApp ***001: En cola")
    ]
    assert [(one["subject"], one["text"]) for one in found["written"]] == [("Cita", "¿Puede venir?")]


def test_copy_has_what_the_procedures_keep(mother: User, school: School) -> None:
    assert {"marks", "acknowledgements", "absences", "absence_answers"} <= copy_of(mother, school).keys()


def test_copy_has_nothing_of_the_other_parent(
    mother: User, school: School, group: Group, luis: Student
) -> None:
    father = make_login(Person.objects.get(given_name="Pedro"))
    send_to(school, make_director(school), groups=[group], subject="Reunión")
    teacher = make_teacher(group).people.get()
    write_to_teachers(luis, [teacher], Letter(client_key="his", text="Lo mío"), by=father, now=database_now())
    his = text(made(father, school))
    assert ("pedro@family.example" in his, "Lo mío" in his, "+34600000002" in his) == (True, True, True)
    for form in ("json", "html"):
        hers = text(made(mother, school, form))
        assert "marta@family.example" in hers
        assert [one for one in ("Pedro", "pedro@", "600000002", "Lo mío") if one in hers] == []


def test_barred_parent_has_nothing_of_that_child(
    mother: User, school: School, group: Group, luis: Student
) -> None:
    make_student(group, "Eva Ros", [Parent("x", person=mother.people.get())])
    send_to(school, make_director(school), students=[luis], subject="De Luis")
    assert "De Luis" in text(made(mother, school))
    luis.guardianships.filter(guardian__user=mother).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 77"
    )
    DataRequest.objects.all().delete()
    hers = text(made(mother, school))
    assert "Eva Ros" in hers
    assert [one for one in ("Luis", "Auto 77") if one in hers] == []


def test_copy_has_nothing_of_a_child_for_whom_she_answers_no_more(
    mother: User, school: School, group: Group, luis: Student
) -> None:
    """As Mirador: nor is the child named where a message was about both."""
    make_student(group, "Eva Ros", [Parent("x", person=mother.people.get())])
    director = make_director(school)
    send_to(school, director, students=[luis], subject="De Luis")
    send_to(school, director, groups=[group], subject="De ambos", body="Reunión sobre {alumno}.")
    assert "De Luis" in text(made(mother, school))
    luis.guardianships.filter(guardian__user=mother).delete()
    found = copy_of(mother, school)["received"]
    assert [(one["subject"], one["text"], one["about"]) for one in found if one["about"]] == [
        ("De ambos", "Reunión sobre Eva Ros.", "Eva Ros")
    ]
    assert [one for one in found if "Luis" in str(one)] == []


def test_copy_of_a_mother_who_teaches_has_no_family_s_letter_to_her(
    school: School, group: Group, luis: Student
) -> None:
    teacher = make_teacher(group)
    make_student(group, "Eva Ros", [Parent("x", person=teacher.people.get())])
    marta = make_login(Person.objects.get(given_name="Marta"))
    letter = Letter(client_key="one", text="Luis está enfermo.")
    write_to_teachers(luis, [teacher.people.get()], letter, by=marta, now=database_now())
    send_to(school, make_director(school), groups=[group], subject="Reunión")
    assert [one["subject"] for one in copy_of(teacher, school)["received"]] == ["Reunión"]


def test_mother_who_stands_twice_in_the_register_has_both_in_one_copy(
    mother: User, school: School, group: Group
) -> None:
    twice = make_person(school, "Marta Ros", {"phone_1": "+34600000077"}, user=mother)
    make_student(group, "Eva Ros", [Parent("x", person=twice)])
    send_to(school, make_director(school), groups=[group], subject="Reunión")
    found = copy_of(mother, school)
    assert [one["child"] for one in found["children"]] == ["Luis Gil", "Eva Ros"]
    assert [one["value"] for one in found["contacts"]] == [MOTHER["email"], MOTHER["phone_1"], "+34600000077"]
    assert [one["about"] for one in found["received"]] == ["Luis Gil", "Eva Ros"]
    assert len([one for one in found["person"] if one["what"] == "Usuario"]) == 1
    assert RecordAccess.objects.filter(page="own_data").count() == 2


def test_copy_says_what_a_notice_of_the_school_said(school: School, database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    school.delete()
    of = SchoolClass()
    of.mark((of.ana, Mark.ABSENT))
    assert of.mother.person is not None
    (received,) = copy_of(make_login(of.mother.person), of.school)["received"]
    assert (received["about"], "• Sesión 2 (09:15) · Matemáticas: falta" in received["text"]) == (
        "Ana Vera",
        True,
    )


def test_student_has_a_copy_of_her_own(school: School, luis: Student) -> None:
    found = copy_of(make_login(luis.person), school)
    assert [one["value"] for one in found["student"]] == [luis.expediente, "", False]
    assert [one["group"] for one in found["enrolments"]] == ["1º ESO A"]
    assert found["children"] == []


def test_copy_to_be_read_escapes_what_somebody_wrote(mother: User, school: School) -> None:
    Person.objects.filter(user=mother).update(given_name="<script>x</script>")
    page = text(made(mother, school, "html"))
    assert ("<script>" in page, "&lt;script&gt;" in page) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_she_is_told_by_mail_with_the_link_and_no_file(
    mother: User, school: School, run_engine: Callable[[], None], sandbox: Sandbox
) -> None:
    request = made(mother, school)
    run_engine()
    (mail,) = sandbox.taken("email")
    assert (mail["address"], mail["attachments"]) == ("marta@family.example", [])
    assert reverse("notica:export", args=[request.token]) in mail["text"]
    assert "adjunto" not in mail["text"]
    assert list(InboxEntry.objects.values_list("person__user", flat=True)) == [mother.pk]
    assert Message.objects.get(kind="own_data").sender is None


def test_protected_family_is_told_in_notica_alone(mother: User, school: School, luis: Student) -> None:
    Student.objects.update(protected=True)
    made(mother, school)
    assert Delivery.objects.count() == 0
    assert InboxEntry.objects.get().person.user == mother


def test_copy_is_fetched_by_her_alone(mother: User, school: School, luis: Student) -> None:
    request = made(mother, school, "html")
    father = make_login(Person.objects.get(given_name="Pedro"))
    hers, his, directors, nobodys = Client(), Client(), Client(), Client()
    hers.force_login(mother)
    his.force_login(father)
    directors.force_login(make_director(school))
    page, file = (reverse(name, args=[request.token]) for name in ("notica:export", "notica:export_file"))
    assert file in hers.get(page).content.decode()
    answer = hers.get(file)
    assert b"marta@family.example" in b"".join(answer.streaming_content)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="mis-datos-30000001-')
    assert "no-store" in answer.headers["Cache-Control"]
    assert [one.get(url).status_code for one in (his, directors) for url in (page, file)] == [404] * 4
    assert nobodys.get(file).headers["Location"].startswith("/entrar/")


def test_copy_made_before_a_court_kept_her_from_the_child_is_not_fetched(
    mother: User, school: School, luis: Student, client: Client
) -> None:
    request = made(mother, school)
    client.force_login(mother)
    file = reverse("notica:export_file", args=[request.token])
    before = client.get(file)
    assert (before.status_code, b"".join(before.streaming_content)[:1]) == (200, b"{")
    luis.guardianships.filter(guardian__user=mother).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 77"
    )
    assert client.get(file).status_code == 404
    make_student(luis.enrolments.get().group, "Eva Ros", [Parent("x", person=mother.people.get())])
    assert client.get(file).status_code == 404  # as many children as before, and not the same


def test_look_is_noted_as_her_own(mother: User, school: School) -> None:
    made(mother, school)
    noted = RecordAccess.objects.get(page="own_data")
    assert (noted.user_id, noted.person_id, noted.right) == (mother.pk, mother.people.get().pk, "own")


def test_looks_are_said_in_words(mother: User, school: School) -> None:
    person, director = mother.people.get(), make_director(school)
    for page in ("record", "contact_review", "student_data", "admin:person", "of_another_time"):
        note_shown(director, {person.pk: school.pk}, page, now=database_now())
    assert [one["page"] for one in copy_of(mother, school)["accesses"]] == [
        *("Otra página", "Administración", "Datos de alumnos", "Revisión de contactos", "Ficha"),
    ]


def test_nobody_asks_in_a_school_that_has_nothing_of_her(mother: User) -> None:
    with pytest.raises(Refused):
        ask_for_own(make_school("30000002"), "json", by=mother, now=database_now())


def test_day_has_six_copies(mother: User, school: School) -> None:
    for _number in range(MOST_A_DAY):
        made(mother, school)
    with pytest.raises(Refused, match="6 copias"):
        made(mother, school)
