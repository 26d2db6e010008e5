"""What the desk sees of a class's journal: lines beside the family's text, and the offices' reports (C9, C12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from journal.access import lines_seen_by, pupils_of, works_at_desk
from journal.approving import TypedText
from journal.board import texts_of
from journal.handing_in import may_take_in
from journal.models import DayReport, DayReportClass, DayReportIncident, Journal, JournalLine, JournalText
from journal.writing import journal_of
from plumier.access import students_kept_from
from plumier.clock import day_in
from plumier.models import Group, Person, School, User

TEXT, VERSION = "texto", "version"


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A pupil: the lines as they were written, what her family is to read, and what stands if somebody changed it."""

    pk: int
    name: str
    student: int
    lines: tuple[JournalLine, ...]
    text: str
    version: int
    kept: JournalText | None
    stands: str | None = None

    @property
    def is_sent(self) -> bool:
        """Whether it has gone out."""
        return self.kept is not None and self.kept.send_id is not None

    @property
    def is_approved(self) -> bool:
        """Whether it may go out."""
        return self.kept is not None and self.kept.approved_at is not None

    @property
    def rows(self) -> int:
        """How high its box is."""
        return max(2, min(8, self.text.count("\n") + 1))


@dataclass(frozen=True, slots=True)
class OfficeReport:
    """What an office's report says of this class."""

    report: DayReport
    numbers: DayReportClass | None
    incidents: tuple[DayReportIncident, ...]


@dataclass(frozen=True, slots=True)
class DeskClassPage:
    """Everything on it; `acts`: whether it is hers to mend and send, else she reads."""

    school: School
    group: Group
    day: date
    today: date
    journal: Journal
    acts: bool
    may_take_in: bool
    rows: tuple[DeskRow, ...]
    class_lines: tuple[JournalLine, ...]
    reports: tuple[OfficeReport, ...]
    handed_by: str
    typed_reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is at the desk."""
        return self.journal.is_desks

    @property
    def texts(self) -> int:
        """How many families have something to read."""
        return sum(row.kept is not None for row in self.rows)

    @property
    def to_approve(self) -> int:
        """Of these, how many wait."""
        return sum(row.kept is not None and not row.is_approved for row in self.rows)

    @property
    def to_send(self) -> int:
        """Approved ones that have not gone out."""
        return sum(row.is_approved and not row.is_sent for row in self.rows)

    @property
    def sent(self) -> int:
        """Those that have."""
        return sum(row.is_sent for row in self.rows)

    @property
    def silent(self) -> int:
        """Pupils of whom nothing is said."""
        return sum(row.kept is None for row in self.rows)


class DeskReader:
    """Reads the page for a user at a moment."""

    def __init__(self, user: User, school: School, group: Group, day: date, now: datetime) -> None:
        self._user, self._school, self._group, self._day, self._now = user, school, group, day, now
        self._today = today = day_in(school, now)
        self.journal = journal_of(group, day)
        pupils = pupils_of(user, group, day, today).select_related("student__person")
        self.pupils = list(pupils.order_by("student__person__sort_key", "pk"))

    def page(
        self,
        posted: Mapping[int, TypedText] | None = None,
        stands: Mapping[int, str] | None = None,
        reason: str = "",
    ) -> DeskClassPage:
        """As it is kept; with what was typed and not saved, and what others have changed meanwhile."""
        lines = self._lines()
        by = self.journal.handed_by_id
        names = Person.objects.filter(school=self._school, user=by) if by else Person.objects.none()
        name = names.first()
        return DeskClassPage(
            self._school,
            self._group,
            self._day,
            self._today,
            self.journal,
            works_at_desk(self._user, self._school, self._today),
            may_take_in(self.journal, self._now),
            tuple(self._rows(lines, posted or {}, stands or {})),
            tuple(one for one in lines if one.enrolment_id is None),
            tuple(self._reports()),
            name.full_name if name else "",
            reason,
        )

    def posted(self, data: QueryDict) -> dict[int, TypedText]:
        """By enrolment, of the pupils whom she sees."""
        found = {}
        for pupil in self.pupils:
            if (text := data.get(f"{TEXT}-{pupil.pk}")) is not None:
                version = data.get(f"{VERSION}-{pupil.pk}", "")
                shown = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
                found[pupil.pk] = TypedText(shown, text.replace("\r\n", "\n"))
        return found

    def _lines(self) -> list[JournalLine]:
        if not self.journal.pk:
            return []
        rows = lines_seen_by(self._user, [self.journal], self._today, whole=True)
        return list(rows.select_related("subject").order_by("session", "pk"))

    def _rows(
        self, lines: Sequence[JournalLine], posted: Mapping[int, TypedText], stands: Mapping[int, str]
    ) -> list[DeskRow]:
        texts = texts_of(self.journal) if self.journal.pk else {}
        found = []
        for pupil in self.pupils:
            kept, typed = texts.get(pupil.pk), posted.get(pupil.pk)
            found.append(
                DeskRow(
                    pupil.pk,
                    pupil.student.person.full_name,
                    pupil.student_id,
                    tuple(one for one in lines if one.enrolment_id == pupil.pk),
                    typed.text if typed else kept.text if kept else "",
                    kept.version if kept else 0,
                    kept,
                    stands.get(pupil.pk),
                )
            )
        return found

    def _reports(self) -> list[OfficeReport]:
        """Those of the day that were sent, and of this class what they say."""
        reports = list(
            DayReport.objects.filter(school=self._school, day=self._day, number__gt=0).order_by("role")
        )
        classes = DayReportClass.objects.filter(report__in=reports, group=self._group)
        numbers = {one.report_id: one for one in classes}
        kept = students_kept_from(self._user, self._today).values("pk")
        incidents = (
            DayReportIncident.objects.filter(
                report__in=reports, enrolment__group=self._group, removed_at__isnull=True
            )
            .exclude(enrolment__student__in=kept)
            .select_related("enrolment__student__person")
            .order_by("pk")
        )
        by_report: dict[int, list[DayReportIncident]] = {}
        for one in incidents:
            by_report.setdefault(one.report_id, []).append(one)
        return [OfficeReport(one, numbers.get(one.pk), tuple(by_report.get(one.pk, ()))) for one in reports]
