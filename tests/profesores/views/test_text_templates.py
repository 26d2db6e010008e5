"""«Plantillas»: each keeps her own, the leaders the school's, and nobody another's."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notica.models import TextTemplate
from plumier.models import Group, School, User
from tests.factories.register import make_director, make_group, make_school, make_teacher

URL = "/profesores/plantillas/"
NEW = f"{URL}nueva/"
LINK = re.compile(rf'<a href="{URL}\d+/">([^<]*)</a>')
PLAIN = re.compile(r"<strong>([^<]*)</strong>\s*(?:<p class=\"sub)")


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


def template(school: School, owner: User | None, name: str = "Salidas") -> TextTemplate:
    return TextTemplate.objects.create(school=school, owner=owner, name=name, body="Hola {alumno}")


def typed(name: str = "Salidas", **more: str) -> dict[str, str]:
    return {"name": name, "subject": "", "body": "Hola {alumno}", **more}


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_own_and_the_schools_are_listed_and_no_others(
    client: Client, teacher: User, school: School, group: Group
) -> None:
    template(school, teacher, "Mía")
    template(school, None, "Del centro")
    template(school, make_teacher(group), "De otra")
    template(make_school("30000002"), None, "De otro centro")
    page = said(client.get(URL))
    assert (LINK.findall(page), PLAIN.findall(page)) == (["Mía"], ["Del centro"])
    client.force_login(make_director(school))
    page = said(client.get(URL))
    assert (LINK.findall(page), PLAIN.findall(page)) == (["Del centro"], [])


def test_own_one_is_made_changed_and_deleted(client: Client, teacher: User, school: School) -> None:
    made = client.post(NEW, typed(body="Hola\r\n{alumno}"), follow=True)
    assert "Plantilla guardada." in said(made)
    one = TextTemplate.objects.get()
    assert (one.owner, one.school, one.name, one.body) == (teacher, school, "Salidas", "Hola\n{alumno}")
    client.post(f"{URL}{one.pk}/", typed("Museo", subject="Museo"))
    one.refresh_from_db()
    assert (one.name, one.subject, one.owner) == ("Museo", "Museo", teacher)
    deleted = client.post(f"{URL}{one.pk}/borrar/", follow=True)
    assert "Plantilla «Museo» borrada." in said(deleted)
    assert TextTemplate.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": " "}, "name", "Póngale un nombre por el que la encuentre."),
        ({"body": " \r\n"}, "body", "Escriba el texto."),
        ({"body": "Hola {amigo}"}, "body", "No se sabe qué poner en {amigo}."),
        ({"subject": "Hola {amigo}"}, "subject", "No se sabe qué poner en {amigo}."),
        ({"name": "Repetida"}, "name", "Ya hay una plantilla que se llama así. Póngale otro nombre."),
    ],
)
def test_refusal_is_said_at_its_field_and_what_was_typed_stays(
    client: Client, teacher: User, school: School, wrong: dict[str, str], field: str, words: str
) -> None:
    template(school, teacher, "Repetida")
    data = {"name": "Salidas", "subject": "Mi asunto", "body": "Mi texto", **wrong}
    page = said(client.post(NEW, data))
    found = re.search(rf'id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    assert found is not None
    assert words in found[1]
    assert page.count('_error">') == 1
    for value in data.values():
        assert value.strip() in page
    assert TextTemplate.objects.count() == 1


def test_schools_are_the_leaders_to_make_and_change(client: Client, teacher: User, school: School) -> None:
    shared = template(school, None)
    assert client.get(f"{URL}{shared.pk}/").status_code == 404
    assert client.post(f"{URL}{shared.pk}/", typed("Otra")).status_code == 404
    assert client.post(f"{URL}{shared.pk}/borrar/").status_code == 404
    assert 'name="shared"' not in said(client.get(NEW))
    assert "Las plantillas del centro las cambia el equipo directivo." in said(
        client.post(NEW, typed("Mía", shared="on"))
    )
    client.force_login(make_director(school))
    assert 'name="shared"' in said(client.get(NEW))
    client.post(NEW, typed("De todos", shared="on"))
    assert TextTemplate.objects.get(name="De todos").owner is None
    client.post(f"{URL}{shared.pk}/", typed("Cambiada"))
    shared.refresh_from_db()
    assert (shared.name, shared.owner) == ("Cambiada", None)


def test_anothers_and_another_schools_are_not_there(
    client: Client, teacher: User, school: School, group: Group
) -> None:
    elsewhere = make_school("30000002")
    for one in (
        template(school, make_teacher(group)),
        template(elsewhere, None),
        template(elsewhere, teacher, "De antes"),
    ):
        assert client.get(f"{URL}{one.pk}/").status_code == 404
        assert client.post(f"{URL}{one.pk}/", typed("Mía")).status_code == 404
        assert client.post(f"{URL}{one.pk}/borrar/").status_code == 404
    assert TextTemplate.objects.filter(name="Mía").count() == 0
    assert TextTemplate.objects.count() == 3


def test_list_asks_the_same_whatever_their_number(client: Client, teacher: User, school: School) -> None:
    asked = []
    for begun, more in ((0, 1), (1, 30)):
        for number in range(begun, more):
            template(school, teacher, f"Una {number}")
            template(school, None, f"Otra {number}")
        client.get(URL)
        with CaptureQueriesContext(connection) as queries:
            page = said(client.get(URL))
        asked.append(len(queries))
    assert (asked[0] == asked[1], len(LINK.findall(page))) == (True, 30)
