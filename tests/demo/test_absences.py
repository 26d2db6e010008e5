"""The sample school's absences."""

from datetime import date, datetime

import pytest

from attendance.absenteeism import Period, figures_of, over
from attendance.models import Absence, AbsenceAnswer, Roll
from demo.absences import past_absences, this_morning
from demo.seeding import FAMILY
from demo.timetable import timetable
from demo.tour import since
from notica.models import Message
from plumier.models import Enrolment, Group, School
from tests.attendance.classes import FRIDAY, MADRID, NINE
from tests.database import DatabaseClock
from tests.demo.places import small_school


@pytest.fixture
def place(db: None, database_clock: DatabaseClock) -> tuple[School, list[Group]]:
    database_clock.freeze(NINE)
    school, groups = small_school()
    timetable(school, groups)
    return school, groups


def test_past_is_made_once_until_yesterday_and_nobody_is_told(place: tuple[School, list[Group]]) -> None:
    past_absences(*place)
    made = Absence.objects.count()
    past_absences(*place)
    days = Absence.objects.dates("day", "day")
    assert (Absence.objects.count(), days[0] >= date(2026, 10, 23), days[len(days) - 1] < FRIDAY) == (
        made,
        True,
        True,
    )
    assert Roll.objects.count() == 2 * 6 * 25
    assert Message.objects.count() == 0


def test_two_of_the_school_miss_too_much(place: tuple[School, list[Group]]) -> None:
    past_absences(*place)
    period = Period(date(2026, 10, 23), FRIDAY)
    figures = figures_of(place[0], period)
    pupils = list(Enrolment.objects.order_by("group", "student__expediente"))
    assert {one.enrolment_id for one in over(figures, period)} == {pupils[2].pk, pupils[-3].pk}
    assert len(figures) > 10
    assert Absence.objects.filter(justified_at__isnull=False, justification="").count() == 0


def test_this_morning_tells_two_families_and_one_excuse_waits(place: tuple[School, list[Group]]) -> None:
    this_morning(place[0], place[1][0])
    this_morning(place[0], place[1][0])
    marks = sorted(Absence.objects.values_list("day", "session", "kind"))
    assert marks == [(FRIDAY, 1, "absent"), (FRIDAY, 1, "absent"), (FRIDAY, 1, "late")]
    excuse = AbsenceAnswer.objects.get()
    assert (excuse.person.user.username, excuse.decided_at) == (FAMILY, None)  # type: ignore[union-attr]
    kinds = Message.objects.filter(pk__in=since(NINE)).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["absence", "absence", "absence", "absence_excuse"]


def test_nobody_takes_a_roll_on_a_saturday(
    place: tuple[School, list[Group]], database_clock: DatabaseClock
) -> None:
    database_clock.freeze(datetime(2026, 11, 28, 9, tzinfo=MADRID))
    this_morning(place[0], place[1][0])
    assert Roll.objects.count() == 0
