"""A student's record: whom it shows to whom, what it says of each address, and what it costs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels_app.models import Activation
from notica.models import InboxEntry, KeptDraft, MessageAttachment
from plumier.clock import database_now
from plumier.models import Group, Guardianship, Person, RecordAccess, SchoolPolicy, Student, User
from profesores.views import record as views
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_person,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.notica.results import ACCOUNTS
from tests.notica.stories import send_to

PHONE = "+34600111222"
FATHERS = "+34600333444"


@pytest.fixture
def group(db: None, settings: Any) -> Group:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_group(make_school())


@pytest.fixture
def student(group: Group) -> Student:
    mother = Parent("Marta Ros", contacts={"phone_1": PHONE, "email": "marta@family.example"})
    return make_student(group, "Luis Gil", [mother], contacts={"phone_1": "landline:+34968111222"})


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, student: Student, query: str = "") -> str:
    response = as_user(user).get(reverse("profesores:record", args=[student.pk]) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def bar(student: Student, **days: date) -> Person:
    father = make_person(student.school, "Bruno Gil", {"phone_1": FATHERS})
    Guardianship.objects.create(
        school=student.school,
        student=student,
        guardian=father,
        relation="father",
        order=2,
        receives_messages=True,
        barred_reference="Auto 12/2026",
        **{"barred_from": date(2026, 1, 1), **days},
    )
    return father


def test_record_is_for_who_attends_the_student_and_for_nobody_else(student: Student, group: Group) -> None:
    other = make_school("30000002")
    users = {
        "tutor": make_tutor(group),
        "teacher": make_teacher(group),
        "director": make_director(group.school),
        "colleague": make_staff(group.school),
        "another group": make_teacher(make_group(group.school, "1º ESO B")),
        "another school": make_director(other),
    }
    url = reverse("profesores:record", args=[student.pk])
    found = {name: as_user(user).get(url).status_code for name, user in users.items()}
    assert found == {
        **dict.fromkeys(("tutor", "teacher", "director"), 200),
        **dict.fromkeys(("colleague", "another group", "another school"), 404),
    }


@pytest.mark.parametrize("name", ["record_check", "record_write"])
def test_acts_are_refused_to_who_does_not_attend_the_student(
    student: Student, group: Group, name: str
) -> None:
    url = reverse(f"profesores:{name}", args=[student.pk])
    answers = [
        as_user(user).post(url, {"via": "email"}).status_code
        for user in (make_staff(group.school), make_director(make_school("30000002")))
    ]
    assert (answers, KeptDraft.objects.count()) == ([404, 404], 0)


def test_look_is_noted_for_everybody_shown_and_the_page_says_so(student: Student, group: Group) -> None:
    tutor = make_tutor(group)
    assert "Queda registrado que ha consultado esta ficha." in page(tutor, student)
    assert list(RecordAccess.objects.order_by("id").values_list("user_id", "person_id", "page", "right")) == [
        (tutor.pk, person, "record", "tutor") for person in (student.person_id, student.guardians.get().pk)
    ]


def test_each_address_says_what_every_channel_knows_of_it(student: Student, group: Group) -> None:
    link("telegram", PHONE, "77", state="blocked")
    link("tokapp", PHONE)
    Activation.objects.update(checked_at=database_now() - timedelta(hours=2))
    shown = page(make_tutor(group), student)
    for words in (
        "Telegram: bloqueado",
        "TokApp: activo",
        "comprobado hace 2",
        "Fijo: no recibe SMS ni Telegram",
    ):
        assert words in shown
    assert "Telegram: nunca conectado" not in shown


def test_address_asked_about_a_moment_ago_was_checked_just_now(student: Student, group: Group) -> None:
    link("tokapp", PHONE)
    shown = page(make_tutor(group), student)
    assert ("comprobado ahora mismo" in shown, "comprobado hace" in shown) == (True, False)


def test_barred_father_is_named_to_a_teacher_without_his_addresses(student: Student, group: Group) -> None:
    bar(student)
    shown = page(make_tutor(group), student)
    hidden = ("Auto 12/2026", FATHERS)
    assert ("Bruno Gil" in shown, "Consulte con la dirección del centro." in shown) == (True, True)
    assert [text in shown for text in hidden] == [False, False]


def test_director_reads_the_order_and_its_dates(student: Student, group: Group) -> None:
    bar(student, barred_until=date(2027, 6, 30))
    shown = page(make_director(group.school), student)
    for text in ("desde el 01/01/2026 hasta el 30/06/2027 · Auto 12/2026", FATHERS):
        assert text in shown


def test_order_that_has_ended_hides_nothing(student: Student, group: Group) -> None:
    bar(student, barred_until=date(2026, 1, 31))
    shown = page(make_tutor(group), student)
    assert (FATHERS in shown, "Consulte con la dirección" in shown) == (True, False)


def test_father_who_teaches_does_not_see_the_record_of_the_child_he_is_kept_from(
    student: Student, group: Group
) -> None:
    teacher = make_teacher(group)
    father = bar(student)
    Guardianship.objects.filter(guardian=father).update(guardian=teacher.people.get())
    response = as_user(teacher).get(reverse("profesores:record", args=[student.pk]))
    assert response.status_code == 404


def test_mother_hiding_from_the_teacher_is_not_shown_on_her_other_childs_record(
    student: Student, group: Group
) -> None:
    teacher = make_teacher(group)
    father = bar(student)
    Guardianship.objects.filter(guardian=father).update(guardian=teacher.people.get())
    brother = make_student(
        group, "Iván Gil", [Parent("Marta Ros", person=student.guardians.get(given_name="Marta"))]
    )
    shown = page(teacher, brother)
    assert [text in shown for text in ("Marta", PHONE, "Luis")] == [False, False, False]


@pytest.mark.parametrize(
    ("tie", "reason"),
    [
        ({"receives_messages": False}, "No está marcado que reciba mensajes."),
        ({"receives_until": date(2026, 1, 1)}, "Hoy está fuera de las fechas en que recibe mensajes."),
        ({"registered_on": None}, "No se ha registrado para recibir."),
    ],
)
def test_card_says_why_she_does_not_receive(
    student: Student, group: Group, tie: dict[str, Any], reason: str
) -> None:
    SchoolPolicy.objects.update(registration_required=True)
    Guardianship.objects.update(registered_on=date(2026, 9, 1))
    tutor = make_tutor(group)
    assert reason not in page(tutor, student)
    Guardianship.objects.update(**tie)
    assert reason in page(tutor, student)


def test_protected_data_are_said(student: Student, group: Group) -> None:
    Student.objects.update(protected=True)
    assert "Datos protegidos: solo lo lee en Mirador." in page(make_tutor(group), student)


def test_siblings_are_those_whom_the_reader_sees(student: Student, group: Group) -> None:
    other = make_group(group.school, "3º ESO C")
    make_student(other, "Eva Gil", [Parent("Marta Ros", person=student.guardians.get())])
    assert "Gil, Eva" not in page(make_tutor(group), student)
    assert "Gil, Eva" in page(make_director(group.school), student)


def test_last_messages_are_those_the_reader_may_see(student: Student, group: Group) -> None:
    tutor, director = make_tutor(group), make_director(group.school)
    other = make_student(group, "Ana Sol", [Parent("Rosa Sol", contacts={"email": "rosa@family.example"})])
    for by, whom, subject in (
        (tutor, student, "De la tutora"),
        (director, student, "De la directora"),
        (director, other, "A otra familia"),
    ):
        send_to(group.school, by, students=[whom], subject=subject, way="email")
    send_to(group.school, director, to="alumno", students=[student], subject="Al alumno", way="email")
    titles = ("De la tutora", "De la directora", "A otra familia", "Al alumno")
    assert [title in page(tutor, student) for title in titles] == [True, False, False, False]
    assert [title in page(director, student) for title in titles] == [True, True, False, True]


def test_who_was_left_out_is_told_too(student: Student, group: Group) -> None:
    Guardianship.objects.update(receives_messages=False)
    director = make_director(group.school)
    send_to(group.school, director, students=[student], subject="Sin destinatario", way="email")
    shown = page(director, student)
    assert ("Sin destinatario" in shown, "Todavía no se le ha enviado nada" in shown) == (True, False)


def test_message_that_went_straight_to_mail_is_told(student: Student, group: Group) -> None:
    director = make_director(group.school)
    message = send_to(group.school, director, students=[student], subject="Con fichero", way="email")
    MessageAttachment.objects.create(message=message, name="a.pdf", content_type="", size=1, sha256="0" * 64)
    InboxEntry.objects.all().delete()
    assert "Con fichero" in page(director, student)


def test_message_about_a_sibling_alone_is_on_the_siblings_record(student: Student, group: Group) -> None:
    director = make_director(group.school)
    sister = make_student(group, "Eva Gil", [Parent("Marta Ros", person=student.guardians.get())])
    send_to(group.school, director, students=[sister], subject="Solo de Eva", way="email")
    assert ["Solo de Eva" in page(director, one) for one in (student, sister)] == [False, True]


def test_page_costs_the_same_for_one_guardian_and_for_many(student: Student, group: Group) -> None:
    director = make_director(group.school)
    client, costs = as_user(director), []
    for number in range(2):
        send_to(group.school, director, students=[student], subject="Hola", way="email")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("profesores:record", args=[student.pk]))
        costs.append(len(queries))
        for order in range(2, 6):
            if not number:
                aunt = make_person(group.school, f"Tía{order} Ros", {"phone_1": f"+3461111111{order}"})
                Guardianship.objects.create(
                    school=group.school,
                    student=student,
                    guardian=aunt,
                    relation="other",
                    order=order,
                    receives_messages=True,
                )
                make_student(group, f"Primo{order} Gil", [Parent("", person=aunt)])
    assert costs[0] == costs[1]


def test_check_asks_about_everybody_shown_and_the_page_waits(
    student: Student, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []
    monkeypatch.setattr(views, "ask_about", lambda people: asked.append([one.pk for one in people]))
    tutor = make_tutor(group)
    bar(student)
    assert "Comprobando…" not in page(tutor, student)
    response = as_user(tutor).post(reverse("profesores:record_check", args=[student.pk]))
    assert asked == [[student.person_id, student.guardians.get(given_name="Marta").pk]]
    waiting = as_user(tutor).get(response["Location"])
    assert told(waiting) == (True, True, True, False)
    part = as_user(tutor).get(response["Location"], headers={"HX-Request": "true", "HX-Target": "contacts"})
    assert (told(part), "<html" in part.content.decode()) == ((True, True, False, False), False)
    link("tokapp", PHONE)
    ended = as_user(tutor).get(response["Location"])
    assert told(ended) == (False, False, False, False)


def told(response: Any) -> tuple[bool, bool, bool, bool]:
    """That it waits, that its contacts alone are fetched anew, and the whole page without a script, or always."""
    text = response.content.decode()
    return (
        "Comprobando…" in text,
        'hx-trigger="every 4s"' in text,
        '<noscript><meta http-equiv="refresh" content="4"></noscript>' in text,
        "Refresh" in response,
    )


@pytest.mark.parametrize("value", ["nan", "inf", "x", "-1e300", "0", "99999999999"])
def test_moment_in_the_address_that_is_none_makes_nobody_wait(
    student: Student, group: Group, value: str
) -> None:
    assert "Comprobando…" not in page(make_tutor(group), student, f"?comprobado={value}")


def test_writing_begins_a_draft_to_the_family(student: Student, group: Group) -> None:
    tutor = make_tutor(group)
    response = as_user(tutor).post(reverse("profesores:record_write", args=[student.pk]), {"via": "sms"})
    draft = KeptDraft.objects.get()
    assert (response.status_code, response["Location"]) == (
        303,
        reverse("profesores:write", args=[draft.token]),
    )
    assert (draft.by, draft.to, draft.way, draft.students) == (tutor, "familia", "sms", [student.pk])


def test_way_that_the_school_does_not_use_begins_nothing(student: Student, group: Group) -> None:
    SchoolPolicy.objects.update(channels=["email"])
    tutor = make_tutor(group)
    url = reverse("profesores:record_write", args=[student.pk])
    answers = [as_user(tutor).post(url, {"via": way}).status_code for way in ("sms", "carta", "notica", "")]
    assert (answers, KeptDraft.objects.count()) == ([404] * 4, 0)


def test_teacher_who_may_not_write_has_no_buttons(student: Student, group: Group) -> None:
    SchoolPolicy.objects.update(senders="tutors")
    teacher = make_teacher(group)
    assert "Escribir:" not in page(teacher, student)
    url = reverse("profesores:record_write", args=[student.pk])
    assert as_user(teacher).post(url, {"via": "email"}).status_code == 404
