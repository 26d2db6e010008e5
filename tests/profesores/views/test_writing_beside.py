"""Beside a draft: whom it is addressed to, who will not get it and why, and «Borradores»."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.models import KeptDraft
from notica.writing.keeping import Written, begin, save, send_kept
from plumier.clock import database_now
from plumier.models import Group, School, Staff, Student, User
from tests.factories.register import (
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
)
from tests.notica.results import ACCOUNTS, family

DRAFTS = "/profesores/borradores/"
NAMED = re.compile(r'<a href="/profesores/alumnos/(\d+)/">([^<]*)</a>')
TITLE = re.compile(r'<a class="writing-title"\s+href="/profesores/escribir/[^"]*">([^<]*)</a>')


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def teacher(client: Client, group: Group) -> User:
    teacher = make_teacher(group)
    client.force_login(teacher)
    return teacher


def drafted(user: User, students: list[Student], body: str = "", subject: str = "") -> KeptDraft:
    now = database_now()
    choice = Choice(Audience.FAMILY, students=tuple(student.pk for student in students))
    draft = begin(students[0].school, choice, Way.EMAIL, by=user, now=now)
    return save(draft, Written(Audience.FAMILY, Way.EMAIL, subject, body), by=user, now=now)


def text_of(client: Client, name: str, draft: KeptDraft, query: str = "", **headers: str) -> str:
    answer = client.get(reverse(f"profesores:{name}", args=[draft.token]) + query, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_people_are_those_she_may_see_still(client: Client, teacher: User, group: Group) -> None:
    own = make_student(group, "Ana Gil")
    gone = make_student(make_group(group.school, "2º"), "Bea Gil")
    draft = drafted(teacher, [own, gone])
    page = text_of(client, "write_people", draft)
    assert NAMED.findall(page) == [(str(own.pk), "Gil, Ana")]
    assert "1º ESO A" in page
    assert "Mensaje a las familias de 2 alumnos" in page


def test_colleagues_are_named_without_a_record(client: Client, teacher: User, school: School) -> None:
    staff = make_staff(school, "Carmen Colega").people.get()
    elsewhere = make_staff(make_school("30000002"), "Otra Ajena").people.get()
    choice = Choice(Audience.STAFF, staff=(staff.pk, elsewhere.pk))
    draft = begin(school, choice, Way.EMAIL, by=teacher, now=database_now())
    page = text_of(client, "write_people", draft)
    assert re.findall(r"<strong>([^<]*)</strong>", page)[-1:] == ["Colega, Carmen"]
    assert "Ajena" not in page
    assert NAMED.findall(page) == []


def test_people_go_on_page_by_page(client: Client, teacher: User, group: Group) -> None:
    students = [make_student(group, f"Alumno{number} Gil") for number in range(51)]
    draft = drafted(teacher, students)
    first = text_of(client, "write_people", draft, **{"HX-Request": "true", "HX-Target": "people"})
    assert "<html" not in first
    assert len(NAMED.findall(first)) == 50
    after = re.search(r"\?despues=(\d+)", first)
    assert after is not None
    assert NAMED.findall(text_of(client, "write_people", draft, f"?despues={after[1]}")) == [
        (str(students[50].pk), "Gil, Alumno50")
    ]
    assert len(NAMED.findall(text_of(client, "write_people", draft, "?despues=x"))) == 50


def test_who_will_not_get_it_is_named_with_why(client: Client, teacher: User, group: Group) -> None:
    reached = family(group, 1)[0]
    alone = make_student(group, "Zoe Sola")
    page = text_of(client, "write_missed", drafted(teacher, [reached, alone]))
    rows = re.findall(r"<li>(.*?)</li>", page[page.index("writing-rows") : page.index("</main>")], re.DOTALL)
    assert [NAMED.findall(row) for row in rows] == [[(str(alone.pk), "Familia de Sola, Zoe")]]
    assert re.findall(r"<span>([^<]+)</span>", rows[0])
    assert "Lo recibirán todos." in text_of(client, "write_missed", drafted(teacher, [reached]))


def test_who_will_not_get_what_may_not_be_sent_says_why(client: Client, teacher: User, group: Group) -> None:
    draft = drafted(teacher, [family(group, 1)[0]])
    group.school.policy.channels = ["sms"]
    group.school.policy.save()
    assert 'class="notice notice--warn"' in text_of(client, "write_missed", draft)


def test_pages_beside_ask_the_same_whatever_their_number(client: Client, teacher: User, group: Group) -> None:
    students = [make_student(group, f"Alumno{number} Gil") for number in range(30)]
    asked: dict[str, list[int]] = {"write_people": [], "write_missed": []}
    for some in (students[:2], students):
        draft = drafted(teacher, some, "Hola")
        for name, numbers in asked.items():
            text_of(client, name, draft)
            with CaptureQueriesContext(connection) as queries:
                text_of(client, name, draft)
            numbers.append(len(queries))
    assert {name: len(set(numbers)) for name, numbers in asked.items()} == dict.fromkeys(asked, 1)


def test_drafts_are_hers_with_something_in_them_and_not_sent(
    client: Client, teacher: User, group: Group
) -> None:
    one = family(group, 1)[0]
    drafted(teacher, [one], "Primera línea\nsegunda", "")
    drafted(teacher, [one])
    drafted(make_teacher(group), [one], "De otra")
    sent = drafted(teacher, [one], "Enviado")
    send_kept(sent, by=teacher, now=database_now())
    drafted(teacher, [one], "Texto", "Con asunto")
    with_file = drafted(teacher, [one])
    with_file.files.create(name="a.pdf", content_type="application/pdf", size=1, sha256="a" * 64)
    page = client.get(DRAFTS).content.decode()
    assert TITLE.findall(page) == ["(sin texto)", "Con asunto", "Primera línea"]
    assert "1 fichero" in page


def test_drafts_of_a_school_that_she_left_are_not_listed(client: Client, teacher: User, group: Group) -> None:
    drafted(teacher, [make_student(group, "Ana Gil")], "Hola")
    other = make_teacher(make_group(make_school("30000002")))
    other.people.update(user=teacher)
    assert TITLE.findall(client.get(DRAFTS).content.decode()) == ["Hola"]
    Staff.objects.filter(person__user=teacher, person__school=group.school).update(active=False)
    assert TITLE.findall(client.get(DRAFTS).content.decode()) == []


def test_drafts_go_on_page_by_page_and_ask_the_same(client: Client, teacher: User, group: Group) -> None:
    one = make_student(group, "Ana Gil")
    assert "No hay ningún borrador" in client.get(DRAFTS).content.decode()
    asked = []
    for begun, more in ((0, 1), (1, 31)):
        for number in range(begun, more):
            drafted(teacher, [one], f"Borrador {number}")
        client.get(DRAFTS)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(DRAFTS).content.decode()
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert len(TITLE.findall(page)) == 30
    after = re.search(r"despues=(\d+)", page)
    assert after is not None
    older = client.get(f"{DRAFTS}?despues={after[1]}").content.decode()
    assert TITLE.findall(older) == ["Borrador 0"]


def test_draft_is_discarded_from_the_list(client: Client, teacher: User, group: Group) -> None:
    draft = drafted(teacher, [make_student(group, "Ana Gil")], "Hola")
    led = client.post(reverse("profesores:write", args=[draft.token]), {"hacer": "descartar"}, follow=True)
    page = led.content.decode()
    assert "Borrador descartado." in page
    assert TITLE.findall(page) == []


def test_hour_that_passed_while_the_draft_waited_is_said_before_it_is_sent(
    client: Client, teacher: User, group: Group
) -> None:
    draft = drafted(teacher, [family(group, 1)[0]], "Hola")
    KeptDraft.objects.filter(pk=draft.pk).update(not_before=database_now() - timedelta(hours=2))
    typed = {"version": draft.version, "to": "familia", "way": "email", "body": "Hola", "when": "luego"}
    late = {"day": "2020-01-01", "hour": "10:00"}
    answer = client.post(
        reverse("profesores:write", args=[draft.token]), {"hacer": "enviar", "visto": "", **typed, **late}
    )
    assert "Esa hora ya ha pasado." in answer.content.decode()


def test_director_writes_to_those_she_does_not_teach(client: Client, school: School, group: Group) -> None:
    director = make_director(school)
    client.force_login(director)
    one = make_student(group, "Ana Gil")
    page = text_of(client, "write_people", drafted(director, [one]))
    assert NAMED.findall(page) == [(str(one.pk), "Gil, Ana")]
