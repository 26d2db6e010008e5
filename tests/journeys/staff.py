"""Whom the journeys through the staff's web are made as, and what she finds there."""

from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from plumier.models import Student, User
from plumier.roles import Role
from tests.factories.register import make_director, make_group, make_school, make_student
from tests.factories.written import make_draft, make_entry
from tests.journal.samples import keep_journals
from tests.notica.results import every_outcome
from tests.tablon.boards import post

Sample = dict[str, Any]  # school, director, message, student, draft, entry, notice


def make_sample() -> Sample:
    """A school with its director, a message of hers that came to every outcome, and what else her pages show."""
    school = make_school(name="IES Ribera de los Molinos")
    director = make_director(school)
    message = every_outcome(school, director)
    student = Student.objects.filter(school=school).order_by("pk")[0]
    group, handed = make_group(school, "1º ESO Diario"), make_group(school, "1º ESO Entregado")
    group.tutor = director.people.get()
    group.save(update_fields=["tutor"])
    for one, name in ((group, "Alba Soler"), (group, "Marcos Belmonte Cánovas"), (handed, "Ana Vera")):
        make_student(one, name)
    keep_journals(handed, director, "Trabaja muy bien en Ciencias", desk=Role.DIRECTOR)
    report = keep_journals(group, director, "No trae el material", desk=Role.DIRECTOR, handed=False)
    return {
        "school": school,
        "journal_group": group,
        "desk_group": handed,
        "day_report": report,
        "director": director,
        "message": message,
        "student": student,
        "draft": make_draft(director, student, "Reunión el jueves"),
        "entry": make_entry(director, "Informe de tasas"),
        "notice": post(director, school),
    }


def be(visitor: BrowserContext, live_server: LiveServer, user: User, language: str = "es") -> None:
    """Log the visitor in without the door."""
    client = Client()
    client.force_login(user)
    kept = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    kept[settings.LANGUAGE_COOKIE_NAME] = language
    visitor.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in kept.items()]
    )
