"""Notas in Mirador: what a family reads, the acuse, and then the remarks; nothing of anybody else's."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grades.models import Acknowledgement, Evaluation, Mark
from notica.models import Message
from plumier.clock import database_now, database_today
from plumier.models import AcademicYear, Enrolment, Group, Guardianship, Student, Subject, User
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_login, make_school, make_student
from tests.grades.marked import Marked, put
from tests.tablon.boards import as_user

PAGE = reverse("mirador:grades")


@pytest.fixture
def marked(db: None) -> Marked:
    found = Marked()
    found.publish()
    return found


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(user: User, student: Student | None = None, **query: str) -> str:
    given = {**query, **({"alumno": str(student.pk)} if student else {})}
    return text_of(as_user(user).get(PAGE, given))


def press(user: User, marked: Marked, student: Student | None = None) -> HttpResponse:
    """The button of the page, as the page has it."""
    client, about = as_user(user), student or marked.student
    shown = client.get(PAGE, {"alumno": about.pk}).content.decode()
    stamp = shown.partition('name="visto" value="')[2].partition('"')[0]
    address = f"{reverse('mirador:acknowledge', args=[marked.evaluation.pk])}?alumno={about.pk}"
    return client.post(address, {"visto": stamp}, follow=True)  # type: ignore[return-value]


def remarks(marked: Marked, student: Student | None = None) -> str:
    address = reverse("mirador:remarks", args=[marked.evaluation.pk])
    return f"{address}?alumno={(student or marked.student).pk}"


def bar(marked: Marked, since: date, until: date | None = None) -> None:
    Guardianship.objects.filter(guardian=marked.person(marked.father)).update(
        barred_from=since, barred_until=until, barred_reference="Auto 3/2026"
    )


def test_mother_reads_values_words_and_remarks(marked: Marked) -> None:
    text = page(marked.mother_login)
    for words in ("1ª evaluación", "Matemáticas", ">7<", "Buen trabajo", "Lengua", ">NT<", "Notas de Lucía"):
        assert words in text


def test_nothing_is_read_before_it_is_published(marked: Marked) -> None:
    marked.group.publications.all().delete()
    text = page(marked.mother_login)
    assert "Todavía no hay notas publicadas" in text
    assert "Buen trabajo" not in text
    answers = [
        as_user(marked.mother_login).post(f"{reverse('mirador:acknowledge', args=[marked.evaluation.pk])}"),
        as_user(marked.mother_login).get(remarks(marked)),
        as_user(marked.mother_login).post(remarks(marked), {"text": "Hola"}),
    ]
    assert [one.status_code for one in answers] == [404] * 3


def test_button_gives_the_acuse_and_opens_the_remarks(marked: Marked) -> None:
    before = page(marked.mother_login)
    assert ("disabled" in before, remarks(marked) in before) == (True, False)
    after = text_of(press(marked.mother_login, marked))
    assert "Su acuse de recibo está dado." in after
    assert "por usted" in after
    assert ("disabled" in after, remarks(marked) in after) == (False, True)
    assert Acknowledgement.objects.get().person == marked.person(marked.mother)


def test_acuse_without_what_was_seen_is_refused(marked: Marked) -> None:
    address = reverse("mirador:acknowledge", args=[marked.evaluation.pk])
    for stamp in ("", "abc", "-1", "9" * 17, "0"):
        response = as_user(marked.mother_login).post(address, {"visto": stamp}, follow=True)
        assert "ha cambiado mientras tanto" in text_of(response)
    assert not Acknowledgement.objects.exists()


def test_change_is_dated_and_asks_for_a_new_acuse(marked: Marked, database_clock: DatabaseClock) -> None:
    press(marked.mother_login, marked)
    assert "Cambiada el" not in page(marked.mother_login)
    database_clock.advance(timedelta(minutes=5))
    put(marked.evaluation, marked.student, marked.language, "SB")
    text = page(marked.mother_login)
    assert text.count("Cambiada el") == 1
    assert "Alguna nota ha cambiado después de su acuse" in text
    assert as_user(marked.mother_login).post(remarks(marked), {"text": "Hola"}).status_code == 422
    assert not Message.objects.exists()
    database_clock.advance(timedelta(minutes=5))
    assert "por usted" in text_of(press(marked.mother_login, marked))


def test_mark_taken_back_is_said(marked: Marked, database_clock: DatabaseClock) -> None:
    database_clock.advance(timedelta(minutes=5))
    put(marked.evaluation, marked.student, marked.language, "")
    text = page(marked.mother_login)
    assert (">—<" in text, text.count("Cambiada el")) == (True, 1)


def test_remarks_are_sent_to_the_tutor(marked: Marked) -> None:
    press(marked.mother_login, marked)
    client = as_user(marked.mother_login)
    shown = text_of(client.get(remarks(marked)))
    assert "Lo leerá Tere Tutora" in shown
    response = client.post(remarks(marked), {"text": "Gracias por todo.", "key": "k1"})
    assert response.status_code == 303
    client.post(remarks(marked), {"text": "Gracias por todo.", "key": "k1"})
    message = Message.objects.get()
    assert (message.subject, message.body, message.sender) == (
        *("Observaciones: 1ª evaluación", "Gracias por todo.", marked.mother_login),
    )


def test_refused_remarks_keep_what_was_typed(marked: Marked) -> None:
    press(marked.mother_login, marked)
    client = as_user(marked.mother_login)
    empty = client.post(remarks(marked), {"text": " ", "key": "k1"})
    assert (empty.status_code, "El mensaje está vacío" in text_of(empty)) == (422, True)
    client.post(remarks(marked), {"text": "Una cosa.", "key": "k1"})
    again = client.post(remarks(marked), {"text": "Otra cosa.", "key": "k1"})
    assert (again.status_code, "Otra cosa." in text_of(again)) == (422, True)
    assert 'value="k1"' not in text_of(again)
    assert Message.objects.count() == 1


def test_remarks_are_kept_where_the_tutor_has_gone_meanwhile(marked: Marked) -> None:
    press(marked.mother_login, marked)
    Group.objects.update(tutor=None)
    text = text_of(as_user(marked.mother_login).post(remarks(marked), {"text": "Una cosa.", "key": "k1"}))
    assert ("Una cosa." in text, "El grupo no tiene ahora ningún tutor." in text) == (True, True)


def test_other_parent_sees_nothing_of_the_first_one_s_acuse(marked: Marked) -> None:
    press(marked.mother_login, marked)
    text = page(marked.father_login)
    assert "Marta" not in text
    assert "Acuse dado" not in text
    assert ("disabled" in text, remarks(marked) in text) == (True, False)
    assert as_user(marked.father_login).post(remarks(marked), {"text": "Hola"}).status_code == 422
    assert not Message.objects.exists()


def test_student_reads_and_acknowledges_her_own(marked: Marked) -> None:
    student = make_login(marked.student.person)
    assert "Buen trabajo" in page(student)
    press(marked.mother_login, marked)
    assert "Acuse dado" not in page(student)
    press(student, marked)
    assert set(Acknowledgement.objects.values_list("person", flat=True)) == {
        *(marked.student.person_id, marked.person(marked.mother).pk),
    }


@pytest.mark.parametrize(("since", "until", "reads"), [(-9, None, False), (-9, -1, True), (1, None, True)])
def test_father_reads_unless_barred_today(marked: Marked, since: int, until: int | None, reads: bool) -> None:
    today = database_today()
    bar(marked, today + timedelta(since), None if until is None else today + timedelta(until))
    client = as_user(marked.father_login)
    answers = [
        client.get(PAGE, {"alumno": marked.student.pk}),
        client.get(remarks(marked)),
        client.post(
            f"{reverse('mirador:acknowledge', args=[marked.evaluation.pk])}?alumno={marked.student.pk}"
        ),
    ]
    assert [one.status_code == 404 for one in answers] == [not reads] * 3
    assert ("Lucía" in page(marked.father_login)) is reads


def test_stranger_finds_no_such_page(marked: Marked) -> None:
    classmate = make_student(marked.group, "Otro Niño", [Parent("Otra Madre")])
    put(marked.evaluation, classmate, marked.language, "SU")
    client = as_user(make_login(classmate.guardians.get()))
    about = {"alumno": marked.student.pk}
    acknowledged = reverse("mirador:acknowledge", args=[marked.evaluation.pk])
    answers = [
        client.get(PAGE, about),
        client.get(remarks(marked)),
        client.post(remarks(marked), {"text": "Hola"}),
        client.post(f"{acknowledged}?alumno={marked.student.pk}"),
    ]
    assert [one.status_code for one in answers] == [404] * 4
    own = text_of(client.get(PAGE))
    assert (">SU<" in own, "Lucía" in own, "Buen trabajo" in own) == (True, False, False)


def test_another_school_s_evaluation_does_not_exist(marked: Marked) -> None:
    other = make_school("30000009")
    elsewhere = Evaluation.objects.create(school=other, year=other.years.get(), name="1ª evaluación")
    client = as_user(marked.mother_login)
    assert client.get(reverse("mirador:remarks", args=[elsewhere.pk])).status_code == 404
    assert client.post(reverse("mirador:acknowledge", args=[elsewhere.pk])).status_code == 404


def test_child_who_left_is_only_read(marked: Marked) -> None:
    Enrolment.objects.filter(student=marked.student).update(status="withdrawn")
    text = page(marked.mother_login)
    assert ("Buen trabajo" in text, "solo se pueden leer" in text, "visto" in text) == (True, True, False)
    assert as_user(marked.mother_login).post(remarks(marked), {"text": "Hola"}).status_code == 422
    assert not Message.objects.exists()


def test_protected_child_s_guardians_read(marked: Marked) -> None:
    Student.objects.update(protected=True)
    assert "Buen trabajo" in page(marked.mother_login)


def test_who_reads_about_nobody_is_told(marked: Marked) -> None:
    bar(marked, date(2026, 1, 1))
    assert "Aquí no hay ningún alumno a su cargo" in page(marked.father_login)


def past_year(marked: Marked) -> None:
    """The same mother's child a year ago."""
    year = AcademicYear.objects.create(school=marked.school, name="2025/2026", is_current=False)
    group = Group.objects.create(
        school=marked.school,
        year=year,
        stage=marked.group.stage,
        name="6º A",
        tutor=marked.person(marked.tutor),
    )
    enrolment = Enrolment.objects.create(school=marked.school, student=marked.student, year=year, group=group)
    evaluation = Evaluation.objects.create(school=marked.school, year=year, name="Final de 6º")
    Mark.objects.create(
        school=marked.school, evaluation=evaluation, enrolment=enrolment, subject=marked.language, value="SB"
    )
    group.publications.create(
        school=marked.school, evaluation=evaluation, at=database_now(), by=make_director(marked.school)
    )


def test_past_years_are_behind_a_link(marked: Marked) -> None:
    assert "cursos=anteriores" not in page(marked.mother_login)
    past_year(marked)
    now, past = page(marked.mother_login), page(marked.mother_login, cursos="anteriores")
    assert ("cursos=anteriores" in now, "Final de 6º" in now) == (True, False)
    assert ("Final de 6º" in past, "1ª evaluación" in past, 'name="visto"' in past) == (True, False, False)


def test_page_costs_the_same_for_one_mark_and_for_thirty(marked: Marked) -> None:
    client = as_user(marked.mother_login)
    client.get(PAGE)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        return len(asked)

    few = queries()
    for number in range(30):
        subject = Subject.objects.create(school=marked.school, name=f"Materia {number}")
        put(marked.evaluation, marked.student, subject, "6")
    assert queries() == few


def test_page_needs_its_reader_logged_in(marked: Marked) -> None:
    assert Client().get(PAGE)["Location"].startswith("/entrar/")
