"""A day begins for whoever asks when it begins in her school."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from plumier.models import Guardianship, Person, User
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_group, make_school, make_student, make_tutor

pytestmark = pytest.mark.django_db
# One in the morning of the 28th in Hà Nội, seven in the evening of the 27th in Madrid.
NIGHT = datetime(2026, 11, 27, 18, tzinfo=UTC)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(client: Client, **query: str) -> str:
    return client.get(reverse("profesores:students"), query).content.decode()


def test_bar_begins_with_the_day_of_the_school(database_clock: DatabaseClock) -> None:
    """A teacher is the father of a pupil and is kept from her from the 28th on."""
    database_clock.freeze(NIGHT)
    for code, zone, status in (("30000001", "Asia/Ho_Chi_Minh", 404), ("30000002", "Europe/Madrid", 200)):
        group = make_group(make_school(code, time_zone=zone))
        tutor = make_tutor(group, f"Paco {code}")
        student = make_student(group, "Ana Vera", [Parent("Paco Vera", barred=(date(2026, 11, 28), None))])
        Person.objects.filter(guardianships__student__school__code=code).update(user=tutor)
        record = client_of(tutor).get(reverse("profesores:record", args=[student.pk]))
        assert (record.status_code, zone) == (status, zone)
    assert Guardianship.objects.count() == 2


def test_teacher_of_two_schools_goes_by_the_clock_of_the_one_of_now(database_clock: DatabaseClock) -> None:
    database_clock.freeze(NIGHT)
    here, there = (
        make_school("30000001", time_zone="Europe/Madrid"),
        make_school("30000002", time_zone="Asia/Ho_Chi_Minh"),
    )
    tutor = make_tutor(make_group(here), "Paco Gil")
    make_tutor(make_group(there), "Paco Gil").people.update(user=tutor)
    client = client_of(tutor)
    assert client.session["zone"] == "Europe/Madrid"
    seen(client, centro=there.code)
    assert client.session["zone"] == "Asia/Ho_Chi_Minh"
    days = [
        client.get(reverse("profesores:roll"), {"centro": one.code}).context["page"].day.day
        for one in (here, there)
    ]
    assert days == [27, 28]


def test_session_from_before_is_given_its_zone(database_clock: DatabaseClock) -> None:
    tutor = make_tutor(make_group(make_school(time_zone="Asia/Ho_Chi_Minh")))
    client = client_of(tutor)
    session = client.session
    del session["zone"]
    session.save()
    seen(client)
    assert client.session["zone"] == "Asia/Ho_Chi_Minh"
