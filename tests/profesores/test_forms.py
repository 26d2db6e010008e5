"""What the form of a draft makes of what is typed: all of it is kept, however wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest

from notica.choices import Audience, Way
from notica.models import KeptDraft
from notica.writing.keeping import Written
from plumier.models import School
from profesores.forms import WritingForm

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def draft(to: str = "familia", way: str = "email", **fields: Any) -> KeptDraft:
    school = School(code="30000001", time_zone="Asia/Ho_Chi_Minh")
    return KeptDraft(school=school, to=to, way=way, students=[1], **fields)


def typed(kept: KeptDraft | None = None, **data: str) -> WritingForm:
    form = WritingForm(kept or draft(), {"to": "familia", "way": "email", **data})
    form.is_valid()
    return form


def test_lines_and_blanks_are_those_of_a_message() -> None:
    form = typed(subject="  Salida \r\n al  museo ", body="Uno\r\ndos\rtres ")
    assert form.written() == Written(Audience.FAMILY, Way.EMAIL, "Salida al museo", "Uno\ndos\ntres ")


def test_what_is_wrong_is_kept_all_the_same() -> None:
    form = typed(subject="x" * 300, body="", to="nadie", way="paloma", when="nunca")
    assert sorted(form.errors) == ["subject", "to", "way", "when"]
    assert form.written() == Written(Audience.FAMILY, Way.EMAIL, "x" * 300, "")


@pytest.mark.parametrize(
    ("to", "chosen", "found"),
    [
        ("familia", "alumno", Audience.STUDENT),
        ("familia", "personal", Audience.FAMILY),
        ("personal", "alumno", Audience.STAFF),
        ("alumno", "", Audience.STUDENT),
    ],
)
def test_students_and_staff_are_not_changed_for_each_other(to: str, chosen: str, found: Audience) -> None:
    assert typed(draft(to), to=chosen).written().to == found


def test_hour_is_the_schools_and_the_one_before_while_half_of_it_is_typed() -> None:
    later = {"when": "luego", "day": "2026-12-01", "hour": "08:30"}
    at = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    assert typed(**later).written().not_before == at
    assert typed(draft(not_before=at), when="luego", day="2026-12-01").written().not_before == at
    assert typed(draft(not_before=at), when="ahora", day="2026-12-01").written().not_before is None
    shown = WritingForm(draft(not_before=at))
    assert [shown[name].value() for name in ("when", "day", "hour")] == [
        "luego",
        at.date(),
        at.replace(hour=8, tzinfo=None).time(),
    ]


def test_mail_after_goes_with_the_chat_alone() -> None:
    after = {"email_after": "on"}
    assert typed(way="telegram_tokapp", **after).written().email_after is True
    assert typed(way="sms", **after).written().email_after is False
    assert typed(way="telegram_tokapp").written().email_after is False
