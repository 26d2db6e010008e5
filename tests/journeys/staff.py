"""Whom the journeys through the staff's web are made as, and what she finds there."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from notica.choices import Way
from notica.models import ReviewText
from notica.review.actions import begin_text, correct, submit
from notica.review.saying import Said
from plumier.clock import database_now
from plumier.models import Procedure, School, SchoolPolicy, Student, User
from plumier.roles import Role
from tests.factories.register import make_director, make_school
from tests.factories.written import make_draft, make_entry
from tests.notica.results import every_outcome
from tests.tablon.boards import post

Sample = dict[str, Any]  # school, director, message, student, draft, entry, notice


def make_sample() -> Sample:
    """A school with its director, a message of hers that came to every outcome, and what else her pages show."""
    school = make_school(name="IES Ribera de los Molinos")
    director = make_director(school)
    message = every_outcome(school, director)
    student = Student.objects.filter(school=school).order_by("pk")[0]
    return {
        "school": school,
        "director": director,
        "message": message,
        "student": student,
        "draft": make_draft(director, student, "Reunión el jueves"),
        "entry": make_entry(director, "Informe de tasas"),
        "notice": post(director, school),
        "review": _reviewed(director, school, student),
    }


def _reviewed(director: User, school: School, student: Student) -> ReviewText:
    """What the director's own office handed in to the desk, where she is too, and corrected."""
    policy = SchoolPolicy.objects.filter(school=school)
    every = [*policy.get().procedures, Procedure.REVIEW]
    policy.update(procedures=every, desk=[Role.DIRECTOR], offices=[Role.DIRECTOR])
    now, said = database_now(), Said(body="El viernes no hay clase.", way=Way.EMAIL, students=(student.pk,))
    text = begin_text(school, Role.DIRECTOR, said, client_key="sample", by=director, now=now)
    text = submit(text, seen=None, by=director, now=now)
    return correct(text, replace(said, body="El viernes 4 no hay clase."), seen=None, by=director, now=now)


def be(visitor: BrowserContext, live_server: LiveServer, user: User, language: str = "es") -> None:
    """Log the visitor in without the door."""
    client = Client()
    client.force_login(user)
    kept = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    kept[settings.LANGUAGE_COOKIE_NAME] = language
    visitor.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in kept.items()]
    )
