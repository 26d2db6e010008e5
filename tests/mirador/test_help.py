"""Ayuda: whom to ask comes from each school's settings, and nothing is asked twice."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plumier.models import School, SchoolPolicy, User
from tests.factories.register import Parent, make_group, make_login, make_person, make_school, make_student
from tests.notica.results import ACCOUNTS
from tests.tablon.boards import as_user

HELP = reverse("mirador:help")


def mother_of(*schools: School) -> User:
    """With a child in each."""
    tie = make_person(schools[0], "Marta Ros")
    for number, school in enumerate(schools):
        make_student(
            make_group(school, f"{number}º A"), f"Luis{number} Gil", [Parent("Marta Ros", person=tie)]
        )
    return make_login(tie)


def text_of(user: User) -> str:
    return " ".join(as_user(user).get(HELP).content.decode().split())


@pytest.fixture
def school(db: None) -> School:
    school = make_school(name="IES Ribera")
    SchoolPolicy.objects.filter(school=school).update(
        school_phone="968 11 22 33",
        school_email="ribera@school.example",
        support_name="CLIP",
        support_url="https://soporte.example",
        tokapp_url="https://tokapp.example/ayuda",
        tokapp_phone="886 08 09 96",
        tokapp_own_account=True,
    )
    return school


def test_family_is_told_its_school_and_not_the_staff_s_support(school: School) -> None:
    text = text_of(mother_of(school))
    lines = re.findall(r'<dt>(.*?)</dt> <dd> <a href="(.*?)"', text)
    assert lines == [
        ("Teléfono", "tel:968112233"),
        ("Correo", "mailto:ribera@school.example"),
        ("Ayuda de TokApp", "https://tokapp.example/ayuda"),
        ("Teléfono de TokApp", "tel:886080996"),
    ]
    assert "soporte.example" not in text


def test_leaflet_is_on_the_web_and_on_paper_in_the_reader_s_language(school: School) -> None:
    client = as_user(mother_of(school))
    client.cookies["django_language"] = "es"
    text = client.get(HELP).content.decode()
    for address in (f"/folleto/{school.code}/", f"/folleto/{school.code}/es.pdf", "/comunicaciones/"):
        assert f'href="{address}"' in text


def test_each_school_of_her_children_is_there_once(school: School) -> None:
    other = make_school("30000002", name="CEIP Sol")
    text = text_of(mother_of(school, other, school))
    assert re.findall(r'<h2 id="desk-\d+">(.*?)</h2>', text) == ["IES Ribera", "CEIP Sol"]


def test_school_that_says_nothing_has_no_empty_list(db: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {}
    text = text_of(mother_of(make_school()))
    assert ('class="help-lines"' in text, "Pregunte a su centro" in text) == (False, True)


def test_tokapp_s_own_help_is_told_where_messages_go_by_it(db: None, settings: Any) -> None:
    school = make_school()
    SchoolPolicy.objects.update(tokapp_phone="886 08 09 96")
    mother, found = mother_of(school), []
    for accounts in ({}, ACCOUNTS):
        settings.CHANNEL_ENVIRONMENT = accounts
        found.append("886 08 09 96" in text_of(mother))
    assert found == [False, True]


def test_help_costs_the_same_for_one_school_and_for_two(school: School) -> None:
    def cost(user: User) -> int:
        client = as_user(user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HELP).status_code == 200
        return len(queries)

    one = cost(mother_of(make_school("30000003")))
    assert one == cost(mother_of(school, make_school("30000002")))


def test_every_page_of_hers_leads_here(school: School) -> None:
    page = as_user(mother_of(school)).get(reverse("mirador:board")).content.decode()
    assert f'href="{HELP}">Ayuda</a>' in page
