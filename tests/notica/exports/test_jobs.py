"""The workbook is made once, told of once, kept for a week, and for who asked alone."""

import io
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from notica import poller
from notica.choices import Way
from notica.exports import files, jobs, telling
from notica.exports.jobs import MOST_TRIES, wake_waiting, work
from notica.files import path_of
from notica.models import DataRequest, InboxEntry, Message, MessageAttachment
from notica.rendering import Renderer
from notica.student_data import product
from plumier.clock import database_now
from plumier.models import Group, Post, RecordAccess, School, SchoolPolicy, Staff, Student, User
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_staff, make_student, make_teacher
from tests.notica.student_data.workbook import ask
from tests.providers.sandbox import Sandbox

MOTHER = {"phone_1": "+34600000001", "email": "marta@example.org"}


@pytest.fixture
def luis(group: Group) -> Student:
    return make_student(group, "Luis Gil", [Parent("Marta Ros", contacts=MOTHER)])


@pytest.fixture
def asked(luis: Student, school: School, director: User) -> DataRequest:
    return ask(school, director)


def fresh(request: DataRequest) -> DataRequest:
    return DataRequest.objects.get(pk=request.pk)


def told() -> list[Message]:
    return list(Message.objects.filter(kind="student_data").order_by("pk"))


def text(message: Message, form: str = "email", language: str = "es") -> str:
    return Renderer().content(message, form, language, ()).text


def broken(*_given: Any, **_options: Any) -> Any:
    raise ZeroDivisionError


def open_file(client: Client, request: DataRequest) -> Any:
    return client.get(reverse("notica:export_file", args=[request.token]))


def test_workbook_is_attached_to_an_email_to_who_asked(asked: DataRequest, director: User) -> None:
    work(asked.pk)
    (message,) = told()
    made = fresh(asked)
    assert (made.state, made.students, made.message, made.stored) == ("ready", 1, message, "")
    assert (message.way, message.audience) == ("email", {"staff": [director.people.get().pk]})
    (attached,) = message.attachments.all()
    assert (attached.sha256, attached.size) == (made.sha256, path_of(made.sha256).stat().st_size)
    assert attached.name.startswith("alumnos-30000001-")
    page = load_workbook(io.BytesIO(path_of(made.sha256).read_bytes())).active
    assert page is not None
    assert page["D2"].value == "Luis"


def test_what_is_told_names_nobody_and_says_where_it_is(asked: DataRequest) -> None:
    work(asked.pk)
    (message,) = told()
    words = text(message)
    assert f"/datos/{asked.token}/" in words
    assert "los datos de 1 alumno y" in words
    assert "Va adjunto al correo." in words
    assert [name for name in ("Luis", "Marta", "600000001") if name in words + str(message.params)] == []


@pytest.mark.django_db(transaction=True)
def test_message_reaches_her_mailbox_and_notica(
    asked: DataRequest, director: User, run_engine: Callable[[], None], sandbox: Sandbox
) -> None:
    work(asked.pk)
    run_engine()
    (mail,) = sandbox.taken("email")
    assert mail["address"] == f"{director.username}@staff.example"
    assert InboxEntry.objects.values_list("person__user", flat=True).get() == director.pk


def test_larger_workbook_is_fetched_from_its_page(
    asked: DataRequest, monkeypatch: pytest.MonkeyPatch, client: Client, director: User
) -> None:
    monkeypatch.setattr(telling, "MOST_ATTACHED", 100)
    work(asked.pk)
    (message,) = told()
    assert (message.attachments.count(), "Es demasiado grande para ir adjunto." in text(message)) == (0, True)
    client.force_login(director)
    page = client.get(reverse("notica:export", args=[asked.token]))
    assert reverse("notica:export_file", args=[asked.token]) in page.content.decode()
    response = open_file(client, asked)
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert book is not None
    assert (book["D2"].value, "no-store" in response["Cache-Control"]) == ("Luis", True)


def test_school_without_mail_tells_in_notica_where_it_is(asked: DataRequest, school: School) -> None:
    SchoolPolicy.objects.filter(school=school).update(channels=[Way.SMS])
    work(asked.pk)
    (message,) = told()
    assert (message.way, message.params["attached"], message.attachments.count()) == ("notica", False, 0)


def test_page_and_file_are_hers_alone(asked: DataRequest, school: School, client: Client) -> None:
    work(asked.pk)
    client.force_login(make_staff(school, "Otra Directora"))
    assert client.get(reverse("notica:export", args=[asked.token])).status_code == 404
    assert open_file(client, asked).status_code == 404


def test_page_is_closed_to_who_has_left(asked: DataRequest, director: User, client: Client) -> None:
    work(asked.pk)
    client.force_login(director)
    page = reverse("notica:export", args=[asked.token])
    assert client.get(page).status_code == 200
    Staff.objects.filter(person__user=director).update(left_on=date(2026, 1, 1))
    closed = (client.get(page), open_file(client, asked))
    assert [one.status_code in (302, 404) for one in closed] == [True, True]


def test_page_says_that_it_is_being_made(asked: DataRequest, director: User, client: Client) -> None:
    client.force_login(director)
    page = client.get(reverse("notica:export", args=[asked.token]))
    assert (page["Refresh"], "El libro se está preparando." in page.content.decode()) == ("5", True)
    assert open_file(client, asked).status_code == 404


def test_everybody_shown_is_noted_once_with_the_reader_s_right(
    asked: DataRequest, luis: Student, director: User
) -> None:
    work(asked.pk)
    mother = luis.guardians.get()
    notes = RecordAccess.objects.values_list("user_id", "person_id", "page", "right", "address")
    assert sorted(notes) == sorted(
        (director.pk, person, "student_data", "leader", None) for person in (luis.person_id, mother.pk)
    )


def test_notes_cost_the_same_for_many(group: Group, school: School, director: User) -> None:
    def cost() -> int:
        request = ask(school, director)
        with CaptureQueriesContext(connection) as asked:
            work(request.pk)
        return len(asked)

    make_families(group, 1)
    cost()
    one = cost()
    make_families(group, 40)
    assert cost() == one


@pytest.mark.parametrize("step", ["make_workbook", "digest_of", "take_in", "told"])
def test_job_that_breaks_anywhere_and_runs_again_tells_once(
    asked: DataRequest, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(product if step == "make_workbook" else jobs, step, broken)
        work(asked.pk)
    assert (told(), fresh(asked).lease_until) == ([], None)
    for _ in range(2):
        work(asked.pk)
    assert (len(told()), fresh(asked).state) == (1, "ready")
    assert RecordAccess.objects.count() == 2


def test_killed_job_is_taken_up_when_its_lease_runs_out(
    asked: DataRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "take_in", killed)
        with pytest.raises(SystemExit):
            work(asked.pk)
    work(asked.pk)
    assert told() == []
    woken: list[int] = []
    monkeypatch.setattr(jobs, "wake", lambda _job, pk: woken.append(pk))
    wake_waiting()
    assert woken == []
    DataRequest.objects.update(lease_until=database_now() - timedelta(seconds=1))
    wake_waiting()
    assert woken == [asked.pk]
    work(asked.pk)
    assert (len(told()), RecordAccess.objects.count()) == (1, 2)
    assert list(files.work_path("").iterdir()) == []


def test_job_that_was_overtaken_writes_nothing(asked: DataRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    made = product.make_workbook

    def overtaken(*given: Any) -> int:
        DataRequest.objects.update(tries=2)
        return made(*given)

    monkeypatch.setattr(product, "make_workbook", overtaken)
    work(asked.pk)
    assert (told(), fresh(asked).state, RecordAccess.objects.count()) == ([], "to_make", 0)


def test_file_that_is_lost_before_it_is_sent_is_made_again(
    asked: DataRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "take_in", broken)
        work(asked.pk)
    files.work_path(fresh(asked).stored).unlink()
    work(asked.pk)
    assert (told(), fresh(asked).state) == ([], "to_make")
    work(asked.pk)
    assert (len(told()), fresh(asked).state) == (1, "ready")


def test_after_three_tries_she_is_told_that_it_failed(
    asked: DataRequest, monkeypatch: pytest.MonkeyPatch, client: Client, director: User
) -> None:
    monkeypatch.setattr(product, "make_workbook", broken)
    for _ in range(MOST_TRIES):
        work(asked.pk)
    assert told() == []
    for _ in range(2):
        work(asked.pk)
    (message,) = told()
    assert (fresh(asked).state, fresh(asked).reason, message.attachments.count()) == ("failed", "broken", 0)
    assert "no se ha podido preparar. Pídalo de nuevo" in text(message)
    client.force_login(director)
    page = client.get(reverse("notica:export", args=[asked.token]))
    assert "no se ha podido preparar" in page.content.decode()


def test_who_lost_the_post_meanwhile_gets_nobody_s_data(asked: DataRequest) -> None:
    Post.objects.all().delete()
    work(asked.pk)
    (message,) = told()
    assert (fresh(asked).state, fresh(asked).reason) == ("failed", "nobody")
    assert "No queda en la selección ningún alumno" in text(message)
    assert (MessageAttachment.objects.count(), RecordAccess.objects.count()) == (0, 0)


def test_who_has_left_meanwhile_is_not_even_written_to(asked: DataRequest) -> None:
    Staff.objects.update(active=False)
    work(asked.pk)
    assert (fresh(asked).state, fresh(asked).reason, told()) == ("failed", "not_here", [])


def test_file_and_row_are_gone_after_a_week(asked: DataRequest) -> None:
    work(asked.pk)
    path = path_of(fresh(asked).sha256)
    DataRequest.objects.update(ended_at=database_now() - timedelta(days=6, hours=23))
    wake_waiting()
    assert (path.exists(), DataRequest.objects.count()) == (True, 1)
    DataRequest.objects.update(ended_at=database_now() - timedelta(days=7, seconds=1))
    wake_waiting()
    assert (path.exists(), DataRequest.objects.count(), len(told())) == (False, 0, 1)


def test_clock_looks_after_them() -> None:
    assert jobs.wake_waiting in poller.SELDOM_PARTS


def test_what_killed_jobs_left_is_swept_after_a_day(asked: DataRequest, tmp_path: Path) -> None:
    rest, new = files.work_path("rest.xlsx"), files.work_path("new.xlsx")
    for path in (rest, new):
        path.write_bytes(b"x")
    os.utime(rest, (1, 1))
    wake_waiting()
    assert (rest.exists(), new.exists()) == (False, True)


def test_superuser_who_works_nowhere_is_told_too(luis: Student, school: School) -> None:
    work(ask(school, User.objects.create_superuser("root", "root@example.org")).pk)
    (message,) = told()
    assert message.attachments.count() == 1


def test_teacher_s_workbook_is_of_her_students(luis: Student, group: Group, school: School) -> None:
    teacher = make_teacher(group)
    work(ask(school, teacher).pk)
    assert {right for (right,) in RecordAccess.objects.values_list("right")} == {"teacher"}
    assert fresh(DataRequest.objects.get()).students == 1


def test_workbook_speaks_her_language(luis: Student, school: School, director: User) -> None:
    with override("en"):
        request = ask(school, director)
    work(request.pk)
    assert (request.language, fresh(request).state) == ("en", "ready")
