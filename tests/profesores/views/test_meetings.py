"""The pages of bodies and their meetings (requirement E9)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plumier.models import User
from plumier.roles import Role
from secretaria.bodies.answering import answer, note_attendance
from secretaria.bodies.calling import call
from secretaria.bodies.choices import MeetingAnswer
from secretaria.models import Meeting
from tests.database import DatabaseClock
from tests.factories.register import make_staff
from tests.secretaria.bodies.rooms import NINE, THURSDAY, Committee
from tests.secretaria.transfers.test_access import bar

TYPED = {
    "place": "Biblioteca",
    "day": "2026-12-03",
    "hour": "17:00",
    "minutes": "60",
    "agenda": "1. Acta anterior\n2. Presupuesto",
    "clave": "una",
}


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> Committee:
    database_clock.freeze(NINE)
    return Committee()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: object) -> str:
    response = client_of(user).get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_list_costs_the_same_for_one_meeting_and_for_thirty(of: Committee) -> None:
    client, costs = client_of(of.director), []
    for days in ((1, -1), range(2, 16), range(-15, -1)):
        for day in days:
            Meeting.objects.create(
                school=of.school,
                body=of.body,
                key=f"{day}",
                by=of.director,
                changed_at=NINE,
                starts_at=NINE + timedelta(days=day),
                place="Aula",
                state="called",
                called_at=NINE,
                called_by=of.director,
                agenda=["x"],
            )
        client.get(reverse("profesores:bodies"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("profesores:bodies"))
        costs.append(len(asked))
    assert costs == [costs[0]] * 3


@pytest.mark.parametrize("name", ["profesores:body", "profesores:body_edit", "profesores:meeting_new"])
def test_bodies_are_the_directors_alone(of: Committee, name: str) -> None:
    for user in (of.elsa, make_staff(of.school, role=Role.PAS)):
        assert client_of(user).get(reverse(name, args=[of.body.pk])).status_code == 404


def test_member_sees_no_answers_but_her_own(of: Committee) -> None:
    meeting = of.called()
    answer(meeting, MeetingAnswer.NOT_COMING, "Tengo guardia", by=of.luis, now=NINE)
    assert "Tengo guardia" in page(of.director, "profesores:meeting", meeting.token)
    assert "Tengo guardia" not in page(of.elsa, "profesores:meeting", meeting.token)
    assert client_of(of.olga).get(reverse("profesores:meeting", args=[meeting.token])).status_code == 404


def test_form_pressed_twice_makes_one_draft(of: Committee) -> None:
    client = client_of(of.director)
    for _ in range(2):
        answered = client.post(reverse("profesores:meeting_new", args=[of.body.pk]), TYPED)
        assert answered.status_code == 303
    kept = Meeting.objects.get()
    assert (kept.starts_at, kept.agenda) == (THURSDAY, ["Acta anterior", "Presupuesto"])


def test_what_was_typed_is_kept_where_a_file_is_refused(of: Committee) -> None:
    program = SimpleUploadedFile("x.pdf", b"#!/bin/sh\n")
    answered = client_of(of.director).post(
        reverse("profesores:meeting_new", args=[of.body.pk]), {**TYPED, "nuevos": program}
    )
    assert answered.status_code == 422
    words = answered.content.decode()
    assert "x.pdf: Es un programa y no se puede enviar. Lo demás está guardado." in words
    assert reverse("profesores:meeting_edit", args=[Meeting.objects.get().token]) in words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2026-11-26"}, "ya han pasado"),
        ({"second": "16:30"}, "después de la primera"),
        ({"day": "2027-03-28", "hour": "02:30"}, "esa hora no existe"),
        ({"agenda": " "}, "Este campo es obligatorio"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(of: Committee, typed: dict[str, str], said: str) -> None:
    answered = client_of(of.director).post(
        reverse("profesores:meeting_new", args=[of.body.pk]),
        {**TYPED, **typed},
        headers={"accept-language": "es"},
    )
    assert (answered.status_code, said in answered.content.decode()) == (422, True)
    assert not Meeting.objects.exists()


def test_review_says_who_has_no_mail(of: Committee) -> None:
    assert of.marta.person is not None
    of.marta.person.contacts.all().delete()
    draft = of.draft()
    words = page(of.director, "profesores:meeting", draft.token)
    assert "Convocar a 3 personas" in words
    assert ("Marta Vera" in words, "Sin correo" in words, "Solo en Notica" in words) == (True, True, True)


def test_message_leads_each_to_her_own_web(of: Committee) -> None:
    opened = reverse("profesores:meeting_open", args=[of.called().token])
    assert client_of(of.elsa).get(opened)["Location"].startswith("/profesores/organos/")
    assert client_of(of.mother).get(opened)["Location"].startswith("/mirador/reuniones/")
    assert client_of(of.olga).get(opened).status_code == 404


def test_calendar_is_downloaded_as_the_meeting_is_now(of: Committee) -> None:
    meeting = of.called(place="Aula 3")
    answered = client_of(of.mother).get(reverse("profesores:meeting_ics", args=[meeting.token]))
    assert answered["Content-Type"] == "text/calendar"
    assert b"LOCATION:Aula 3" in answered.content


def test_director_barred_by_a_court_is_not_shown_the_pupils_mother_and_notes_nothing_of_her(
    of: Committee, database_clock: DatabaseClock
) -> None:
    bar(of.director, of.ana)
    draft = of.draft()
    pages = [page(of.director, "profesores:meeting", draft.token)]
    sent = call(draft, draft.version, by=of.director, now=NINE)
    pages += [
        page(of.director, "profesores:meeting", sent.token),
        page(of.director, "profesores:body", of.body.pk),
    ]
    assert [("Elsa" in one, "Marta" in one) for one in pages] == [(True, False)] * 3
    later = THURSDAY + timedelta(hours=1)
    database_clock.freeze(later)
    note_attendance(sent, [], by=of.director, now=later)
    noted = sent.members.order_by("person__given_name").values_list("person__given_name", "attended")
    assert list(noted) == [("Elsa", False), ("Luis", False), ("Marta", None)]
