"""What the pages of the day's reports show, and what their form says (requirement C12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from secrets import token_urlsafe
from typing import Final

from django.db.models import Q, QuerySet
from django.http import QueryDict

from journal.access import reads_reports_whole, reports_as
from journal.models import DayReport, DayReportClass, DayReportIncident
from journal.reports import ClassState, NewIncident, WrittenReport, report_of
from plumier.access import groups_tutored_by, students_kept_from
from plumier.models import Enrolment, Group, School, User
from plumier.roles import Role

ABSENT, LATE, REMARKS, INCIDENT = "faltan", "tarde", "nota", "incidencia"
VERSION, ALL_REMARKS, NEW_PUPIL, NEW_TEXT, KEY = "version", "observaciones", "alumno", "texto", "llave"
PAGE: Final = 30
MOST: Final = 9_999  # pupils of a class that may be typed


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of a report: as it is typed, and what happened in it."""

    group: Group
    absent: str
    late: str
    remarks: str
    incidents: tuple[DayReportIncident, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report to be read, or to be written if it is an office of hers (`writes`). `chosen` is the class whose pupils
    are offered for a new incident."""

    school: School
    day: date
    today: date
    role: str
    report: DayReport | None
    version: int
    remarks: str
    rows: tuple[ClassRow, ...]
    chosen: int = 0
    pupils: tuple[Enrolment, ...] = ()
    new: NewIncident | None = None
    writes: bool = False

    @property
    def office(self) -> str:
        """In words."""
        return str(Role(self.role).label)

    @property
    def said(self) -> list[ClassRow]:
        """Classes of which something is said."""
        return [row for row in self.rows if row.absent or row.late or row.remarks or row.incidents]


def reports_seen(user: User, school: School, today: date) -> QuerySet[DayReport]:
    """Those that were sent, and the drafts of her own offices."""
    own = Q(role__in=reports_as(user, school, today))
    return DayReport.objects.filter(own | Q(number__gt=0), school=school)


class ReportReader:
    """Reads a report for a user."""

    def __init__(self, user: User, school: School, day: date, role: str, today: date) -> None:
        self._user, self._school, self._day, self._role, self._today = user, school, day, role, today
        self.report = report_of(school, day, role)
        self.writes = role in reports_as(user, school, today)
        self._whole = self.writes or reads_reports_whole(user, school, today)
        groups = Group.objects.filter(school=school, year__is_current=True)
        self.groups = list(groups.order_by("name", "pk"))
        self.incidents = self._incidents()

    def page(self, typed: Mapping[str, str] | None = None, chosen: int = 0) -> ReportPage:
        """As it is kept, or as it was `typed` and not saved."""
        report = self.report
        classes = (
            {one.group_id: one for one in DayReportClass.objects.filter(report=report)} if report else {}
        )
        by_group: dict[int, list[DayReportIncident]] = {}
        for one in self.incidents:
            if typed is not None:
                one.text = typed.get(f"{INCIDENT}-{one.pk}", one.text)
            by_group.setdefault(one.enrolment.group_id, []).append(one)
        rows = []
        for group in self.groups:
            kept = classes.get(group.pk)
            shown = _shown_of(kept)
            if typed is not None:
                names = (f"{name}-{group.pk}" for name in (ABSENT, LATE, REMARKS))
                shown = tuple(typed.get(name, "") for name in names)  # type: ignore[assignment]  # three of them
            rows.append(ClassRow(group, *shown, tuple(by_group.get(group.pk, ()))))
        new = NewIncident(token_urlsafe(12), 0, "")
        if typed is not None:
            new = NewIncident(
                typed.get(KEY, "") or new.key, _id(typed.get(NEW_PUPIL, "")), typed.get(NEW_TEXT, "")
            )
        return ReportPage(
            self._school,
            self._day,
            self._today,
            self._role,
            report,
            report.version if report else 0,
            typed.get(ALL_REMARKS, "") if typed is not None else report.remarks if report else "",
            tuple(rows),
            chosen,
            tuple(self._pupils(chosen)),
            new,
            self.writes,
        )

    def posted(self, data: QueryDict) -> WrittenReport:
        """What the form says; a number that is none is as if nobody had counted."""
        classes = {
            group.pk: ClassState(
                _counted(data.get(f"{ABSENT}-{group.pk}", "")),
                _counted(data.get(f"{LATE}-{group.pk}", "")),
                data.get(f"{REMARKS}-{group.pk}", ""),
            )
            for group in self.groups
            if f"{ABSENT}-{group.pk}" in data
        }
        kept = {
            one.pk: data.get(f"{INCIDENT}-{one.pk}", "")
            for one in self.incidents
            if f"{INCIDENT}-{one.pk}" in data
        }
        new = NewIncident(
            data.get(KEY, "")[:40] or token_urlsafe(12), _id(data.get(NEW_PUPIL, "")), data.get(NEW_TEXT, "")
        )
        return WrittenReport(
            _id(data.get(VERSION, "")),
            data.get(ALL_REMARKS, ""),
            classes,
            kept,
            [new] if new.text.strip() else [],
        )

    def wrong_numbers(self, data: QueryDict) -> list[str]:
        """The classes whose numbers are none."""
        return [
            group.name
            for group in self.groups
            for name in (ABSENT, LATE)
            if (typed := data.get(f"{name}-{group.pk}", "").strip()) and _counted(typed) is None
        ]

    def _incidents(self) -> list[DayReportIncident]:
        """All of them for whom the report is, else those of her classes; none of a child kept from her."""
        if self.report is None:
            return []
        rows = DayReportIncident.objects.filter(report=self.report, removed_at__isnull=True)
        rows = rows.exclude(enrolment__student__in=students_kept_from(self._user, self._today).values("pk"))
        if not self._whole:
            rows = rows.filter(enrolment__group__in=groups_tutored_by(self._user, self._today).values("pk"))
        return list(rows.select_related("enrolment__student__person").order_by("pk"))

    def _pupils(self, chosen: int) -> list[Enrolment]:
        if not self.writes or not chosen:
            return []
        kept = students_kept_from(self._user, self._today).values("pk")
        rows = Enrolment.objects.in_force(self._day).filter(
            group=chosen, school=self._school, year__is_current=True
        )
        rows = rows.exclude(student__in=kept).select_related("student__person")
        return list(rows.order_by("student__person__sort_key", "pk"))


def _shown_of(kept: DayReportClass | None) -> tuple[str, str, str]:
    return (_number(kept.absent), _number(kept.late), kept.remarks) if kept else ("", "", "")


def _number(kept: int | None) -> str:
    return "" if kept is None else str(kept)


def _counted(typed: str) -> int | None:
    typed = typed.strip()
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 5 else None
    return number if number is not None and number <= MOST else None


def _id(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else 0
