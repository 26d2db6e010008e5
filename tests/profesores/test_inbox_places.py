"""Texts with places, as a colleague reads them in Notica (requirement C7)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.models import InboxEntry
from plumier.models import Person, School, Staff
from tests.factories.register import make_director, make_person, make_school, make_staff
from tests.notica.notices import make_entry
from tests.notica.results import ACCOUNTS
from tests.notica.stories import send_to


@pytest.fixture
def school(db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_school()


@pytest.fixture
def reader(school: School) -> Person:
    return make_staff(school, "Ana Ruiz").people.get()


def client_of(person: Person) -> Client:
    client = Client()
    assert person.user is not None
    client.force_login(person.user)
    return client


def send(school: School, reader: Person, director: Any) -> InboxEntry:
    colleague = make_staff(school, "Leo Paz").people.get()
    message = send_to(
        school,
        director,
        to="personal",
        staff=[reader.pk, colleague.pk],
        way="email",
        subject="Para {nombre}",
        body="Hola, {nombre}: claustro en {centro}.",
    )
    return InboxEntry.objects.get(message=message, person=reader)


def test_list_and_pane_name_who_reads(school: School, reader: Person) -> None:
    entry = send(school, reader, make_director(school))
    InboxEntry.objects.filter(pk=entry.pk).update(created_at=entry.message.created_at)
    client = client_of(reader)
    (day,) = client.get(reverse("profesores:inbox")).context["page"].days
    body = f"Hola, Ana Ruiz: claustro en {school.name}."
    assert [(row.title, row.beginning) for row in day.rows] == [("Para Ana Ruiz", body)]
    reading = client.get(reverse("profesores:inbox_entry", args=[entry.pk])).context["reading"]
    assert (reading.title, [said.text for said in reading.thread]) == ("Para Ana Ruiz", [body])


def test_list_costs_the_same_for_one_and_for_many(school: School, reader: Person) -> None:
    director, client = make_director(school), client_of(reader)
    counts: list[int] = []
    for _ in range(2):
        for _ in range(3 if counts else 1):
            entry = send(school, reader, director)
            InboxEntry.objects.filter(pk=entry.pk).update(created_at=entry.message.created_at)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("profesores:inbox"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_school_of_the_message_that_is_opened_is_the_one_of_now(school: School, reader: Person) -> None:
    other = make_school("30000002", name="Z")
    there = make_person(other, "Ana Ruiz", user=reader.user)
    Staff.objects.create(school=other, person=there)
    entry, client = make_entry(there), client_of(reader)
    before = client.get(reverse("profesores:inbox"))
    client.get(reverse("profesores:inbox_entry", args=[entry.pk]))
    after = client.get(reverse("profesores:inbox"))
    assert [
        (page.context["school"], [one.number for one in page.context["elsewhere"]])
        for page in (before, after)
    ] == [(school, [1]), (other, [])]
