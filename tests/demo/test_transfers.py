"""The sample school's transfers."""

from typing import Any

import pytest

from demo.transfers import transfers
from plumier.models import Enrolment
from secretaria.models import Transfer
from secretaria.transfers.rules import days_over
from tests.attendance.classes import FRIDAY, NINE
from tests.database import DatabaseClock
from tests.demo.places import small_school


@pytest.mark.django_db
def test_transfers_are_made_once_and_change_nothing_of_the_register(database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    place: Any = small_school()
    transfers(*place)
    before = Transfer.objects.count()
    transfers(*place)
    rows = Transfer.objects.order_by("state").select_related("turn")
    found = [(row.state, row.turn == place[0], days_over(row.due_on, FRIDAY) > 0) for row in rows]
    assert (len(found), before) == (4, 4)
    assert found == [
        ("asked", True, False),
        ("closed", False, False),
        ("offered", False, True),
        ("offered_back", True, False),
    ]
    assert Enrolment.objects.exclude(status="active").count() == 0
