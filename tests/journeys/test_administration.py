"""A director at her school's administration, on any screen."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from plumier.models import Guardianship, Student, User
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_student,
    make_teacher,
)
from tests.journeys.conftest import VIEWS, violations

PAGES = [
    "",
    "plumier/student/?q=luis",
    "plumier/student/{student.pk}/change/",
    "plumier/person/{student.person_id}/change/",
    "plumier/guardianship/",
    "plumier/registeredit/",
    "plumier/recordaccess/",
    "plumier/teachingassignment/add/",
    "plumier/teachingassignment/",
    "plumier/school/{student.school_id}/change/",
    "plumier/holiday/add/",
]


@pytest.fixture
def student(transactional_db: None) -> Student:
    group = make_group(make_school(name="IES Ribera de los Molinos"))
    make_teacher(group)
    parents = [Parent("Marta Ros", contacts={"phone_1": "+34600111222"}), Parent("Pedro Gil", "father")]
    student = make_student(group, "Luis Gil Ros", parents, contacts={"email_alt": "luis@example.org"})
    Guardianship.objects.filter(relation="mother").update(receives_messages=False)
    return student


def be(visitor: BrowserContext, live_server: LiveServer, user: User) -> None:
    """Log in without the page for it."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])


@pytest.mark.parametrize("visitor", VIEWS, indirect=True)
def test_administration_has_no_barrier(
    student: Student, live_server: LiveServer, visitor: BrowserContext, page: Page
) -> None:
    be(visitor, live_server, make_director(student.school))
    found = {}
    for path in PAGES:
        page.goto(f"{live_server.url}/admin/{path.format(student=student)}")
        found[path] = violations(page)
    assert found == {path: list[str]() for path in PAGES}
