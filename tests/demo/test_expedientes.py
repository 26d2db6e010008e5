"""The sample school's expedientes."""

from typing import Any

import pytest

from convivencia.models import DisciplinaryCase
from demo.expedientes import expedientes
from plumier.roles import Role
from tests.factories.register import make_group, make_school, make_staff, make_student, make_tutor
from tests.notica.answering import CONFIGURED


@pytest.mark.django_db
def test_one_is_closed_and_one_is_open_and_a_second_run_changes_nothing(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    school = make_school()
    groups = [make_group(school, name) for name in ("1º ESO A", "1º ESO B")]
    make_staff(school, "Dolores Cánovas", Role.DIRECTOR, username="directora")
    tutor = make_tutor(groups[1])
    for group in groups:
        make_student(group, f"Ana {group}")
    for _run in range(2):
        expedientes(school, groups)
    rows = DisciplinaryCase.objects.order_by("number")
    assert [(one.number_words, one.ending, one.steps.count()) for one in rows] == [
        ("1/2026-27", "measures", 3),
        ("2/2026-27", "", 4),
    ]
    assert {one.instructor.user for one in rows} == {tutor}
