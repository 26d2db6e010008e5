"""Importing any kind of file: all of it in one transaction, or nothing, and the same file twice changes nothing."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from plumier.importing.forms import read_form
from plumier.importing.kinds import ROSTER, Kind, Setting, guess_kind, kind_named
from plumier.importing.oneroster.archive import is_oneroster, open_export
from plumier.importing.oneroster.people import read_people, students_of
from plumier.importing.oneroster.teaching import plan_teaching
from plumier.importing.plan import Plan
from plumier.importing.problems import Findings, RosterError
from plumier.importing.reading import open_source
from plumier.importing.recognising_files import check_size
from plumier.importing.roster import read_rows
from plumier.importing.steps import (
    Content,
    ImportReport,
    OnPlan,
    carry_out,
    current_year,
    plan_parts,
    report_of,
    wait_for_other_imports,
)
from plumier.importing.tables import Source
from plumier.models import AcademicYear, School

__all__ = ["Ask", "ImportReport", "import_file", "import_roster"]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted of a file: its kind, guessed if it is empty; the year by its name, the running one if empty.

    `on_plan` is shown the plan, part by part and each before it is written: for `differences_of`.
    """

    kind: str = ""
    year: str = ""
    dry_run: bool = False
    on_plan: OnPlan | None = None


def import_roster(
    *,
    school: School,
    content: BinaryIO | bytes,
    dry_run: bool = False,
    on_plan: OnPlan | None = None,
    now: datetime,
) -> ImportReport:
    """Import a file that is a roster: `import_file` with nothing to guess."""
    ask = Ask(kind=ROSTER, dry_run=dry_run, on_plan=on_plan)
    return import_file(school=school, content=content, ask=ask, now=now)


def import_file(*, school: School, content: BinaryIO | bytes, ask: Ask, now: datetime) -> ImportReport:
    """Bring a school's register to what a file says; with `dry_run` only tell what that would be.

    All in one transaction. Nothing is written if a row has an error. Two imports of one school wait for each other.
    Raises `RosterError` if the content is no such file, and for a kind or a year that there is not.
    """
    today = now.astimezone(ZoneInfo(school.time_zone)).date()
    kind = kind_named(ask.kind) if ask.kind and ask.kind != ROSTER else None
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    check_size(stream)
    if is_oneroster(stream):
        return _import_oneroster(school, stream, ask, today)
    with open_source(stream) as source:
        if kind is None and not ask.kind:
            kind = guess_kind(source, school.phone_region)
        if kind is None:
            return _import_roster(school, source, ask, today)
        return _import_form(kind, (school, source), ask, today)


def _import_roster(school: School, source: Source, ask: Ask, today: date) -> ImportReport:
    read = Content()
    try:
        read.take_in(read_rows(source, school.phone_region, read.findings))
        plan = Plan(sheets=read.findings.sheets)
        if not read.findings.errors:
            with transaction.atomic():
                wait_for_other_imports(school)
                year = year_named(school, ask.year) or current_year(school, plan, today)
                carry_out(plan_parts(read, year, plan, today), ask.on_plan, dry_run=ask.dry_run)
    finally:
        read.spool.close()
    return report_of(ROSTER, plan, read.findings, source.description)


def _import_oneroster(school: School, file: BinaryIO, ask: Ask, today: date) -> ImportReport:
    """Import students and teaching. Each part leans on those before, so a dry run writes too, and takes it back."""
    export = open_export(file)
    read = Content()
    plan = Plan()
    try:
        people = read_people(export, school, read.findings)
        read.take_in(students_of(people, school, read.findings, today))
        if not read.findings.errors:
            with transaction.atomic():
                wait_for_other_imports(school)
                year = year_named(school, ask.year) or current_year(school, plan, today)
                carry_out(plan_parts(read, year, plan, today), ask.on_plan, dry_run=False)
                setting = Setting(school, year, today, plan.next_part(), read.findings)
                carry_out(plan_teaching(export, people, setting), ask.on_plan, dry_run=False)
                if ask.dry_run or read.findings.errors:
                    transaction.set_rollback(True)
    finally:
        read.spool.close()
    if read.findings.errors:
        plan = Plan()
    return report_of(ROSTER, plan, read.findings, f"OneRoster {export.version}")


def _import_form(kind: Kind, given: tuple[School, Source], ask: Ask, today: date) -> ImportReport:
    school, source = given
    findings, plan = Findings(), Plan()
    with transaction.atomic():
        wait_for_other_imports(school)
        year = year_named(school, ask.year) or current_year(school, plan, today)
        kind.plan(read_form(source, kind.form, findings), Setting(school, year, today, plan, findings))
        plan.sheets = findings.sheets
        if findings.errors:
            plan = Plan()
        else:
            carry_out([plan], ask.on_plan, dry_run=ask.dry_run)
    return report_of(kind.name, plan, findings, source.description)


def year_named(school: School, name: str) -> AcademicYear | None:
    """Give a year by its name, none for no name. Raises `RosterError` for a year that there is not."""
    if not name:
        return None
    year = AcademicYear.objects.filter(school=school, name=name).first()
    if year is None:
        known = ", ".join(AcademicYear.objects.filter(school=school).values_list("name", flat=True))
        raise RosterError(
            _("El centro no tiene el curso %(year)s. Los que hay: %(known)s.")
            % {"year": name, "known": known or "—"}
        )
    return year
