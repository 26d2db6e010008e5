"""«Absentismo»: who is over the threshold in a period, of the students whom the reader sees (requirement E3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from attendance.absenteeism import Figures, Period, figures_of, over
from attendance.access import may_notify
from attendance.models import AbsenteeismReport
from plumier.access import students_attended_by
from plumier.models import AcademicYear, Enrolment, Group, School, User

SHOWN_REPORTS: Final = 20
BAR: Final = 56.0  # the chart's width, in its own units
ROW: Final = 8.0  # the height of one bar with its gap


@dataclass(frozen=True, slots=True)
class Line:
    """One student over the threshold."""

    enrolment: Enrolment
    figures: Figures
    counted: int
    percent: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A group in the chart: its share of missed sessions among those marked, and where its bar lies."""

    group: str
    percent: float
    top: float
    width: float


@dataclass(frozen=True, slots=True)
class AbsenteeismPage:
    """The list, the chart, and what was notified before; `notifies` says that it is hers to notify."""

    lines: list[Line]
    bars: list[Bar]
    height: float
    notifies: bool
    reports: list[AbsenteeismReport]

    @property
    def figures(self) -> list[Figures]:
        """Of those in the list."""
        return [line.figures for line in self.lines]


def first_period(school: School, today: date, threshold: int) -> Period:
    """From the year's first day, or the month's, until today."""
    year = AcademicYear.objects.filter(school=school, is_current=True).first()
    begun = year.starts_on if year and year.starts_on else today.replace(day=1)
    return Period(min(begun, today), today, threshold)


def absenteeism_page(user: User, school: School, period: Period, today: date) -> AbsenteeismPage:
    """The same queries for one student and for all of a school."""
    seen = students_attended_by(user, today).filter(school=school).order_by().values("pk")
    rows = Enrolment.objects.filter(school=school, year__is_current=True, student__in=seen)
    known = {row.pk: row for row in rows.select_related("student__person", "group")}
    figures = [one for one in figures_of(school, period) if one.enrolment_id in known]
    lines = [
        Line(known[one.enrolment_id], one, one.counted(period), one.percent(period))
        for one in over(figures, period)
    ]
    bars = _bars(figures, known, period)
    notifies = may_notify(user, school, today)
    reports = (
        AbsenteeismReport.objects.filter(school=school) if notifies else AbsenteeismReport.objects.none()
    )
    return AbsenteeismPage(
        lines,
        bars,
        len(bars) * ROW,
        notifies,
        list(reports.select_related("by").order_by("-at", "-pk")[:SHOWN_REPORTS]),
    )


def _bars(figures: Iterable[Figures], known: Mapping[int, Enrolment], period: Period) -> list[Bar]:
    """By group, those with most first: missed sessions of the sessions of whoever has a mark."""
    groups: dict[Group, tuple[int, int]] = {}
    for one in figures:
        group = known[one.enrolment_id].group
        missed, sessions = groups.get(group, (0, 0))
        groups[group] = (missed + one.counted(period), sessions + max(one.sessions, one.counted(period)))
    shares = [(group.name, 100 * missed / sessions) for group, (missed, sessions) in groups.items() if missed]
    most = max((percent for _name, percent in shares), default=0.0)
    ordered = sorted(shares, key=lambda share: (-share[1], share[0]))
    return [
        Bar(name, percent, number * ROW, BAR * percent / most)
        for number, (name, percent) in enumerate(ordered)
    ]
