"""The second school's staff and log-ins."""

from demo.hanoi.school import FAMILY, OFFICES, school, staff
from plumier.models import Post, Procedure, Staff, TeachingAssignment, User
from plumier.roles import Role
from tests.attendance.classes import NINE
from tests.database import DatabaseClock
from tests.demo.hanoi.places import CLASSES, small_school


def test_school_has_the_policy_of_its_document_once(db: None) -> None:
    first, again = school(), school()
    policy = again.policy
    assert (first, again.time_zone, again.language, again.phone_region) == (
        again,
        "Asia/Ho_Chi_Minh",
        "vi",
        "VN",
    )
    assert (policy.desk, policy.registration_required) == ([Role.CGCN], True)
    assert set(policy.procedures) == {Procedure.REVIEW, Procedure.JOURNAL, Procedure.DAY_REPORTS}


def test_staff_is_made_once_and_every_class_has_its_tutor(db: None, database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    of, groups = small_school()
    before = (Staff.objects.count(), Post.objects.count(), TeachingAssignment.objects.count())
    logins = staff(of)
    assert (Staff.objects.count(), Post.objects.count(), TeachingAssignment.objects.count()) == before
    assert before == (len(OFFICES) + len(CLASSES), len(OFFICES) + len(CLASSES), 3 * len(CLASSES))
    assert [group.tutor.user.username for group in groups if group.tutor and group.tutor.user] == [
        *("gvcn", "gvcn.10a2", "gvcn.10a3", "gvcn.10a9"),
        *("gvcn.11a1", "gvcn.11a3", "gvcn.12a3", "gvcn.12a7"),
    ]
    assert [one.username for one in logins] == ["gvcn", "cgcn", "taichinh", "giamthi", "bgh", FAMILY]
    assert all(User.objects.get(username=one.username).check_password(one.password) for one in logins)
    assert not User.objects.get(username="daotao").has_usable_password()
