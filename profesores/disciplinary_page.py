"""What the pages of expedientes disciplinarios show (requirement E5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Min, Q, QuerySet

from convivencia.disciplinary.access import cases_directed_by, cases_instructed_by, cases_seen_by
from convivencia.disciplinary.choices import HearerRole, LeftOut
from convivencia.disciplinary.history import Before, corrections_of, names_in
from convivencia.models import DisciplinaryCase, DisciplinaryHearer, DisciplinaryStep
from notica.access import messages_visible_to
from notica.marks import Mark, outcome_mark
from notica.models import Message, Recipient
from plumier.access import students_attended_by
from plumier.models import AcademicYear, Group, Person, School, User

PAGE: Final = 50
OPEN, CLOSED, ALL = "abiertos", "cerrados", "todos"
TABS: Final = (OPEN, CLOSED, ALL)
_WAITING: Final = Q(steps__done_on__isnull=True, steps__crossed_out_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to: `tab` is one of TABS, `year` and `group` are ids or 0."""

    tab: str = OPEN
    year: int = 0
    group: int = 0


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An expediente in the list; `due` is the next deadline that is not met, `late` says that it has passed."""

    case: DisciplinaryCase
    due: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class CasesPage:
    """Some, the newest first, the key after which the older begin (0 at the end); `any` says that there are some."""

    lines: list[CaseLine]
    after: int
    years: list[AcademicYear]
    groups: list[Group]
    any: bool


@dataclass(frozen=True, slots=True)
class HearerLine:
    """Somebody who was told: why, by which way and what came of it; or why she was not."""

    person: Person
    roles: str
    row: DisciplinaryHearer
    way: str = ""
    mark: Mark | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step; `late` says that its deadline has passed undone. `before` is what it said until it was corrected."""

    step: DisciplinaryStep
    who: str
    late: bool
    before: list[Before]


@dataclass(frozen=True, slots=True)
class CasePage:
    """An expediente; `directs` and `instructs` say what its reader may do in it, `sends` which sends she may look at.

    `record` says that the pupil's record is hers to open: whoever instructs it need not attend the pupil.
    """

    case: DisciplinaryCase
    steps: list[StepLine]
    hearers: list[HearerLine]
    sends: list[Message]
    directs: bool
    instructs: bool
    record: bool


def cases_page(user: User, school: School, today: date, filters: Filters, after: int) -> CasesPage:
    """Up to PAGE of those that she sees in a school; the same queries for one and for many."""
    hers = cases_seen_by(user, today).filter(school=school)
    rows = _narrowed(hers, filters)
    if last := hers.filter(pk=after).values_list("opened_on", flat=True).first():
        rows = rows.filter(Q(opened_on__lt=last) | Q(opened_on=last, pk__lt=after))
    rows = rows.select_related("student__person", "group", "year", "instructor")
    found = list(
        rows.annotate(due=Min("steps__due_on", filter=_WAITING)).order_by("-opened_on", "-pk")[: PAGE + 1]
    )
    shown = found[:PAGE]
    years = AcademicYear.objects.filter(pk__in=hers.values("year")).order_by("-name", "-pk")
    groups = Group.objects.filter(pk__in=hers.values("group")).select_related("year")
    if filters.year:
        groups = groups.filter(year=filters.year)
    return CasesPage(
        lines=[_line(case, case.due, today) for case in shown],
        after=shown[-1].pk if len(found) > PAGE else 0,
        years=list(years),
        groups=list(groups.order_by("name", "pk")),
        any=bool(shown) or hers.exists(),
    )


def _line(case: DisciplinaryCase, due: date | None, today: date) -> CaseLine:
    return CaseLine(case, due if case.is_open else None, case.is_open and due is not None and due < today)


def _narrowed(rows: QuerySet[DisciplinaryCase], filters: Filters) -> QuerySet[DisciplinaryCase]:
    if filters.tab == OPEN:
        rows = rows.filter(ending="")
    elif filters.tab == CLOSED:
        rows = rows.exclude(ending="")
    if filters.year:
        rows = rows.filter(year=filters.year)
    return rows.filter(group=filters.group) if filters.group else rows


def cases_about(user: User, student: int, today: date) -> list[DisciplinaryCase]:
    """Those of a pupil that she sees, the newest first: for the pupil's record."""
    rows = cases_seen_by(user, today).filter(student=student).select_related("year")
    return list(rows.order_by("-opened_on", "-pk"))


def case_page(user: User, case: DisciplinaryCase, today: date) -> CasePage:
    """Everything on the page of one; who was left out, and why, is told to the management alone."""
    directs = cases_directed_by(user, today).filter(pk=case.pk).exists()
    rows = DisciplinaryStep.objects.filter(case=case).prefetch_related("files")
    steps = list(rows.order_by("at", "pk"))
    names = names_in(case.school_id, {step.by_id for step in steps})
    before = corrections_of(case)
    hearers = DisciplinaryHearer.objects.filter(case=case).select_related("person", "message")
    if not directs:
        hearers = hearers.filter(left_out="")
    told = list(hearers.order_by("at", "pk"))
    sends = messages_visible_to(user, today).filter(pk__in=[one.message_id for one in told if one.message_id])
    return CasePage(
        case=case,
        steps=[
            StepLine(step, names.get(step.by_id, "—"), _is_late(step, case, today), before.get(step.pk, []))
            for step in steps
        ],
        hearers=_hearers(told),
        sends=list(sends.order_by("created_at")),
        directs=directs,
        instructs=directs or cases_instructed_by(user, today).filter(pk=case.pk).exists(),
        record=students_attended_by(user, today).filter(pk=case.student_id).exists(),
    )


def _is_late(step: DisciplinaryStep, case: DisciplinaryCase, today: date) -> bool:
    waits = case.is_open and step.is_live and step.done_on is None
    return waits and step.due_on is not None and step.due_on < today


def _hearers(told: Sequence[DisciplinaryHearer]) -> list[HearerLine]:
    marks = _marks({one.message_id for one in told if one.message_id})
    return [
        HearerLine(
            person=one.person,
            roles=", ".join(str(HearerRole(role).label) for role in one.roles),
            row=one,
            way=str(one.message.get_way_display()) if one.message else "",
            mark=marks.get((one.message_id or 0, one.person_id)),
            why_not=str(LeftOut(one.left_out).label) if one.left_out else "",
        )
        for one in told
    ]


def _marks(messages: Iterable[int]) -> dict[tuple[int, int], Mark]:
    """By message and person, what came of it."""
    rows = Recipient.objects.filter(message__in=list(messages), person__isnull=False)
    return {
        (message, person): outcome_mark(outcome, reason)
        for message, person, outcome, reason in rows.values_list(
            "message_id", "person_id", "outcome", "reason"
        )
    }


def with_everything(rows: QuerySet[DisciplinaryCase]) -> QuerySet[DisciplinaryCase]:
    """With what its pages name."""
    related = ("school__policy", "student__person", "group", "year", "instructor", "opened_by", "closed_by")
    return rows.select_related(*related)
