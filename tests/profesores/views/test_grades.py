"""Calificaciones in Profesores: whose pages they are, what they keep of what was typed, and what they cost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grades.models import Evaluation, Mark, Publication, Reminder
from notica.models import Message
from plumier.clock import database_today
from plumier.models import Enrolment, School, User
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.grades.marked import Marked, put
from tests.tablon.boards import as_user

LIST = reverse("profesores:grades")


@pytest.fixture
def marked(db: None) -> Marked:
    return Marked()


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(name: str, marked: Marked) -> str:
    about = marked.maths.pk if name == "grades_class" else marked.group.pk
    return reverse(f"profesores:{name}", args=[marked.evaluation.pk, about])


def sheet(
    marked: Marked, value: str, remark: str = "", before: tuple[str, str] = ("7", "Buen trabajo")
) -> Any:
    key = marked.student.enrolments.get().pk
    return {
        f"nota-{key}": value,
        f"obs-{key}": remark,
        f"antes-nota-{key}": before[0],
        f"antes-obs-{key}": before[1],
    }


def stands(marked: Marked) -> tuple[str, str]:
    mark = Mark.objects.get(subject=marked.maths.subject, enrolment__student=marked.student)
    return mark.value, mark.remark


def test_teacher_finds_her_classes_and_the_tutor_her_group(marked: Marked) -> None:
    teacher, tutor = text_of(as_user(marked.teacher).get(LIST)), text_of(as_user(marked.tutor).get(LIST))
    assert (page("grades_class", marked) in teacher, page("grades_group", marked) in teacher) == (True, False)
    assert (page("grades_class", marked) in tutor, page("grades_group", marked) in tutor) == (False, True)
    assert "Todas puestas" in teacher
    make_student(marked.group, "Ana Gil")
    assert "1 de 2 con nota" in text_of(as_user(marked.teacher).get(LIST))


def test_leader_finds_every_group(marked: Marked) -> None:
    other = make_group(marked.school, "1º ESO B")
    text = text_of(as_user(make_director(marked.school)).get(LIST))
    assert page("grades_group", marked) in text
    assert reverse("profesores:grades_group", args=[marked.evaluation.pk, other.pk]) in text


def test_who_teaches_nobody_is_told_so_and_a_year_without_evaluation_too(marked: Marked) -> None:
    assert "No da clase a ningún grupo" in text_of(as_user(make_staff(marked.school)).get(LIST))
    Evaluation.objects.all().delete()
    assert "todavía ninguna evaluación" in text_of(as_user(marked.teacher).get(LIST))


@pytest.mark.parametrize("name", ["grades_group", "grades_publish", "grades_remind", "grades_class"])
def test_pages_are_not_there_for_others(marked: Marked, name: str) -> None:
    others = [
        *(make_staff(marked.school), make_tutor(make_group(marked.school, "1º ESO B")), marked.mother_login),
        make_director(make_school("30000002")),
        *((marked.tutor,) if name == "grades_class" else (marked.teacher,)),
    ]
    for user in others:
        client = as_user(user)
        assert {client.get(page(name, marked)).status_code, client.post(page(name, marked)).status_code} <= {
            404,
            405,
        }
    assert not Publication.objects.exists()


def test_evaluation_that_is_not_hers_to_choose_does_not_exist(marked: Marked) -> None:
    assert as_user(marked.teacher).get(LIST, {"evaluacion": "999999"}).status_code == 404


def test_teacher_keeps_the_whole_sheet_with_one_press(marked: Marked) -> None:
    client = as_user(marked.teacher)
    assert 'value="Buen trabajo"' in text_of(client.get(page("grades_class", marked)))
    response = client.post(page("grades_class", marked), sheet(marked, " 8,5 ", "Sigue  así"), follow=True)
    assert "Guardada 1 nota." in text_of(response)
    assert stands(marked) == ("8,5", "Sigue así")


def test_clash_keeps_what_was_typed_and_the_next_press_is_hers(marked: Marked) -> None:
    put(marked.evaluation, marked.student, marked.maths.subject, "9")
    client = as_user(marked.teacher)
    response = client.post(page("grades_class", marked), sheet(marked, "6", "Lo mío"))
    text = text_of(response)
    assert response.status_code == 422
    assert ('value="6"' in text, 'value="Lo mío"' in text, "Otra persona ha puesto: 9" in text) == (True,) * 3
    assert stands(marked) == ("9", "")
    client.post(page("grades_class", marked), sheet(marked, "6", "Lo mío", before=("9", "")))
    assert stands(marked) == ("6", "Lo mío")


@pytest.mark.parametrize(
    ("value", "remark", "said"),
    [
        ("", "Sin nota", "Falta la nota"),
        ("x" * 21, "", "Es demasiado largo: caben 20 letras."),
        ("5", "x" * 501, "Es demasiado largo: caben 500 letras."),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_cell(marked: Marked, value: str, remark: str, said: str) -> None:
    response = as_user(marked.teacher).post(page("grades_class", marked), sheet(marked, value, remark))
    text = text_of(response)
    assert (response.status_code, said in text, f'value="{value or remark}"' in text) == (422, True, True)
    assert stands(marked) == ("7", "Buen trabajo")


def test_closed_evaluation_is_only_read_by_its_teacher(marked: Marked) -> None:
    marked.evaluation.closes_on = database_today() - timedelta(days=1)
    marked.evaluation.save()
    client = as_user(marked.teacher)
    text = text_of(client.get(page("grades_class", marked)))
    assert ("La evaluación se cerró" in text, 'name="nota-' in text, "Buen trabajo" in text) == (
        *(True, False, True),
    )
    assert client.post(page("grades_class", marked), sheet(marked, "10")).status_code == 422
    assert stands(marked) == ("7", "Buen trabajo")


def test_tutor_publishes_and_sees_who_has_acknowledged(marked: Marked) -> None:
    client = as_user(marked.tutor)
    assert "Las familias todavía no ven estas notas" in text_of(client.get(page("grades_group", marked)))
    client.post(page("grades_publish", marked))
    assert not Message.objects.exists()
    marked.acknowledge()
    text = text_of(client.get(page("grades_group", marked)))
    for words in ("Acuse de recibo: 1 de 1", "Marta Marín (madre)", "NT", "Lengua"):
        assert words in text
    assert "Recordar a" not in text


def test_tutor_reminds_once_a_day(marked: Marked) -> None:
    for number in range(6):
        student = make_student(marked.group, f"Niño {number}", [Parent(f"Madre {number}")])
        put(marked.evaluation, student, marked.language, "5")
    client = as_user(marked.tutor)
    client.post(page("grades_publish", marked))
    assert "Recordar a 7 familias" in text_of(client.get(page("grades_group", marked)))
    text = text_of(client.post(page("grades_remind", marked), follow=True))
    assert "El recordatorio está en camino." in text
    assert ("Recordar a" in text, "Hoy ya se les ha recordado" in text) == (False, True)
    assert reverse("notica:message", args=[Reminder.objects.get().token]) in text
    assert "Hoy ya se ha recordado" in text_of(client.post(page("grades_remind", marked), follow=True))
    assert Message.objects.filter(kind="grades").count() == 1


def test_leader_publishes_all_groups_that_are_ready_and_tells(marked: Marked) -> None:
    other = make_group(marked.school, "1º ESO B")
    student = make_student(other, "Luis Gil", [Parent("Eva Ros")])
    put(marked.evaluation, student, marked.language, "5")
    make_group(marked.school, "1º ESO C")
    client = as_user(make_director(marked.school))
    assert "Publicar 2 grupos" in text_of(client.get(LIST))
    address = reverse("profesores:grades_publish_all", args=[marked.evaluation.pk])
    text = text_of(client.post(address, {"avisar": "1"}, follow=True))
    assert "Publicadas las calificaciones de 2 grupos" in text
    assert Publication.objects.count() == 2
    assert Message.objects.filter(kind="grades").count() == 1


def test_barred_father_who_teaches_does_not_see_his_child(marked: Marked) -> None:
    director = make_director(marked.school)
    for user in (marked.teacher, marked.tutor, director):
        marked.person(user).guardianships.create(
            school=marked.school,
            student=marked.student,
            relation="other",
            order=marked.student.guardianships.count() + 1,
            barred_from=date(2026, 1, 1),
            barred_reference="Auto 2/2026",
        )
    other = make_student(marked.group, "Ana Gil")
    put(marked.evaluation, other, marked.language, "5")
    pages = [
        as_user(marked.teacher).get(page("grades_class", marked)),
        as_user(marked.tutor).get(page("grades_group", marked)),
        as_user(director).get(page("grades_group", marked)),
        as_user(director).get(reverse("admin:grades_mark_changelist")),
    ]
    texts = [text_of(one) for one in pages]
    assert ["Lucía" in text for text in texts] == [False] * 4
    assert ["Ana" in text for text in texts] == [True] * 4
    mark = Mark.objects.get(subject=marked.maths.subject)
    assert as_user(director).get(reverse("admin:grades_mark_change", args=[mark.pk])).status_code == 404


def crowd(marked: Marked, number: int) -> None:
    for one in range(number):
        student = make_student(
            marked.group, f"Niño {one}", [Parent(f"Madre {one}"), Parent(f"Padre {one}", "father")]
        )
        put(marked.evaluation, student, marked.language, "5")
        put(marked.evaluation, student, marked.maths.subject, "6")
        if Publication.objects.exists():
            marked.acknowledge(by=make_login(student.guardians.all()[0]), student=student)


@pytest.mark.parametrize("name", ["list", "grades_group", "grades_class"])
def test_pages_cost_the_same_for_one_student_and_for_thirty(marked: Marked, name: str) -> None:
    user = marked.teacher if name == "grades_class" else marked.tutor
    marked.publish()
    marked.acknowledge()
    client, address = as_user(user), LIST if name == "list" else page(name, marked)
    client.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = queries()
    crowd(marked, 30)
    assert queries() == few


def test_school_of_now_is_the_one_whose_marks_are_shown(marked: Marked) -> None:
    second: School = make_school("30000002", name="IES Dos")
    user: User = marked.teacher
    elsewhere = make_teacher(make_group(second, "2º ESO Z"), "Paco Profesor")
    elsewhere.people.update(user=user)
    Evaluation.objects.create(school=second, year=second.years.get(), name="Primer trimestre")
    text = text_of(as_user(user).get(LIST, {"centro": second.code}))
    assert ("2º ESO Z" in text, "1º ESO A" in text) == (True, False)


def test_student_who_left_is_not_on_the_sheet(marked: Marked) -> None:
    Enrolment.objects.filter(student=marked.student).update(status="withdrawn")
    assert "Lucía" not in text_of(as_user(marked.teacher).get(page("grades_class", marked)))
    assert "Lucía" not in text_of(as_user(marked.tutor).get(page("grades_group", marked)))
