"""When a tutor writes to her families by herself, as her school has it (requirement C10; V 3.3)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notica.checking import check_hours
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.refusals import Refused
from tests.notica.review_desk import Desk

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the last week of November 2026, whose 27th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=HANOI)


def draft(desk: Desk, to: Audience = Audience.FAMILY, **more: Any) -> Draft:
    choice = Choice(to, groups=(desk.group.pk,))
    return Draft(desk.school, "message", choice, Way.TELEGRAM_TOKAPP, "k", "Chào", **more)


@pytest.mark.parametrize(
    ("moment", "refused"),
    [
        (at(27, 7, 29), False),
        (at(27, 7, 30), True),
        (at(27, 16, 59), True),
        (at(27, 17), False),
        (at(28, 10), False),
    ],
)
def test_tutor_writes_outside_office_hours(db: None, moment: datetime, refused: bool) -> None:
    desk = Desk()
    if refused:
        with pytest.raises(Refused, match="mesa de revisión"):
            check_hours(draft(desk), desk.school.policy, by=desk.tutor, now=moment)
    else:
        check_hours(draft(desk), desk.school.policy, by=desk.tutor, now=moment)


def test_hour_for_which_it_is_meant_counts(db: None) -> None:
    desk = Desk()
    check_hours(draft(desk, not_before=at(27, 19)), desk.school.policy, by=desk.tutor, now=at(27, 10))


def test_whoever_writes_to_the_whole_school_always_may_and_so_do_colleagues(db: None) -> None:
    desk, now = Desk(), at(27, 10)
    check_hours(draft(desk), desk.school.policy, by=desk.cgcn, now=now)
    check_hours(draft(desk, Audience.STAFF), desk.school.policy, by=desk.tutor, now=now)


def test_school_may_let_tutors_write_always(db: None) -> None:
    desk = Desk(tutors_write="always")
    check_hours(draft(desk), desk.school.policy, by=desk.tutor, now=at(27, 10))
