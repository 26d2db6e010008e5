"""Who posts and who reads: by school, service, child, court and day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plumier.access import may_post
from plumier.clock import database_now, database_today
from plumier.models import Enrolment, Group, Guardianship, School, ServicePost, Student, User
from plumier.roles import Role
from tablon.access import notices_edited_by, notices_for, notices_visible_to
from tablon.actions import withdraw_notice
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_staff,
    make_student,
    make_tutor,
)
from tests.tablon.boards import post, service_of


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def student(group: Group) -> Student:
    return make_student(group, "Luis Gil", [Parent("Marta Ros")])


def titles_for(user: User, now: datetime | None = None) -> list[str]:
    return sorted(notices_for(user, now or database_now()).values_list("title", flat=True))


def test_leaders_and_services_post_and_nobody_else(school: School, group: Group, student: Student) -> None:
    mother = make_login(student.guardians.get())
    users = [make_director(school), make_staff(school, role=Role.PAS), make_service(school)]
    others = [make_tutor(group), make_staff(school, role=Role.COUNSELLOR), mother]
    today = database_today()
    assert [may_post(user, today) for user in users + others] == [True] * 3 + [False] * 3


def test_who_left_the_service_posts_no_more(school: School) -> None:
    user = make_service(school)
    ServicePost.objects.update(held_until=database_today() - timedelta(days=1))
    assert not may_post(user, database_today())


def test_leader_edits_her_schools_and_reads_what_services_published_there(
    school: School, director: User
) -> None:
    other = make_school("30000002")
    user = make_service(school, other)
    own = post(director, school, title="Propio", draft=True)
    here = post(user, service_of(user), title="Aquí", schools=[school, other])
    post(user, service_of(user), title="Borrador del servicio", schools=[school], draft=True)
    post(user, service_of(user), title="En otro", schools=[other])
    today = database_today()
    assert set(notices_edited_by(director, today)) == {own}
    assert set(notices_visible_to(director, today)) == {own, here}


def test_service_sees_its_schools_boards_and_edits_its_own(school: School, director: User) -> None:
    user, elsewhere = make_service(school), make_school("30000002")
    theirs = post(director, school, title="Del centro")
    post(director, school, title="Borrador del centro", draft=True)
    post(make_director(elsewhere), elsewhere, title="De otro centro")
    own = post(user, service_of(user), schools=[school])
    today = database_today()
    assert set(notices_edited_by(user, today)) == {own}
    assert set(notices_visible_to(user, today)) == {own, theirs}


@pytest.mark.parametrize(
    ("readers", "read"),
    [("families", [True, False]), ("students", [False, True]), ("both", [True, True])],
)
def test_notice_is_read_by_whom_it_is_for(
    student: Student, school: School, director: User, readers: str, read: list[bool]
) -> None:
    post(director, school, title="Hola", readers=readers)
    users = [make_login(student.guardians.get()), make_login(student.person)]
    assert [titles_for(user) == ["Hola"] for user in users] == read


def test_barred_father_reads_nothing_of_his_childs_school(
    student: Student, school: School, director: User
) -> None:
    post(director, school, title="Hola")
    mother = make_login(student.guardians.get())
    assert titles_for(mother) == ["Hola"]
    Guardianship.objects.update(barred_from=date(2026, 1, 1), barred_reference="Auto 12/2026")
    assert titles_for(mother) == []


def test_parent_of_another_school_and_staff_read_nothing(
    school: School, director: User, group: Group
) -> None:
    post(director, school)
    other = make_student(make_group(make_school("30000002")), "Ana Sol", [Parent("Rosa Sol")])
    users = [make_login(other.guardians.get()), make_tutor(group), director]
    assert [titles_for(user) for user in users] == [[], [], []]


@pytest.mark.parametrize("fields", [{"status": "withdrawn"}, {"left_on": date(2026, 10, 1)}])
def test_family_of_a_student_who_left_reads_nothing(
    student: Student, school: School, director: User, fields: dict[str, object]
) -> None:
    post(director, school)
    Enrolment.objects.update(**fields)
    assert titles_for(make_login(student.guardians.get())) == []


def test_draft_and_withdrawn_are_on_no_board(student: Student, school: School, director: User) -> None:
    post(director, school, draft=True)
    withdraw_notice(post(director, school), "Era otro día", by=director, now=database_now())
    assert titles_for(make_login(student.guardians.get())) == []


def test_days_are_those_of_the_childs_school(school: School, student: Student) -> None:
    hanoi = make_school("30000002", time_zone="Asia/Ho_Chi_Minh")
    there = make_student(make_group(hanoi), "Lan Phạm", [Parent("Bình Phạm")])
    user = make_service(school, hanoi)
    post(
        user,
        service_of(user),
        title="Un día",
        schools=[school, hanoi],
        starts_on=date(2027, 3, 10),
        ends_on=date(2027, 3, 10),
    )
    parents = [make_login(one.guardians.get()) for one in (student, there)]
    hours = {
        datetime(2027, 3, 9, 17, 30, tzinfo=UTC): [[], ["Un día"]],
        datetime(2027, 3, 10, 12, 0, tzinfo=UTC): [["Un día"], ["Un día"]],
        datetime(2027, 3, 10, 17, 30, tzinfo=UTC): [["Un día"], []],
        datetime(2027, 3, 10, 23, 30, tzinfo=UTC): [[], []],
    }
    found = {hour: [titles_for(parent, hour) for parent in parents] for hour in hours}
    assert found == hours
