"""The sample school's bodies."""

from demo.bodies import CLAUSTRO, COUNCIL, bodies
from notica.models import Message
from plumier.models import Staff
from secretaria.models import Body, Meeting, MeetingMember
from tests.attendance.classes import NINE
from tests.database import DatabaseClock
from tests.demo.places import small_school


def test_bodies_are_made_once_and_nobody_is_told(db: None, database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    school, _groups = small_school()
    for _ in range(2):
        bodies(school)
    sizes = {body.name: body.members.count() for body in Body.objects.all()}
    assert sizes == {CLAUSTRO: Staff.objects.count(), COUNCIL: 4}
    assert sorted(Meeting.objects.values_list("state", flat=True)) == ["called", "draft"]
    assert (MeetingMember.objects.count(), Message.objects.count()) == (4, 0)
