"""`manage.py report_absenteeism`."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from attendance.choices import Mark
from attendance.models import AbsenteeismReport
from tests.attendance.classes import NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_director

WEEK = {"first": "2026-11-23", "last": "2026-11-27"}


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> SchoolClass:
    database_clock.freeze(NINE)
    of = SchoolClass()
    of.mark((of.ana, Mark.ABSENT))
    return of


def report(of: SchoolClass, **options: Any) -> None:
    call_command("report_absenteeism", school=of.school.code, **{**WEEK, **options})


def test_number_is_told_and_the_list_written(of: SchoolClass, capsys: Any, tmp_path: Path) -> None:
    report(of, out=tmp_path / "absentismo.xlsx")
    assert capsys.readouterr().out == "1 alumno con más del 20 % de faltas.\n"
    rows = list(openpyxl.load_workbook(tmp_path / "absentismo.xlsx").active.values)  # type: ignore[union-attr]
    assert [row[1] for row in rows] == ["Alumno", "Ana Vera"]


def test_it_is_notified_in_the_name_of_who_may(of: SchoolClass, capsys: Any) -> None:
    director = make_director(of.school)
    report(of, notify_as=director.username)
    assert capsys.readouterr().out.splitlines()[1:] == ["Personas notificadas: 2"]
    assert AbsenteeismReport.objects.get().by == director


def test_nothing_goes_out_in_her_name_of_a_child_from_whom_a_court_keeps_her(of: SchoolClass) -> None:
    director = make_director(of.school)
    of.mark((of.luis, Mark.ABSENT), of=of.lesson(1))
    of.ana.guardianships.create(
        school=of.school,
        guardian=director.people.get(),
        relation="other",
        order=9,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    report(of, notify_as=director.username)
    assert [one["student"] for one in AbsenteeismReport.objects.get().students] == ["Luis Gil"]


def test_teacher_is_nobody_to_notify_for(of: SchoolClass) -> None:
    with pytest.raises(CommandError) as refusal:
        report(of, notify_as=of.teacher.username)
    assert str(refusal.value) == f"«{of.teacher.username}» no puede notificar el absentismo de este centro."


@pytest.mark.parametrize("options", [{"first": "ayer"}, {"first": "2026-11-28"}, {"over": 0}])
def test_period_that_is_none_is_refused(of: SchoolClass, options: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        report(of, **options)
