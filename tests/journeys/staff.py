"""Whom the journeys through the staff's web are made as, and what she finds there."""

import uuid
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from convivencia.models import BehaviourRecord
from convivencia.records.choices import BehaviourKind
from convivencia.records.notifying import Telling, notify_family
from convivencia.records.proposing import proposed_text
from convivencia.records.writing import Written, write_records
from notica.choices import Way
from notica.models import ReviewText
from notica.review.actions import begin_text, correct, submit
from notica.review.saying import Said
from plumier.clock import database_now, database_today
from plumier.models import Procedure, School, SchoolPolicy, Student, User
from plumier.roles import Role
from secretaria.models import Transfer
from secretaria.transfers.actions import offer
from secretaria.transfers.written import Words
from tests.convivencia.disciplinary.cases import make_case
from tests.factories.register import make_director, make_group, make_school, make_student
from tests.factories.written import make_draft, make_entry
from tests.journal.samples import keep_journals
from tests.notica.results import every_outcome
from tests.secretaria.diplomas.titles import half_received
from tests.secretaria.fees.school import make_fee
from tests.tablon.boards import post

Sample = dict[str, Any]  # by what they are: the school, its director, a message of hers …


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
        "transfer": _transfer(student, director),
        "fee": make_fee(student, director),
        "record": _conduct(student, director),
        "diplomas": half_received(school, director),
        "case": make_case(student, director),
        "review": _reviewed(director, school, student),
    }


def _transfer(student: Student, director: User) -> Transfer:
    """The student goes to another school, which has to say whether it takes her."""
    words = Words("Se muda en enero.", key="0" * 32)
    elsewhere = make_school("30000009", name="IES Puerta de Nogalte")
    return offer(student, elsewhere, words, by=director, now=database_now())


def _conduct(student: Student, director: User) -> BehaviourRecord:
    """A behaviour record of which the family has been told."""
    now, day = database_now(), database_today()
    conduct = Written(BehaviourKind.CONTRARY, "Ha lanzado una tiza.", day, session=3, place="Aula 12")
    pupils = [student.enrolments.get().pk]
    (record,) = write_records(student.school, pupils, conduct, incident=uuid.uuid4(), by=director, now=now)
    notify_family(record, Telling(proposed_text(record), "k"), by=director, now=now)
    return record


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
