"""Who may ask for whose data; nobody else's exist."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from notica.exports import asking
from notica.exports.asking import JOB
from notica.models import DataRequest
from notica.student_data.asking import ask_for
from notica.student_data.choosing import Selection
from plumier.clock import database_now
from plumier.models import Group, School, Student, User
from plumier.refusals import Refused
from tests.factories.register import (
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_staff,
    make_student,
    make_teacher,
)
from tests.notica.student_data.workbook import ask, read

NOT_HERS = "Alguien de la selección no existe o no es de su alumnado."


@pytest.fixture
def luis(group: Group) -> Student:
    return make_student(group, "Luis Gil")


def refusal(selection: Selection, school: School, by: User) -> str:
    with pytest.raises(Refused) as refused:
        ask_for(selection, school, by=by, now=database_now())
    assert DataRequest.objects.count() == 0
    return str(refused.value)


def test_request_keeps_what_was_chosen_and_wakes_its_job(
    luis: Student, school: School, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr(asking, "wake_later", lambda *given: woken.append(given))
    request = ask(school, director, [luis])
    assert request.selection == {"groups": [], "students": [luis.pk], "everyone": False}
    assert woken == [(JOB, request.pk)]


def test_asking_twice_asks_once(luis: Student, school: School, director: User) -> None:
    assert ask(school, director) == ask(school, director)
    assert ask(school, director, [luis]).pk == DataRequest.objects.latest("pk").pk
    assert DataRequest.objects.count() == 2


def test_student_of_another_group_is_refused_like_one_that_is_not(
    luis: Student, group: Group, school: School
) -> None:
    teacher = make_teacher(group)
    other = make_student(make_group(school, "2º ESO B"), "Ana Paz")
    ask(school, teacher, [luis])
    DataRequest.objects.all().delete()
    chosen = frozenset({luis.pk, other.pk})
    assert refusal(Selection(students=chosen), school, teacher) == NOT_HERS
    assert refusal(Selection(students=frozenset({luis.pk, 10**9})), school, teacher) == NOT_HERS
    assert (
        refusal(Selection(groups=frozenset({other.enrolments.get().group_id})), school, teacher) == NOT_HERS
    )


def test_student_of_another_school_is_refused(luis: Student, school: School, director: User) -> None:
    there = make_group(make_school("30000002"))
    theirs = make_student(there, "Ana Paz")
    assert refusal(Selection(students=frozenset({theirs.pk})), school, director) == NOT_HERS
    assert refusal(Selection(groups=frozenset({there.pk})), school, director) == NOT_HERS


def test_group_of_hers_is_asked_for(luis: Student, group: Group, school: School) -> None:
    chosen = Selection(groups=frozenset({group.pk}))
    request = ask_for(chosen, school, by=make_teacher(group), now=database_now())
    assert Selection.from_json(request.selection) == chosen


def test_nobody_is_refused(group: Group, school: School, director: User) -> None:
    assert refusal(Selection(everyone=True), school, director) == "No hay ningún alumno en la selección."
    assert refusal(Selection(), school, director) == "No hay ningún alumno en la selección."


def test_colleague_without_students_gets_nobody(luis: Student, school: School) -> None:
    colleague = make_staff(school)
    assert refusal(Selection(everyone=True), school, colleague) == "No hay ningún alumno en la selección."


def test_who_does_not_work_there_is_refused(luis: Student, school: School) -> None:
    sentence = "No trabaja en este centro: no puede pedir los datos de su alumnado."
    elsewhere = make_director(make_school("30000002"))
    for user in (elsewhere, make_service(school), make_login(luis.person)):
        assert refusal(Selection(everyone=True), school, user) == sentence


def act(client: Client, *students: Student) -> Any:
    data = {"action": "send_student_data", "_selected_action": [student.pk for student in students]}
    return client.post(reverse("admin:plumier_student_changelist"), data, follow=True)


def test_administration_asks_for_chosen_rows(
    luis: Student, school: School, director: User, client: Client
) -> None:
    client.force_login(director)
    page = act(client, luis)
    request = DataRequest.objects.get()
    assert (request.by, request.selection["students"]) == (director, [luis.pk])
    assert page.redirect_chain == [(reverse("notica:export", args=[request.token]), 302)]


def test_administration_asks_for_one_school_at_a_time(luis: Student, client: Client) -> None:
    theirs = make_student(make_group(make_school("30000002")), "Ana Paz")
    client.force_login(User.objects.create_superuser("root"))
    page = act(client, luis, theirs)
    assert ("Elija filas de un solo centro." in page.content.decode(), DataRequest.objects.count()) == (
        True,
        0,
    )


def command(*given: str) -> str:
    out = StringIO()
    call_command("student_data", "--school", "30000001", *given, stdout=out)
    return out.getvalue()


def test_command_writes_a_file(luis: Student, school: School, tmp_path: Path) -> None:
    make_student(make_group(school, "2º ESO B"), "Ana Paz")
    path = tmp_path / "libro.xlsx"
    assert command("--out", str(path)) == f"Escrito {path}: 2 alumnos.\n"
    assert command("--group", "2º ESO B", "--out", str(path)) == f"Escrito {path}: 1 alumno.\n"
    assert [row["Nombre"] for row in read(path)] == ["Ana"]


def test_command_asks_for_a_user(luis: Student, school: School) -> None:
    director = make_staff(school, role=None, username="dolores")
    group = luis.enrolments.get().group
    group.tutor = director.people.get()
    group.save()
    assert command("--group", group.name, "--to", "dolores") == (
        "Se está preparando: llegará por correo a dolores.\n"
    )
    assert DataRequest.objects.get().by == director


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--to", "nadie"], "No hay ningún usuario «nadie»."),
        (["--group", "9º Z", "--out", "x.xlsx"], "No hay ningún grupo «9º Z» este curso."),
        (["--out", "/no/hay/x.xlsx"], "No se puede escribir /no/hay/x.xlsx: No such file or directory"),
    ],
)
def test_command_refuses_in_words(luis: Student, given: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        command(*given)
    assert (str(refused.value), refused.value.returncode) == (sentence, 2)
