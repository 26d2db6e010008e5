"""The steps of an import: a file laid aside, planned part by part, written, and told."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Model

from plumier.importing.families import Families, Keys
from plumier.importing.groups import GroupName
from plumier.importing.guardian_changes import plan_guardians
from plumier.importing.plan import Counts, Plan
from plumier.importing.problems import Findings, Problem
from plumier.importing.roster import Roster
from plumier.importing.rows import StudentRow
from plumier.importing.snapshot import Frame, take_frame, take_snapshot
from plumier.importing.spool import Spool
from plumier.importing.student_changes import plan_groups, plan_students, tell_absent, tell_withdrawn
from plumier.importing.suspicions import add_shared, tell_of_row, tell_shared
from plumier.importing.writing import analyze, write
from plumier.models import AcademicYear, School

_FIRST_MONTH = 8

OnPlan = Callable[[Plan], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: nothing at all if there are errors. `source` says how the file was read.

    `others` are the counts of what is neither student, guardian nor group, by the name of its kind.
    """

    students: Counts
    guardians: Counts
    groups: Counts
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    source: str = ""
    kind: str = "roster"
    others: Mapping[str, Counts] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Give the report as the command prints it."""
        told: dict[str, object] = {
            "students": self.students.as_json(),
            "guardians": self.guardians.as_json(),
            "groups": self.groups.as_json(),
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
            "source": self.source,
            "kind": self.kind,
        }
        return told | {name: counts.as_json() for name, counts in self.others.items()}


@dataclass(slots=True)
class Content:
    """What a file says of students, laid aside on disk, with what must be known of all of it at once."""

    findings: Findings = field(default_factory=Findings)
    spool: Spool = field(default_factory=Spool)
    keys: Keys = field(default_factory=Keys)
    groups: dict[GroupName, int] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)

    def take_in(self, rows: Iterator[StudentRow]) -> None:
        """Lay the students of a file aside."""
        for row in rows:
            place = self.spool.add(row)
            self.keys.add_ties(place, row)
            add_shared(self.keys, place, row)
            tell_of_row(row, self.findings)
            self.groups.setdefault(row.group, row.row)
            self.present.add(row.expediente)


def report_of(kind: str, plan: Plan, findings: Findings, source: str) -> ImportReport:
    """Give the report of an import that has been planned to its end."""
    told = findings.in_file_order()
    return ImportReport(
        students=plan.students,
        guardians=plan.guardians,
        groups=plan.groups,
        errors=tuple(told.errors),
        warnings=tuple(told.warnings),
        source=source,
        kind=kind,
        others=plan.others,
    )


def carry_out(parts: Iterable[Plan], on_plan: OnPlan | None, *, dry_run: bool) -> None:
    """Show each part of a plan and write it, inside the caller's transaction."""
    made: Counter[type[Model]] = Counter()
    for part in parts:
        if on_plan is not None:
            on_plan(part)
        if not dry_run:
            write(part)
            made.update({model: len(rows) for model, rows in part.new.items()})
    analyze(made)


def plan_parts(read: Content, year: AcademicYear, plan: Plan, today: date) -> Iterator[Plan]:
    """Plan what a file changes, part by part; each must be written before the next is asked for.

    `plan` is the first part, and counts for all.
    """
    school = year.school
    frame = take_frame(school, year)
    plan_groups(read.groups, frame, plan)
    yield plan
    families = Families(school, len(read.spool), read.keys)
    tell_shared(families, read.spool, read.findings)
    for part in families.parts():
        one = plan.next_part()
        roster = Roster(tuple(read.spool.get(part.places)), read.findings)
        _plan_part(roster, part.people, frame, one, today)
        yield one
    last = plan.next_part()
    tell_absent(frame, read.present, read.findings, last)
    yield last


def current_year(school: School, plan: Plan, today: date) -> AcademicYear:
    """Give the year that is running, or plan that of today."""
    year = AcademicYear.objects.filter(school=school, is_current=True).first()
    if year is None:
        start = today.year if today.month >= _FIRST_MONTH else today.year - 1
        year = AcademicYear(school=school, name=f"{start}/{start + 1}")
        plan.make(year)
    return year


def _plan_part(roster: Roster, people: tuple[int, ...], frame: Frame, plan: Plan, today: date) -> None:
    snapshot = take_snapshot(frame, [row.expediente for row in roster.students], people)
    tell_withdrawn(roster, snapshot, roster.findings)
    students = plan_students(roster, snapshot, plan)
    plan_guardians(roster, snapshot, plan, students, today)


def wait_for_other_imports(school: School) -> None:
    """Wait until no other import of the school is at work, and keep others waiting until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plumier.importing'), %s)", [school.pk])
