"""Who may ask for a roster, how, and what becomes of it."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from notica.exports import asking
from notica.exports.asking import JOB
from notica.exports.jobs import work
from notica.files import path_of
from notica.models import DataRequest, Message
from notica.rendering import Renderer
from notica.tokapp_roster.asking import ask_for_roster
from notica.tokapp_roster.choosing import EVERYBODY, Form, People, Wanted, chosen_people
from plumier.clock import database_now, database_today
from plumier.models import Group, Post, RecordAccess, School, Student, User
from plumier.refusals import Refused
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
)

PAGE = "/tokapp/listado/"
CSV = Wanted((People.STUDENTS, People.FAMILIES), Form.CSV)


@pytest.fixture
def luis(group: Group) -> Student:
    mother = Parent("Marta Ros", contacts={"phone_1": "+34600000001"})
    return make_student(group, "Luis Gil", [mother, Parent("Pepe Gil", "father")])


def ask(school: School, by: User, wanted: Wanted = CSV) -> DataRequest:
    return ask_for_roster(wanted, school, by=by, now=database_now())


def made(school: School, by: User, wanted: Wanted = CSV) -> DataRequest:
    asked = ask(school, by, wanted)
    work(asked.pk)
    return DataRequest.objects.get(pk=asked.pk)


def text(message: Message) -> str:
    return Renderer().content(message, "email", "es", ()).text


def test_request_keeps_what_is_wanted_and_wakes_the_job(
    luis: Student, school: School, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr(asking, "wake_later", lambda *given: woken.append(given))
    asked = ask(school, director)
    assert (asked.product, asked.selection) == (
        "tokapp_roster",
        {"people": ["students", "families"], "form": "csv"},
    )
    assert (woken, Wanted.from_json(asked.selection)) == ([(JOB, asked.pk)], CSV)


def test_asking_twice_asks_once_and_another_form_is_another(
    luis: Student, school: School, director: User
) -> None:
    assert ask(school, director) == ask(school, director)
    assert ask(school, director, Wanted(EVERYBODY, Form.XLSX)) != ask(school, director)


def test_people_are_taken_once_and_in_their_order() -> None:
    assert chosen_people(["staff", "students", "staff", "nobody"]) == (People.STUDENTS, People.STAFF)


def test_who_does_not_lead_the_school_is_refused(luis: Student, group: Group, school: School) -> None:
    elsewhere = make_director(make_school("30000002"))
    for user in (make_staff(school), make_teacher(group), elsewhere):
        with pytest.raises(Refused, match=r"^Solo quien dirige el centro exporta su listado\.$"):
            ask(school, user)
    assert DataRequest.objects.count() == 0


def test_nobody_chosen_is_refused(school: School, director: User) -> None:
    with pytest.raises(Refused, match=r"^Elija a quién se exporta: alumnado, familias o personal\.$"):
        ask(school, director, Wanted(()))


def test_file_goes_by_mail_with_what_is_left_out(luis: Student, school: School, director: User) -> None:
    asked = made(school, director)
    assert (asked.state, asked.students, asked.omitted) == ("ready", 1, 2)
    message = Message.objects.get()
    (attached,) = message.attachments.all()
    assert (message.kind, attached.name) == ("tokapp_roster", f"tokapp-30000001-{database_today()}.csv")
    assert attached.content_type == "text/csv; charset=utf-8"
    assert "Marta" in path_of(asked.sha256).read_text(encoding="utf-8-sig")
    words = text(message)
    assert "Ya está el listado para TokApp que pidió, con 1 fila." in words
    assert "2 quedan fuera: no tienen un móvil que sirva." in words
    assert [name for name in ("Luis", "Marta", "600000001") if name in words + str(message.params)] == []


def test_everybody_shown_is_noted(luis: Student, school: School, director: User) -> None:
    made(school, director)
    marta = luis.guardians.get(given_name="Marta")
    notes = RecordAccess.objects.values_list("user_id", "person_id", "page", "right")
    assert sorted(notes) == sorted(
        (director.pk, person, "tokapp_roster", "leader") for person in (luis.person_id, marta.pk)
    )


def test_who_lost_the_post_meanwhile_gets_nothing(luis: Student, school: School, director: User) -> None:
    asked = ask(school, director)
    Post.objects.all().delete()
    work(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.reason, RecordAccess.objects.count()) == ("failed", "nobody", 0)
    assert "No hay nadie que exportar" in text(Message.objects.get())


def test_nobody_with_a_mobile_is_said(group: Group, school: School, director: User) -> None:
    make_student(group, "Luis Gil")
    asked = made(school, director)
    assert (asked.state, asked.reason) == ("failed", "nobody")


def test_page_and_file_are_hers_as_long_as_she_leads(
    luis: Student, school: School, director: User, client: Client
) -> None:
    asked = made(school, director)
    client.force_login(director)
    page = client.get(reverse("notica:export", args=[asked.token])).content.decode()
    assert ("1 fila." in page, "2 quedan fuera" in page) == (True, True)
    file = client.get(reverse("notica:export_file", args=[asked.token]))
    assert b"Marta" in b"".join(file.streaming_content)  # type: ignore[attr-defined]
    assert f"tokapp-30000001-{database_today()}.csv" in file["Content-Disposition"]
    Post.objects.all().delete()
    assert client.get(reverse("notica:export_file", args=[asked.token])).status_code == 404


def test_page_says_that_it_is_being_made(
    luis: Student, school: School, director: User, client: Client
) -> None:
    client.force_login(director)
    response = client.get(reverse("notica:export", args=[ask(school, director).token]))
    assert (response["Refresh"], "El listado se está preparando." in response.content.decode()) == ("5", True)


def test_page_shows_the_columns_and_asks(
    luis: Student, school: School, director: User, client: Client
) -> None:
    client.force_login(director)
    page = client.get(PAGE).content.decode()
    assert [code for code in ("expediente", "telefono", "idioma") if f"({code})" not in page] == []
    data = {"centro": school.pk, "personas": ["families", "staff"], "formato": "csv"}
    response = client.post(PAGE, data)
    asked = DataRequest.objects.get()
    assert asked.selection == {"people": ["families", "staff"], "form": "csv"}
    assert response["Location"] == reverse("notica:export", args=[asked.token])


def test_page_says_what_is_missing_and_keeps_the_rest(school: School, director: User, client: Client) -> None:
    client.force_login(director)
    page = client.post(PAGE, {"centro": school.pk, "formato": "csv"}).content.decode()
    assert "Elija a quién se exporta: alumnado, familias o personal." in page
    assert '<option value="csv" selected>' in page
    assert "checked" not in page


def test_page_of_another_school_does_not_exist(school: School, director: User, client: Client) -> None:
    other = make_school("30000002")
    client.force_login(director)
    answers = [
        client.get(PAGE, {"centro": other.pk}),
        client.post(PAGE, {"centro": other.pk, "personas": "staff"}),
    ]
    assert [one.status_code for one in answers] == [404, 404]
    assert DataRequest.objects.count() == 0


def test_who_leads_nothing_has_no_such_page(school: School, client: Client) -> None:
    client.force_login(make_staff(school))
    assert client.get(PAGE).status_code == 404


def test_administration_leads_to_it(school: School, director: User, client: Client) -> None:
    client.force_login(director)
    pages = [
        client.get(path).content.decode() for path in ("/admin/", "/admin/plumier/student/", "/canales/")
    ]
    assert [PAGE in page for page in pages] == [True, True, True]


def command(*given: str) -> str:
    out = StringIO()
    call_command("tokapp_roster", "--school", "30000001", *given, stdout=out)
    return out.getvalue()


def test_command_writes_a_file(luis: Student, school: School, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    words = f"Escrito {path}: 1 fila.\n2 quedan fuera: no tienen un móvil que sirva.\n"
    assert command("--out", str(path), "--format", "csv") == words
    assert command("--out", str(path), "--people", "families") == (
        f"Escrito {path}: 1 fila.\n1 queda fuera: no tiene un móvil que sirva.\n"
    )
    assert path.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--out", "/no/hay/x.csv"], "No se puede escribir /no/hay/x.csv: No such file or directory"),
        (["--school", "9", "--out", "x.csv"], "No hay ningún centro con el código 9."),
    ],
)
def test_command_refuses_in_words(luis: Student, given: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        command(*given)
    assert (str(refused.value), refused.value.returncode) == (sentence, 2)


def test_another_school_s_file_is_its_own(luis: Student, school: School) -> None:
    there = make_school("30000002")
    make_student(make_group(there), "Ana Paz", contacts={"phone_1": "+34600000005"})
    asked = made(there, make_director(there))
    assert (asked.students, "Ana" in path_of(asked.sha256).read_text(encoding="utf-8-sig")) == (1, True)
    assert "Marta" not in path_of(asked.sha256).read_text(encoding="utf-8-sig")
