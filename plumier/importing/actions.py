"""Importing a roster: all of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from plumier.importing.guardian_changes import plan_guardians
from plumier.importing.plan import Counts, Plan
from plumier.importing.problems import Problem
from plumier.importing.roster import Roster, read_roster
from plumier.importing.snapshot import take_snapshot
from plumier.importing.student_changes import plan_students, tell_absent, tell_withdrawn
from plumier.importing.writing import write
from plumier.models import AcademicYear, School

_FIRST_MONTH = 8


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: nothing at all if there are errors."""

    students: Counts
    guardians: Counts
    groups: Counts
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    def as_json(self) -> dict[str, object]:
        """Give the report as the command prints it."""
        return {
            "students": self.students.as_json(),
            "guardians": self.guardians.as_json(),
            "groups": self.groups.as_json(),
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
        }


def import_roster(
    *,
    school: School,
    content: bytes,
    dry_run: bool = False,
    on_plan: Callable[[Plan], None] | None = None,
    now: datetime,
) -> ImportReport:
    """Bring a school's register to what a roster says; with `dry_run` only tell what that would be.

    `on_plan` is shown the plan, part by part and each before it is written: for `differences_of`.

    All in one transaction. Nothing is written if a row has an error. The same content a second time changes
    nothing. Two imports of one school wait for each other. Raises `RosterError` if the content is no roster.
    """
    roster = read_roster(content, school.phone_region)
    plan = Plan()
    if not roster.findings.errors:
        with transaction.atomic():
            _wait_for_other_imports(school)
            _make_plan(roster, school, plan, now)
            if on_plan is not None:
                on_plan(plan)
            if not dry_run:
                write(plan)
    findings = roster.findings.in_file_order()
    return ImportReport(
        plan.students, plan.guardians, plan.groups, tuple(findings.errors), tuple(findings.warnings)
    )


def _make_plan(roster: Roster, school: School, plan: Plan, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(school.time_zone)).date()
    year = AcademicYear.objects.filter(school=school, is_current=True).first()
    if year is None:
        start = today.year if today.month >= _FIRST_MONTH else today.year - 1
        year = AcademicYear(school=school, name=f"{start}/{start + 1}")
        plan.make(year)
    snapshot = take_snapshot(school, year)
    tell_withdrawn(roster, snapshot, roster.findings)
    students = plan_students(roster, snapshot, plan)
    plan_guardians(roster, snapshot, plan, students, today)
    tell_absent(roster, snapshot, plan)


def _wait_for_other_imports(school: School) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plumier.importing'), %s)", [school.pk])
