"""The pages of titles: whose they are, what is kept of what was typed, and what is done only once it was seen."""

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.models import Message
from plumier.models import RecordAccess, SchoolPolicy, Student, User
from plumier.roles import Role
from secretaria.diplomas.access import diplomas_kept_by
from secretaria.models import Diploma, DiplomaBatch
from tests.factories.register import Parent, make_group, make_school, make_staff, make_student, mobile
from tests.notica.results import ACCOUNTS
from tests.secretaria.diplomas.titles import half_received, ids, proposed


class Office:
    """A secretary and two students with mobile telephones."""

    def __init__(self) -> None:
        self.school = make_school(name="IES Ribera")
        self.user = make_staff(self.school, "Sara Secretaria", Role.SECRETARY)
        self.group = make_group(self.school, "2º BACH A")
        self.students = [self.pupil(name) for name in ("Ana Vera", "Luis Gil")]
        self.client = client_of(self.user)

    def pupil(self, name: str) -> Student:
        return make_student(self.group, name, contacts={"phone_1": mobile()})

    def receive(self, batch: DiplomaBatch, **typed: Any) -> Any:
        """What was shown, confirmed."""
        address = reverse("profesores:diploma_receive", args=[batch.pk])
        asked = self.client.get(address).context["asked"]
        shown = {"visto": asked.seen, "clave": asked.key, "titulos": asked.chosen, "avisar": "on"}
        return self.client.post(address, {**shown, "texto": asked.text, "hacer": "confirmar", **typed})


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def of(db: None, settings: Any) -> Office:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Office()


def test_unknown_expediente_makes_nothing_and_keeps_what_was_typed(of: Office) -> None:
    typed = {"titulo": "Bachillerato", "curso": "2026", "expedientes": f"{of.students[0].expediente} 40x7"}
    answer = of.client.post(reverse("profesores:diploma_new"), typed)
    assert answer.status_code == 422
    assert answer.context["students"].errors["expedientes"] == [
        "1 expediente no es de este centro: 40x7. Corríjalo o quítelo."
    ]
    assert answer.context["form"]["titulo"].value() == "Bachillerato"
    assert DiplomaBatch.objects.count() == 0


def test_what_changed_since_it_was_shown_is_shown_again_first(of: Office) -> None:
    batch = proposed(of.school, of.user, of.students)
    answer = of.receive(batch, titulos=ids(batch)[:1])
    assert answer.status_code == 422
    assert answer.context["words"] == "Recepcionar 1 título y enviar SMS a 1 alumno"
    assert (Message.objects.count(), Diploma.objects.filter(received_at__isnull=False).count()) == (0, 0)


def test_confirmed_it_is_done_and_without_the_tick_nobody_is_told(of: Office) -> None:
    batch = proposed(of.school, of.user, of.students)
    assert of.receive(batch).status_code == 303
    assert Message.objects.get(kind="diploma").audience["students"] == sorted(one.pk for one in of.students)
    assert Message.objects.get(kind="diploma").body == ""


def test_accents_are_taken_out_on_request(of: Office) -> None:
    answer = of.receive(
        proposed(of.school, of.user, of.students), texto="Su título llegó. " * 6, hacer="tildes"
    )
    assert answer.context["asked"].text == ("Su titulo llego. " * 6).strip()


def test_school_that_keeps_no_titles_has_no_such_pages(of: Office) -> None:
    batch = proposed(of.school, of.user, of.students)
    SchoolPolicy.objects.filter(school=of.school).update(procedures=[])
    pages = [reverse("profesores:diplomas"), reverse("profesores:diploma_batch", args=[batch.pk])]
    assert [of.client.get(page).status_code for page in pages] == [404, 404]


def test_another_schools_proposal_does_not_exist(of: Office) -> None:
    other = make_school("30000002")
    batch = half_received(other, make_staff(other, "Otra", Role.SECRETARY))
    names = ("diploma_batch", "diploma_students", "diploma_receive", "diploma_tell")
    pages = [reverse(f"profesores:{name}", args=[batch.pk]) for name in names]
    assert [of.client.get(page).status_code for page in pages] == [404] * 4


def test_child_from_whom_a_court_keeps_her_is_neither_shown_nor_received(of: Office) -> None:
    batch = proposed(of.school, of.user, of.students)
    father = Parent(
        "x", "father", barred=(batch.made_at.date().replace(month=1), None), person=of.user.people.get()
    )
    hers = make_student(of.group, "Hija Suya", [father])
    Diploma.objects.create(school=of.school, batch=batch, student=hers)
    assert diplomas_kept_by(of.user, batch.made_at.date()).filter(student=hers).exists() is False
    assert (
        "Hija Suya"
        not in of.client.get(reverse("profesores:diploma_receive", args=[batch.pk])).content.decode()
    )


def test_list_costs_the_same_for_one_and_for_many(of: Office) -> None:
    page = reverse("profesores:diploma_batch", args=[proposed(of.school, of.user, of.students).pk])
    numbers = []
    for more in (0, 20):
        batch = DiplomaBatch.objects.get()
        for number in range(more):
            Diploma.objects.create(school=of.school, batch=batch, student=of.pupil(f"Otra {number}"))
        of.client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            of.client.get(page)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_who_waits_is_listed_and_kept_in_a_workbook_and_the_look_is_noted(of: Office) -> None:
    batch = half_received(of.school, of.user)
    page = of.client.get(reverse("profesores:diplomas_waiting"))
    assert [(str(one), sms) for one, sms in page.context["rows"]] == [("Vera, Ana", None)]
    book = of.client.get(reverse("profesores:diplomas_workbook"))
    rows = list(openpyxl.load_workbook(io.BytesIO(book.content)).active.values)
    assert [(row[1], row[2], row[6]) for row in rows[1:]] == [("Ana Vera", batch.title, "sin avisar")]
    assert RecordAccess.objects.filter(page="diplomas").count() == 2
