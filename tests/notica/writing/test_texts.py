"""Templates: whose they are, who changes them, and what a text must be."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from notica.models import TextTemplate
from notica.refusals import NotAllowed, Refused
from notica.writing.texts import Text, delete_template, may_keep_shared, save_own, save_shared, templates_for
from plumier.clock import database_now, database_today
from plumier.models import School, User
from tests.factories.register import make_director, make_group, make_school, make_teacher

TEXT = Text("Salida", "Hola, {alumno}", "Salida de {grupo}")
NOW = database_now


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def teacher(school: School) -> User:
    return make_teacher(make_group(school))


def test_hers_and_the_school_s_are_offered_and_nobody_else_s(
    school: School, director: User, teacher: User
) -> None:
    own = save_own(school, replace(TEXT, name="B  propia"), by=teacher, now=NOW())
    shared = save_shared(school, replace(TEXT, name="A del centro"), by=director, now=NOW())
    save_own(school, TEXT, by=director, now=NOW())
    other = make_school("30000009")
    save_own(other, TEXT, by=make_director(other), now=NOW())
    assert list(templates_for(teacher, school)) == [shared, own]
    assert (own.name, shared.owner) == ("B propia", None)


def test_template_is_changed_in_its_place(school: School, teacher: User) -> None:
    own = save_own(school, TEXT, by=teacher, now=NOW())
    save_own(school, replace(TEXT, body="Otro\r\ntexto "), template=own, by=teacher, now=NOW())
    assert TextTemplate.objects.values_list("name", "body").get() == ("Salida", "Otro\ntexto")


def test_only_leaders_keep_the_school_s(school: School, director: User, teacher: User) -> None:
    shared = save_shared(school, TEXT, by=director, now=NOW())
    own = save_own(school, TEXT, by=teacher, now=NOW())
    refused = (
        lambda: save_shared(school, TEXT, by=teacher, now=NOW()),
        lambda: save_own(school, TEXT, template=shared, by=teacher, now=NOW()),
        lambda: save_shared(school, TEXT, template=own, by=director, now=NOW()),
        lambda: delete_template(shared, by=teacher, now=NOW()),
        lambda: delete_template(own, by=director, now=NOW()),
        lambda: save_own(make_school("30000009"), TEXT, by=teacher, now=NOW()),
    )
    for act in refused:
        with pytest.raises(NotAllowed):
            act()
    day = database_today()
    assert [may_keep_shared(user, school, day) for user in (director, teacher)] == [True, False]
    for template, by in ((shared, director), (own, teacher), (own, teacher)):
        delete_template(template, by=by, now=NOW())
    assert TextTemplate.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (replace(TEXT, name="  "), "nombre"),
        (replace(TEXT, body="  "), "vacía"),
        (replace(TEXT, body="{alumna}"), "{alumna}"),
        (replace(TEXT, subject="x" * 201), "Acórtelo"),
        (TEXT, "se llama así"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(school: School, teacher: User, text: Text, sentence: str) -> None:
    save_own(school, TEXT, by=teacher, now=NOW())
    with pytest.raises(Refused, match=sentence):
        save_own(school, text, by=teacher, now=NOW())
    assert TextTemplate.objects.count() == 1


def test_administration_keeps_the_school_s_alone(
    school: School, director: User, teacher: User, client: Client
) -> None:
    shared = save_shared(school, TEXT, by=director, now=NOW())
    own = save_own(school, replace(TEXT, name="Propia"), by=teacher, now=NOW())
    client.force_login(director)
    page = client.get(reverse("admin:notica_texttemplate_changelist"))
    assert (page.status_code, "Salida" in page.text, "Propia" in page.text) == (200, True, False)
    assert client.get(reverse("admin:notica_texttemplate_change", args=[own.pk])).status_code == 404
    address = reverse("admin:notica_texttemplate_change", args=[shared.pk])
    wrong = client.post(address, {"name": "Salida", "subject": "", "body": "{alumna}"})
    assert "No se sabe qué poner en {alumna}." in wrong.text
    done = client.post(address, {"name": "Salida", "subject": "", "body": "{alumno}"})
    shared.refresh_from_db()
    assert (done.status_code, shared.body, shared.owner) == (302, "{alumno}", None)
