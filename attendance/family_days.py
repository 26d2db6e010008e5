"""A child's absences as one of her family reads them, and what she may answer (requirement E1)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from django.db.models import Count, Q, QuerySet

from attendance.access import absences_of_family
from attendance.choices import AbsenceKind, AnswerKind
from attendance.models import Absence, AbsenceAnswer, AbsenceNotice
from attendance.rolls import state_of
from attendance.rules import answers_open
from notica.kinds import ABSENCE
from notica.models import Message
from plumier.family_access import Child
from plumier.models import User

PAGE: Final = 60  # absences; a day is never cut in two
LATELY: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, about which one of whom she reads today, in the school's civil day."""

    user: User
    child: Child
    today: date

    @property
    def answers(self) -> bool:
        """Whether she speaks for the child to the school: a student does not for herself."""
        return self.child.enrolled and not self.child.own


@dataclass(frozen=True, slots=True)
class Totals:
    """How often she was missing, how many of these are excused, and how often she came late."""

    absences: int
    justified: int
    late: int


@dataclass(frozen=True, slots=True)
class Line:
    """An absence; `reason` why it is excused, empty where another of the family has said why: that is between her and
    the tutor.
    """

    row: Absence
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one notice tells of, or absences of a day of which nobody was told.

    `answers` are hers, `open` is what she may still answer.
    """

    day: date
    notice: AbsenceNotice | None
    lines: tuple[Line, ...]
    answers: tuple[AbsenceAnswer, ...] = ()
    open: frozenset[AnswerKind] = frozenset()

    @property
    def may_excuse(self) -> bool:
        """Whether she can say that she knew."""
        return AnswerKind.KNEW in self.open

    @property
    def may_alarm(self) -> bool:
        """Whether she can say that her child should be there."""
        return AnswerKind.SHOULD_BE_THERE in self.open

    @property
    def excuse(self) -> AbsenceAnswer | None:
        """The excuse that she has proposed."""
        return self._answered(AnswerKind.KNEW)

    @property
    def alarm(self) -> AbsenceAnswer | None:
        """That she has said that her child should be there."""
        return self._answered(AnswerKind.SHOULD_BE_THERE)

    def _answered(self, kind: AnswerKind) -> AbsenceAnswer | None:
        return next((one for one in self.answers if one.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which the child was missing or late."""

    day: date
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class FamilyAbsences:
    """Some days, the newest first, the day before which the older ones are (empty at the end), and the totals."""

    days: tuple[Day, ...]
    after: str
    year: Totals
    lately: Totals


def family_absences(reader: Reader, before: date | None = None) -> FamilyAbsences:
    """This year's, those before a day if one is given; three queries."""
    hers = absences_of_family([reader.child.pk]).filter(enrolment__year__is_current=True)
    found = hers.filter(day__lt=before) if before else hers
    rows = list(found.select_related("subject", "notice").order_by("-day", "session", "pk")[: PAGE + 1])
    shown = _whole_days(rows)
    year, lately = _totals(hers, reader.today)
    after = shown[-1].day.isoformat() if len(shown) < len(rows) else ""
    return FamilyAbsences(tuple(_days(shown, reader)), after, year, lately)


def notices_told(students: Collection[int]) -> QuerySet[AbsenceNotice]:
    """Those about these students (ids) that have gone out."""
    return AbsenceNotice.objects.filter(student__in=students, message__isnull=False)


def notice_of_message(message: Message) -> AbsenceNotice | None:
    """The notice that a message tells; none for one that corrects it, and for any other message."""
    if message.kind != ABSENCE:
        return None
    told = [message.pk] if message.corrects_id is None else [message.pk, message.corrects_id]
    return AbsenceNotice.objects.filter(message__in=told).first()


def part_of(notice: AbsenceNotice, reader: Reader) -> Part:
    """What a notice of hers tells by now, perhaps nothing; two queries."""
    rows = notice.absences.filter(cleared_at__isnull=True).select_related("subject").order_by("session", "pk")
    return _part(notice.day, notice, list(rows), _answers([notice.pk], reader.user), reader)


def _whole_days(rows: Sequence[Absence]) -> Sequence[Absence]:
    """Without the day that may go on in the next page."""
    if len(rows) <= PAGE:
        return rows
    return [row for row in rows if row.day != rows[-1].day] or rows[:PAGE]


def _days(rows: Sequence[Absence], reader: Reader) -> Iterable[Day]:
    answers = _answers({row.notice_id for row in rows if row.notice_id is not None}, reader.user)
    for day, of_day in groupby(rows, key=lambda row: row.day):
        by_notice: dict[int | None, list[Absence]] = {}
        for row in of_day:
            by_notice.setdefault(row.notice_id, []).append(row)
        parts = (_part(day, some[0].notice, some, answers, reader) for some in by_notice.values())
        yield Day(day, tuple(parts))


def _part(
    day: date,
    notice: AbsenceNotice | None,
    rows: Sequence[Absence],
    answers: Iterable[AbsenceAnswer],
    reader: Reader,
) -> Part:
    of_notice = [one for one in answers if notice is not None and one.notice_id == notice.pk]
    hers = tuple(one for one in of_notice if one.person.user_id == reader.user.pk)
    anothers = len(of_notice) > len(hers)
    lines = tuple(Line(row, "" if anothers else row.justification) for row in rows)
    if notice is None or notice.message_id is None or not reader.answers:
        return Part(day, notice, lines, hers)
    left = answers_open(map(state_of, rows), day, reader.today) - {AnswerKind(one.kind) for one in hers}
    return Part(day, notice, lines, hers, left)


def _answers(notices: Collection[int], user: User) -> list[AbsenceAnswer]:
    """Hers, and the excuses of others that were taken: of these only that there are."""
    which = Q(person__user=user) | Q(accepted=True)
    rows = AbsenceAnswer.objects.filter(which, notice__in=notices)
    return list(rows.select_related("person").order_by("at", "pk"))


def _totals(hers: QuerySet[Absence], today: date) -> tuple[Totals, Totals]:
    """Of the year, and of the last days."""
    absent, late = Q(kind=AbsenceKind.ABSENT), Q(kind=AbsenceKind.LATE)
    excused, lately = Q(justified_at__isnull=False), Q(day__gt=today - LATELY)
    found = hers.aggregate(
        absences=Count("pk", filter=absent),
        justified=Count("pk", filter=absent & excused),
        late=Count("pk", filter=late),
        lately_absences=Count("pk", filter=absent & lately),
        lately_justified=Count("pk", filter=absent & excused & lately),
        lately_late=Count("pk", filter=late & lately),
    )
    names = ("absences", "justified", "late")
    return Totals(*(found[name] for name in names)), Totals(*(found[f"lately_{name}"] for name in names))
