"""Mis compañeros: staff by cargo, to be written to."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notica.models import KeptDraft
from plumier.models import Contact, Department, Person, School, SchoolPolicy, Staff, User
from plumier.roles import Role
from tests.factories.register import (
    make_director,
    make_group,
    make_school,
    make_staff,
    make_teacher,
    make_tutor,
    mobile,
)

URL = "/profesores/companeros/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return make_school()


@pytest.fixture
def teacher(school: School, client: Client) -> User:
    """A teacher with a director, a head of department and a tutor beside her, and one in another school."""
    user = make_teacher(make_group(school, "1º ESO A"))
    make_director(school)
    make_staff(school, "Hugo Historia", Role.HEAD_OF_DEPARTMENT)
    make_tutor(make_group(school, "2º ESO B"), "Tere Tutora")
    make_staff(make_school("30000002"), "Otra Ajena")
    client.force_login(user)
    return user


def person(name: str) -> Person:
    return Person.objects.get(given_name=name)


def listed(client: Client, query: str = "") -> list[str]:
    return [row.name for row in client.get(URL + query).context["listing"].rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Directora, Dolores", "Historia, Hugo", "Tutora, Tere"]),
        ("?docentes=tutores", ["Tutora, Tere"]),
        ("?cargo=director", ["Directora, Dolores"]),
        ("?cargo=director&cargo=jefe_departamento", ["Directora, Dolores", "Historia, Hugo"]),
        ("?cargo=director&cargo=tutor", ["Directora, Dolores", "Tutora, Tere"]),
        ("?cargo=director&docentes=tutores", []),
        ("?buscar=TERÉ", ["Tutora, Tere"]),
        ("?buscar=tere&cargo=director", []),
        ("?cargo=ninguno", []),
        ("?docentes=otros", []),
    ],
)
def test_colleagues_are_found_by_cargo_tutoria_and_name(
    teacher: User, client: Client, query: str, names: list[str]
) -> None:
    assert listed(client, query) == names


def test_rows_say_what_she_does_and_by_which_channel_but_no_address(
    teacher: User, client: Client, school: School
) -> None:
    tere = person("Tere")
    Staff.objects.filter(person=tere).update(
        department=Department.objects.create(school=school, name="Ciencias")
    )
    phone = mobile()
    Contact.objects.create(school=school, person=tere, slot="phone_1", kind="mobile", value=phone)
    response = client.get(f"{URL}?docentes=tutores")
    row = response.context["listing"].rows[0]
    assert (row.name, row.about, row.url) == ("Tutora, Tere", "Tutoría de 2º ESO B · Ciencias", "")
    page = response.content.decode()
    assert (phone in page, phone[3:] in page, "@staff.example" in page) == (False, False, False)


def test_chips_are_the_cargos_in_use_with_their_numbers(teacher: User, client: Client) -> None:
    found = client.get(URL).context["cargos"]()
    assert [(one.value, one.number) for one in found] == [
        ("director", 1),
        ("jefe_departamento", 1),
        ("tutor", 1),
    ]


def test_colleagues_picked_are_written_to(teacher: User, client: Client) -> None:
    ids = [person("Hugo").pk, person("Dolores").pk]
    response = client.post(URL, {"marcada": ids, "hacer": "email"})
    draft = KeptDraft.objects.get()
    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"/profesores/escribir/{draft.token}/",
    )
    assert (draft.to, draft.way, draft.staff, draft.students) == ("personal", "email", sorted(ids), [])


def test_sms_goes_to_one_colleague_unless_the_school_allows_more(
    teacher: User, client: Client, school: School
) -> None:
    both = [person("Hugo").pk, person("Dolores").pk]
    response = client.post(URL, {"marcada": both, "hacer": "sms"})
    assert "SMS: elija un solo compañero" in response.content.decode()
    assert KeptDraft.objects.count() == 0
    SchoolPolicy.objects.filter(school=school).update(sms_to_many=True)
    assert client.post(URL, {"hacer": "sms"}).status_code == 303
    assert KeptDraft.objects.get().staff == sorted(both)


def test_nobody_of_another_school_is_picked(teacher: User, client: Client) -> None:
    response = client.post(URL, {"marcada": [person("Otra").pk], "hacer": "email"})
    assert (response.status_code, KeptDraft.objects.count()) == (200, 0)


def test_whole_school_cannot_be_named_by_its_code(teacher: User, client: Client) -> None:
    assert client.get(f"{URL}?centro=30000002").status_code == 404


def test_page_takes_as_many_queries_for_one_as_for_thirty(school: School, client: Client) -> None:
    user = make_director(school)
    client.force_login(user)
    make_tutor(make_group(school, "1º ESO A"), "Tere Tutora")

    def measure() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    measure()  # a first visit writes that she was here
    one = measure()
    for number in range(2, 31):
        make_tutor(make_group(school, f"{number}º ESO A"), f"Tere{number} Tutora")
        make_staff(school, f"Hugo{number} Historia", Role.HEAD_OF_DEPARTMENT)
    assert measure() == one


def test_only_one_at_work_says_what_it_will_show(school: School, client: Client) -> None:
    client.force_login(make_teacher(make_group(school)))
    page = client.get(URL).content.decode()
    assert "Todavía no tiene compañeros aquí" in page
    assert 'name="cargo"' not in page
