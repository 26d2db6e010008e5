"""The sample school's week."""

from collections import Counter
from datetime import time

import pytest

from demo.timetable import timetable
from plumier.models import Group, School, TimetableEntry
from tests.demo.places import small_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> tuple[School, list[Group]]:
    school, groups = small_school(pupils=2)
    timetable(school, groups)
    timetable(school, groups)
    return school, groups


def test_groups_have_thirty_sessions_a_week_made_once(place: tuple[School, list[Group]]) -> None:
    rows = TimetableEntry.objects.values_list("assignment__group__name", "slot__weekday", "slot__number")
    assert sorted(rows) == [
        (group.name, day, number) for group in place[1] for day in range(1, 6) for number in range(1, 7)
    ]
    slots = [row.slot for row in TimetableEntry.objects.select_related("slot")]
    assert {(one.starts, one.ends) for one in slots if one.number in (1, 6)} == {
        (time(8, 15), time(9, 10)),
        (time(13, 15), time(14, 10)),
    }


@pytest.mark.usefixtures("place")
def test_nobody_teaches_two_groups_at_once_and_every_subject_comes_once_a_day() -> None:
    rows = TimetableEntry.objects.all()
    at_once = Counter(rows.values_list("assignment__teacher", "slot"))
    a_day = Counter(rows.values_list("assignment__subject", "assignment__group", "slot__weekday"))
    assert (set(at_once.values()), set(a_day.values())) == ({1}, {1})
