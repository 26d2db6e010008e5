"""Who sent a message sees that it was opened in Mirador."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notica.family_reads import reads_of
from notica.marks import Mark
from notica.models import InboxEntry, Message, Recipient
from notica.result_page import Wanted, recipients_page
from notica.send_result.reading import chunks
from plumier.clock import database_now
from plumier.models import Person
from tests.mirador.households import Household
from tests.notica.notices import make_entry
from tests.notica.results import ACCOUNTS


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def home(db: None) -> Household:
    return Household()


def opened(message: Message, *people: Person) -> None:
    for minutes, person in enumerate(people):
        at = message.created_at + timedelta(minutes=minutes + 1)
        InboxEntry.objects.filter(message=message, person=person).update(read_at=at)


def words(message: Message) -> dict[str, str]:
    """By name of the recipient, what stands beside its result."""
    rows = recipients_page(message, Wanted(), 0, database_now()).rows
    return {row.name: row.read.word if row.read else "" for row in rows}


def test_each_parent_is_told_of_alone(home: Household) -> None:
    message = home.tell()
    assert words(message) == {"Sánchez, Pedro": "", "Vera, Lucía": ""}
    opened(message, home.mother_person)
    assert words(message) == {"Sánchez, Pedro": "", "Vera, Lucía": "Leído en Mirador"}


def test_family_written_to_as_one_says_by_how_many(home: Household) -> None:
    message = home.tell(home.carmen, way="sms", subject="", body="Aviso")
    name = "Familia de Sánchez Vera, Carmen"
    assert words(message) == {name: ""}
    opened(message, home.mother_person)
    assert words(message) == {name: "Leído en Mirador por 1 de 2"}
    opened(message, home.mother_person, home.father_person)
    assert words(message) == {name: "Leído en Mirador por 2 de 2"}


def test_one_query_for_all_and_the_first_of_them(home: Household, django_assert_num_queries: Any) -> None:
    message = home.tell(home.carmen, way="sms", subject="", body="Aviso")
    opened(message, home.mother_person, home.father_person)
    (recipient,) = Recipient.objects.filter(message=message).values_list("pk", flat=True)
    with django_assert_num_queries(1):
        found = reads_of(message, [recipient])
    assert found[recipient].first_at == message.created_at + timedelta(minutes=1)
    assert found[recipient].mark == Mark("Leído en Mirador por 2 de 2", "eye", "good")


def test_what_colleagues_read_is_not_told(home: Household) -> None:
    entry = make_entry(home.director.people.get(), entry={"read_at": database_now()})
    assert reads_of(entry.message, [entry.recipient_id]) == {}


def test_page_and_workbook_of_the_send_say_so(home: Household) -> None:
    message = home.tell(home.carmen)
    opened(message, home.mother_person)
    client = Client()
    client.force_login(home.director)
    text = client.get(reverse("notica:message", args=[message.token])).content.decode()
    assert text.count("Leído en Mirador") == 2  # hers, and what the words mean
    (chunk,) = chunks(message)
    assert {told.recipient.person_id: told.read_at for told in chunk} == {
        home.mother_person.pk: message.created_at + timedelta(minutes=1),
        home.father_person.pk: None,
    }
