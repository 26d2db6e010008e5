"""«Absentismo»: who is over, seen as far as the reader sees students, and notified."""

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.choices import Mark
from attendance.models import AbsenteeismReport
from notica.models import InboxEntry
from plumier.models import RecordAccess, User
from plumier.roles import Role
from tests.attendance.classes import FRIDAY, NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import (
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_tutor,
)

PERIOD = {"desde": "2026-11-23", "hasta": "2026-11-27", "mas": "20"}


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> SchoolClass:
    database_clock.freeze(NINE)
    of = SchoolClass()
    of.mark((of.ana, Mark.ABSENT))
    return of


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, **query: Any) -> Any:
    return client_of(user).get(reverse("profesores:absenteeism"), {**PERIOD, **query})


def names(user: User, **query: Any) -> list[tuple[str, str]]:
    lines = page(user, **query).context["page"].lines
    return [(one.enrolment.student.person.full_name, f"{one.percent:.1f}") for one in lines]


def test_who_is_over_is_listed_with_her_figures_and_the_look_is_kept(of: SchoolClass) -> None:
    director = make_director(of.school)
    assert names(director) == [("Ana Vera", "33.3")]
    assert names(director, mas="34") == []


def test_tutor_has_every_pupil_of_her_group_with_an_absence(of: SchoolClass) -> None:
    of.mark((of.luis, Mark.ABSENT), of=of.lesson(3))
    assert sorted(names(of.tutor, mas="0")) == [("Ana Vera", "33.3"), ("Luis Gil", "33.3")]


def test_look_at_a_list_is_kept(of: SchoolClass) -> None:
    director = make_director(of.school)
    page(director)
    assert RecordAccess.objects.filter(page="absenteeism").values_list("person_id", flat=True).get() == (
        of.ana.person_id
    )


def test_tutor_sees_her_group_and_others_nobody(of: SchoolClass) -> None:
    assert names(of.tutor) == [("Ana Vera", "33.3")]
    other = make_tutor(make_group(of.school, "1º ESO D"), "Otra Tutora")
    assert (names(other), names(make_director(make_school("30000002")))) == ([], [])


def test_what_is_no_period_is_said_at_its_field(of: SchoolClass) -> None:
    answer = page(make_director(of.school), desde="2026-11-28")
    assert answer.status_code == 422
    assert answer.context["form"].errors["hasta"] == ["El último día es anterior al primero."]


def test_notifying_tells_and_keeps_it(of: SchoolClass) -> None:
    director = make_director(of.school)
    make_staff(of.school, "Pilar Social", Role.PTSC)
    address = reverse("profesores:absenteeism", query=PERIOD)
    answer = client_of(director).post(address, follow=True)
    assert "Notificado a 3 personas en Notica." in answer.content.decode()
    assert InboxEntry.objects.filter(message__kind="absenteeism").count() == 3
    assert [one.pk for one in answer.context["page"].reports] == [AbsenteeismReport.objects.get().pk]


def test_what_is_notified_is_what_was_shown_and_twice_pressed_it_is_once(
    of: SchoolClass, database_clock: DatabaseClock
) -> None:
    """Her other window works in another school meanwhile."""
    director = make_director(of.school)
    client = client_of(director)
    shown = client.get(reverse("profesores:absenteeism"), {"mas": "30", "desde": "2026-11-23"})
    (action,) = re.findall(r'action="([^"]*mas=[^"]*)"', shown.content.decode())
    assert dict(parse_qsl(urlsplit(unescape(action)).query)) == {
        "centro": of.school.code,
        "desde": "2026-11-23",
        "hasta": "2026-11-27",
        "mas": "30",
    }
    for _ in range(2):
        database_clock.advance(timedelta(seconds=1))
        assert client.post(unescape(action)).status_code == 303
    assert AbsenteeismReport.objects.values_list("threshold", flat=True).get() == 30
    assert InboxEntry.objects.filter(message__kind="absenteeism").count() == 2
    database_clock.advance(timedelta(minutes=2))
    client.post(unescape(action))
    assert AbsenteeismReport.objects.count() == 2


def test_sessions_that_are_still_to_come_do_not_count(of: SchoolClass) -> None:
    director = make_director(of.school)
    assert names(director, hasta="2027-01-31") == [("Ana Vera", "33.3")]


def test_tutor_does_not_notify(of: SchoolClass) -> None:
    assert not page(of.tutor).context["page"].notifies
    assert client_of(of.tutor).post(reverse("profesores:absenteeism", query=PERIOD)).status_code == 404
    assert AbsenteeismReport.objects.count() == 0


def test_workbook_holds_the_list(of: SchoolClass) -> None:
    answer = client_of(make_director(of.school)).get(reverse("profesores:absenteeism_workbook"), PERIOD)
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert rows[1:] == [(of.ana.expediente, "Ana Vera", "1º ESO C", "3", "1", "0", "0", "33.3")]


def test_chart_has_a_bar_for_each_group_with_absences(of: SchoolClass) -> None:
    bars = page(make_director(of.school)).context["page"].bars
    assert [(one.group, f"{one.percent:.1f}", one.width) for one in bars] == [("1º ESO C", "33.3", 56.0)]


def test_page_costs_the_same_for_few_and_for_many(of: SchoolClass) -> None:
    director, costs = make_director(of.school), []
    for _ in range(2):
        client = client_of(director)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("profesores:absenteeism"), PERIOD)
        costs.append(len(found))
        more = [make_student(of.group, f"Niño {number}") for number in range(5)]
        of.mark(*((one, Mark.ABSENT) for one in more), of=of.lesson(1, FRIDAY))
    assert costs[0] == costs[1]
