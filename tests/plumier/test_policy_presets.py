"""Policies as data: the two documents' schools, and a third that nobody thought of."""

from datetime import time

import pytest

from notica.access import check_may_send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.models import Message
from notica.refusals import NotAllowed
from notica.routing import quiet_hours_of, route_of
from plumier.access import groups_addressed_by, students_addressed_by, students_attended_by
from plumier.clock import database_today
from plumier.models import Procedure, SchoolPolicy, User
from plumier.policy_presets import PRESETS, apply_preset
from plumier.roles import Role
from profesores.picking.bar import bar_of
from profesores.picking.my_students import MyStudents
from tests.factories.register import make_director, make_school, make_staff, make_teacher
from tests.notica.review_desk import Desk


def to_everyone(desk: Desk) -> Draft:
    return Draft(desk.school, "message", Choice(Audience.FAMILY, everyone=True), Way.EMAIL, "k", "Hola")


@pytest.mark.parametrize("name", PRESETS)
def test_preset_is_a_policy_that_the_administration_would_take(db: None, name: str) -> None:
    school = make_school()
    policy = apply_preset(school, name)
    policy.refresh_from_db()
    policy.full_clean()
    assert {field: getattr(policy, field) for field in PRESETS[name]} == dict(PRESETS[name])


def test_murcian_preset_is_what_a_school_begins_with(db: None) -> None:
    made = SchoolPolicy.objects.get(school=make_school())
    assert {field: getattr(made, field) for field in PRESETS["murcia"]} == dict(PRESETS["murcia"])


def test_board_sees_the_school_and_writes_to_nobody(db: None) -> None:
    desk, today = Desk(), database_today()
    assert students_attended_by(desk.board, today).count() == 2
    assert not students_addressed_by(desk.board, today).exists()
    assert not groups_addressed_by(desk.board, today).exists()
    with pytest.raises(NotAllowed):
        check_may_send(to_everyone(desk), by=desk.board, today=today)


def test_office_of_technology_and_homeroom_teachers_have_sending_accounts(db: None) -> None:
    desk, today = Desk(), database_today()
    teacher = make_teacher(desk.group)
    seen = {
        who: students_addressed_by(user, today).count()
        for who, user in {"cgcn": desk.cgcn, "tutor": desk.tutor, "teacher": teacher}.items()
    }
    assert seen == {"cgcn": 2, "tutor": 2, "teacher": 0}
    check_may_send(to_everyone(desk), by=desk.cgcn, today=today)


def test_third_school_has_a_policy_of_its_own(db: None) -> None:
    """Its secretaries are the desk, its teachers write, it is quiet from nine to seven and sends no SMS."""
    desk = Desk(
        desk=[Role.SECRETARY],
        offices=[Role.COUNSELLOR],
        senders="teachers",
        whole_school_senders=[Role.DIRECTOR],
        channels=["email", "telegram_tokapp"],
        quiet_from=time(21),
        quiet_until=time(7),
        sms_by_default=False,
    )
    today, school = database_today(), desk.school
    secretary = make_staff(school, "Sara", Role.SECRETARY)
    counsellor = make_staff(school, "Olga", Role.COUNSELLOR)
    director, teacher = make_director(school), make_teacher(desk.group)

    def writes(user: User) -> int:
        return students_addressed_by(user, today).count()

    assert [writes(user) for user in (desk.cgcn, secretary, director, teacher)] == [0, 0, 2, 2]
    text = desk.draft(by=counsellor, office=Role.COUNSELLOR)
    assert text.office == Role.COUNSELLOR
    with pytest.raises(NotAllowed):
        desk.draft()  # the finance office is none here
    hours = quiet_hours_of(school, school.policy)
    assert (hours.start, hours.end) == (time(21), time(7))
    assert Procedure.REVIEW in school.policy.procedures


@pytest.mark.parametrize(
    ("default", "length", "expected"), [(True, 20, True), (False, 20, False), (True, 200, False)]
)
def test_sms_to_whom_no_chat_reaches_is_the_schools_word(
    db: None, default: bool, length: int, expected: bool
) -> None:
    desk = Desk(sms_by_default=default)
    message = Message(
        school=desk.school, kind="general", to="familia", way="telegram_tokapp", body="a" * length
    )
    assert route_of(message, desk.school, desk.school.policy).sms_after is expected


def test_who_only_teaches_where_tutors_write_is_offered_no_way_and_told_why(db: None) -> None:
    desk, today = Desk(), database_today()
    teacher = make_teacher(desk.group)
    bars = [
        bar_of(MyStudents(user, desk.school, today, Audience.FAMILY), 1) for user in (desk.tutor, teacher)
    ]
    assert [len(bar.ways) for bar in bars] == [3, 0]
    assert bars[1].note == "En su centro escribe a las familias el tutor de cada grupo."
