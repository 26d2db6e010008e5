"""A deadline that passes undone is told once, on a day with school (requirement E5)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from convivencia.disciplinary import deadlines
from convivencia.disciplinary.deadlines import remind_some
from convivencia.disciplinary.steps import Closing, Step, add_step, close_case, correct_step, cross_out
from notica.models import InboxEntry, Message
from notica.rendering import text_context
from plumier.clock import database_now
from plumier.models import Holiday
from tests.convivencia.disciplinary.cases import DisciplinarySchool
from tests.database import DatabaseClock
from tests.notica.answering import CONFIGURED

FRIDAY = date(2026, 11, 27)
NINE = datetime(2026, 11, 27, 9, 0, tzinfo=ZoneInfo("Europe/Madrid"))
WEEKEND = timedelta(days=3)


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock, monkeypatch: Any) -> DisciplinarySchool:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    monkeypatch.setattr(deadlines, "_closed", {})
    database_clock.freeze(NINE)
    return DisciplinarySchool()


def waiting(of: DisciplinarySchool, key: str = "one", **fields: Any) -> Any:
    case = of.open(key)
    values = {"kind": "hearing", "due_on": FRIDAY, "key": "one", **fields}
    return add_step(case, Step(**values), by=of.head, now=database_now())


def reminded() -> list[str]:
    rows = InboxEntry.objects.filter(message__kind="disciplinary_deadline").select_related("person")
    return sorted(row.person.given_name for row in rows)


def test_instructor_and_directors_are_reminded_once(
    of: DisciplinarySchool, database_clock: DatabaseClock
) -> None:
    waiting(of)
    remind_some()
    assert reminded() == []  # the last day is still a day
    database_clock.freeze(NINE + WEEKEND)
    for _round in range(3):
        remind_some()
    assert reminded() == ["Dolores", "Iván", "Julia"]
    message = Message.objects.get(kind="disciplinary_deadline")
    assert (message.way, message.sender) == ("notica", None)
    assert "• Trámite de audiencia: hasta el 27/11/2026" in text_context(message, "es")["body"]


def test_nobody_is_reminded_on_a_day_without_school(
    of: DisciplinarySchool, database_clock: DatabaseClock
) -> None:
    waiting(of)
    database_clock.freeze(NINE + timedelta(days=1))
    remind_some()
    Holiday.objects.create(
        school=of.school, name="Puente", first_day=date(2026, 11, 30), last_day=date(2026, 11, 30)
    )
    database_clock.freeze(NINE + WEEKEND)
    remind_some()
    assert reminded() == []
    database_clock.freeze(NINE + WEEKEND + timedelta(days=1))
    remind_some()
    assert reminded() == ["Dolores", "Iván", "Julia"]


def test_closed_school_is_not_asked_again_that_day(
    of: DisciplinarySchool, database_clock: DatabaseClock
) -> None:
    waiting(of)
    database_clock.freeze(NINE + timedelta(days=1))
    remind_some()
    with CaptureQueriesContext(connection) as queries:
        remind_some()
    assert len(queries) == 3  # the clock, the schools known to be closed, what has passed


@pytest.mark.parametrize("what", ["done", "crossed out", "closed", "not kept"])
def test_what_needs_no_doing_is_not_reminded_of(
    of: DisciplinarySchool, database_clock: DatabaseClock, what: str
) -> None:
    step = waiting(of)
    if what == "done":
        correct_step(step, Step("hearing", FRIDAY, FRIDAY), by=of.head, now=database_now())
    elif what == "crossed out":
        cross_out(step, "Sobra", by=of.head, now=database_now())
    elif what == "closed":
        close_case(step.case, Closing("archived", "Nada.", FRIDAY), by=of.head, now=database_now())
    else:
        of.school.policy.procedures = []
        of.school.policy.save()
    database_clock.freeze(NINE + WEEKEND)
    remind_some()
    assert reminded() == []


def test_new_deadline_is_reminded_of_anew(of: DisciplinarySchool, database_clock: DatabaseClock) -> None:
    step = waiting(of)
    database_clock.freeze(NINE + WEEKEND)
    remind_some()
    monday = FRIDAY + WEEKEND
    correct_step(step, Step("hearing", due_on=monday), by=of.head, now=database_now())
    remind_some()
    database_clock.freeze(NINE + WEEKEND + timedelta(days=1))
    remind_some()
    assert Message.objects.filter(kind="disciplinary_deadline").count() == 2


def test_whom_a_court_keeps_from_the_pupil_is_not_reminded(
    of: DisciplinarySchool, database_clock: DatabaseClock
) -> None:
    waiting(of)
    of.make_father(of.director, barred=True)
    database_clock.freeze(NINE + WEEKEND)
    remind_some()
    assert reminded() == ["Iván", "Julia"]


def test_one_that_breaks_keeps_no_other_from_being_told(
    of: DisciplinarySchool, database_clock: DatabaseClock, monkeypatch: Any
) -> None:
    broken, _fine = waiting(of, "a"), waiting(of, "b")
    database_clock.freeze(NINE + WEEKEND)
    tell = deadlines.tell_deadline
    monkeypatch.setattr(
        deadlines,
        "tell_deadline",
        lambda case, *rest, **fields: 1 / 0 if case.pk == broken.case_id else tell(case, *rest, **fields),
    )
    remind_some()
    assert Message.objects.filter(kind="disciplinary_deadline").count() == 1
    broken.refresh_from_db()
    assert broken.reminded_on is None
