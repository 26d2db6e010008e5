"""The sample school's fees."""

from datetime import timedelta

import pytest

from demo.fees import fees
from plumier.models import Group, School
from secretaria.fees.reporting import report_some
from secretaria.models import Fee, FeeMovement, FeeReport
from tests.attendance.classes import FRIDAY, NINE
from tests.database import DatabaseClock
from tests.demo.places import small_school
from tests.secretaria.fees.balance import balance_of


@pytest.fixture
def place(db: None, database_clock: DatabaseClock) -> tuple[School, list[Group]]:
    database_clock.freeze(NINE)
    return small_school()


def test_fees_are_made_once_and_add_up(place: tuple[School, list[Group]]) -> None:
    for _ in range(2):
        fees(*place)
    states = {one.state for one in Fee.objects.all()}
    assert states == {"pending", "partly", "paid", "annulled"}
    found = balance_of(FeeMovement.objects.values_list("kind", "amount"))
    assert found.owed == sum(one.owed for one in Fee.objects.all())


def test_clock_tells_of_its_days_and_of_no_other(place: tuple[School, list[Group]]) -> None:
    fees(*place)
    report_some()
    days = FeeReport.objects.order_by("day").values_list("day", flat=True)
    assert list(days) == [FRIDAY - timedelta(days=ago) for ago in (6, 2, 1)]
