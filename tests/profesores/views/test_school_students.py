"""Alumnos centro › Buscador: the whole school, and a pasted list of expedientes."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from notica.models import KeptDraft
from plumier.models import Group, Person, Post, School, Student, User
from plumier.roles import Role
from profesores.models import Selection
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
)

URL = "/profesores/centro/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return make_school()


@pytest.fixture
def director(school: School, client: Client) -> User:
    user = make_director(school)
    client.force_login(user)
    return user


def pupil(group: Group, name: str, expediente: str, **fields: Any) -> Student:
    student = make_student(group, name, **fields)
    student.expediente = expediente
    student.save()
    return student


@pytest.fixture
def pupils(school: School, director: User) -> dict[str, Student]:
    """Two of 1º ESO A, one of 2º ESO B, one who left; and one of another school with the number of one of these."""
    first, second = make_group(school, "1º ESO A"), make_group(school, "2º ESO B")
    found = {
        "ana": pupil(first, "Ana Gil", "3001"),
        "eva": pupil(first, "Eva Núñez", "003002"),
        "leo": pupil(second, "Leo Paz", "4001"),
        "ida": pupil(second, "Ida Ros", "2001", status="withdrawn"),
    }
    Student.objects.filter(pk=found["leo"].pk).update(nre="1234567")
    found["other"] = pupil(make_group(make_school("30000002"), "1º ESO A"), "Otra Ajena", "9001")
    return found


def listed(client: Client, query: str = "") -> list[str]:
    response = client.get(URL + query)
    assert response.status_code == 200
    return [row.name for row in response.context["listing"].rows]


def test_whole_school_is_listed_without_who_left(pupils: dict[str, Student], client: Client) -> None:
    assert listed(client) == ["Gil, Ana", "Núñez, Eva", "Paz, Leo"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?buscar=nunez", ["Núñez, Eva"]),
        ("?buscar=003002", ["Núñez, Eva"]),
        ("?buscar=1234567", ["Paz, Leo"]),
        ("?buscar=9001", []),
        ("?estado=bajas", ["Ros, Ida"]),
        ("?estado=todos", ["Gil, Ana", "Núñez, Eva", "Paz, Leo", "Ros, Ida"]),
        ("?estado=otro", []),
        ("?de=grupo:0", []),
    ],
)
def test_search_finds_by_name_number_and_enrolment(
    pupils: dict[str, Student], client: Client, query: str, names: list[str]
) -> None:
    assert listed(client, query) == names


def test_parts_of_the_school_are_any_of_them(
    pupils: dict[str, Student], client: Client, school: School
) -> None:
    stage, group = school.stages.get(), school.groups.get(name="2º ESO B")
    assert listed(client, f"?de=nivel:{stage.pk}:1º ESO") == ["Gil, Ana", "Núñez, Eva"]
    assert listed(client, f"?de=grupo:{group.pk}") == ["Paz, Leo"]
    assert listed(client, f"?de=grupo:{group.pk}&de=nivel:{stage.pk}:1º ESO&buscar=a") == [
        "Gil, Ana",
        "Núñez, Eva",
        "Paz, Leo",
    ]
    assert listed(client, f"?de=grupo:{group.pk}&estado=bajas") == ["Ros, Ida"]
    assert listed(client, f"?de=grupo:{group.pk}&estado=todos") == ["Paz, Leo", "Ros, Ida"]
    other = School.objects.get(code="30000002")
    assert listed(client, f"?de=etapa:{other.stages.get().pk}") == []


def test_rows_say_number_group_and_who_left(pupils: dict[str, Student], client: Client) -> None:
    rows = client.get(f"{URL}?estado=todos").context["listing"].rows
    assert [row.about for row in rows] == [
        "3001 · 1º ESO A",
        "003002 · 1º ESO A",
        "4001 · 2º ESO B · NRE 1234567",
        "2001",
    ]
    assert [mark.word for mark in rows[3].marks] == ["Baja"]


def paste(client: Client, *texts: str, **extra: Any) -> Any:
    response = client.post(URL, {"expedientes": list(texts)}, **extra)
    assert response.status_code == 200
    return response


def chosen(user: User) -> list[str]:
    kept = Selection.objects.filter(user=user).first()
    return sorted(
        Student.objects.filter(pk__in=kept.added if kept else []).values_list("expediente", flat=True)
    )


def singly(response: Any) -> int:
    """How many fields there are for one expediente each."""
    return len(re.findall(r'<input type="text"\s+name="expedientes"', response.content.decode()))


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_pasted_list_goes_into_the_selection_and_says_what_was_not_found(
    pupils: dict[str, Student], director: User, client: Client
) -> None:
    response = paste(client, "3001\t003002\n3921; 40x7,9001 3001")
    found = response.context["pasted"].found
    assert (len(found.ids), found.unknown, found.repeated) == (2, ("3921", "40x7", "9001"), 1)
    assert chosen(director) == ["003002", "3001"]
    said = " ".join(strip_tags(words(response)).split())
    assert "2 reconocidos · 3 no encontrados (3921, 40x7, 9001) · 1 repetido" in said
    assert singly(response) == 3
    assert response.context["tally"].picked == 2


def test_unknown_ones_are_corrected_in_their_place(
    pupils: dict[str, Student], director: User, client: Client
) -> None:
    paste(client, "3001 40x1")
    response = paste(client, "4001", "", "40x7")
    assert (response.context["pasted"].found.unknown, chosen(director)) == (("40x7",), ["3001", "4001"])


def test_whoever_left_is_recognised_and_said(
    pupils: dict[str, Student], director: User, client: Client
) -> None:
    response = paste(client, "3001 2001")
    assert response.context["pasted"].gone == 1
    assert "1 está de baja y no recibirá nada." in words(response)
    assert chosen(director) == ["2001", "3001"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Pegue o escriba al menos un expediente."),
        (" ;, \t", "Pegue o escriba al menos un expediente."),
        ("1 " * 5_001, "Hay 5001 expedientes y se admiten 5000 de una vez: péguelos en varias partes."),
        ("1" * 200_001, "Es demasiado texto: péguelo en varias partes."),
    ],
)
def test_refused_list_is_kept_with_its_error(
    pupils: dict[str, Student], director: User, client: Client, typed: str, error: str
) -> None:
    response = paste(client, typed)
    form = response.context["paste"]
    assert (form.errors["expedientes"], form["expedientes"].value()) == ([error], typed)
    assert chosen(director) == []


def test_thousands_are_recognised_by_as_many_queries_as_one(
    pupils: dict[str, Student], director: User, client: Client
) -> None:
    def measure(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            paste(client, text)
        return len(queries)

    measure("3001")  # a first visit writes that she was here
    assert measure("3001 77") == measure(" ".join(map(str, range(3000, 7990))))


def test_htmx_gets_the_list_alone(pupils: dict[str, Student], client: Client) -> None:
    response = paste(client, "3001", headers={"HX-Request": "true", "HX-Target": "whole"})
    assert response.content.decode().strip().startswith('<div id="whole"')


def test_many_unknown_ones_are_one_text_to_correct(pupils: dict[str, Student], client: Client) -> None:
    response = paste(client, " ".join(map(str, range(100, 131))))
    assert "Los que no se han encontrado" in words(response)
    assert singly(response) == 0


def test_selection_leads_to_writing_to_the_families(
    pupils: dict[str, Student], director: User, client: Client
) -> None:
    paste(client, "3001 003002")
    response = client.post(URL, {"hacer": "email"})
    draft = KeptDraft.objects.get()
    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"/profesores/escribir/{draft.token}/",
    )
    assert (draft.to, draft.students) == ("familia", sorted([pupils["ana"].pk, pupils["eva"].pk]))


def test_page_takes_as_many_queries_for_one_as_for_thirty(
    school: School, director: User, client: Client
) -> None:
    group = make_group(school)
    make_student(group, "Ana Gil", [Parent("Mar Gil", contacts={"email": "mar@example.com"})])

    def measure() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    measure()  # a first visit writes that she was here
    one = measure()
    for number in range(29):
        make_student(
            group, f"Eva{number} Sol", [Parent("Sol Sol", contacts={"email": f"sol{number}@example.com"})]
        )
    assert measure() == one


@pytest.mark.parametrize("url", [URL, "/profesores/centro/explorador/"])
@pytest.mark.parametrize("role", [None, Role.COUNSELLOR, Role.TEACHER])
def test_page_is_not_for_who_does_not_lead(
    school: School, client: Client, url: str, role: Role | None
) -> None:
    client.force_login(make_staff(school, role=role) if role else make_teacher(make_group(school)))
    assert client.get(url).status_code == 404
    assert client.post(url, {"expedientes": "3001", "parte": "etapa:1"}).status_code == 404


def test_secretary_and_superuser_have_the_page(school: School, client: Client) -> None:
    for user in (make_staff(school, role=Role.PAS), User.objects.create_superuser("root")):
        client.force_login(user)
        assert client.get(URL).status_code == 200


def test_who_leads_one_school_and_works_in_another_sees_the_one_she_leads(
    school: School, client: Client
) -> None:
    beside = make_school("30000000", name="AAA")
    user = make_staff(school, role=Role.DIRECTOR)
    person = Person.objects.create(school=beside, user=user, given_name="Ana")
    beside.staff.create(person=person)
    client.force_login(user)
    response = client.get(URL, follow=True)
    assert (response.context["picker"].school, response.context["navigation"].here[0]) == (
        school,
        school.code,
    )
    assert client.get(f"{URL}?centro=30000000").status_code == 404
    assert client.get(reverse("style")).context["navigation"].here[0] == school.code
    Post.objects.create(school=beside, person=person, role=Role.PAS, held_from=date(2026, 9, 1))
    assert client.get(f"{URL}?centro=30000000").context["picker"].school == beside


@pytest.mark.parametrize("page", ["students", "school_students", "explorer", "colleagues"])
def test_windows_of_two_schools_stay_apart_from_their_first_address_on(
    school: School, client: Client, page: str
) -> None:
    user = make_director(school)
    second = make_school("30000000", name="ZZZ")
    person = Person.objects.create(school=second, user=user, given_name="Ana")
    second.staff.create(person=person)
    Post.objects.create(school=second, person=person, role=Role.PAS, held_from=date(2026, 9, 1))
    client.force_login(user)
    address = reverse(f"profesores:{page}")
    first = client.get(f"{address}?para=alumno")
    assert (first.status_code, first["Location"]) == (302, f"{address}?para=alumno&centro={school.code}")
    client.get(f"{address}?centro={second.code}")
    again = client.get(first["Location"])
    assert again.context["picker"].school == school
    inside = again.content.decode().partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'(?:href|action)="([^"]*(?:/alumnos/|/centro/|/companeros/)[^"]*)"', inside)
    assert [link for link in links if f"centro={school.code}" not in link] == []
    assert f'action="{address}?para=alumno&amp;centro={school.code}"' in inside


def test_who_works_in_one_school_is_not_sent_on(director: User, client: Client) -> None:
    assert [client.get(URL).status_code, client.get(reverse("profesores:colleagues")).status_code] == [
        200,
        200,
    ]


def test_other_schools_students_are_passed_over(
    pupils: dict[str, Student], director: User, client: Client
) -> None:
    client.post(URL, {"marcada": [pupils["other"].pk, pupils["leo"].pk], "hacer": "aplicar"})
    assert chosen(director) == ["4001"]


def test_school_without_students_says_what_to_do(director: User, client: Client) -> None:
    page = words(client.get(URL))
    assert "El centro todavía no tiene alumnos" in page
    assert 'name="expedientes"' not in page
