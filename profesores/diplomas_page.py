"""What the pages of titles show; the same queries for one and for many."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from notica.choices import RETRYABLE, Outcome
from notica.marks import Mark, outcome_mark
from notica.models import Message
from notica.reasons import sentence
from plumier.models import Enrolment, Group, School, Student, User
from plumier.names import search_key
from profesores.picking.searching import named
from secretaria.diplomas.access import batches_kept_by, diplomas_kept_by, students_proposed_by
from secretaria.diplomas.telling import Result, results_of, sends_of
from secretaria.models import BatchState, Diploma, DiplomaBatch

PAGE: Final = 30
STUDENTS: Final = 100  # found at once
BATCH_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    BatchState.DRAFT: ("pencil", "plain"),
    BatchState.SENT: ("send", "info"),
    BatchState.PARTLY: ("hourglass", "warn"),
    BatchState.RECEIVED: ("inbox", "good"),
    BatchState.COLLECTED: ("check", "good"),
}
TO_COME, WAITING, HANDED_OVER = "por_llegar", "por_recoger", "recogidos"
PARTS: Final = (TO_COME, WAITING, HANDED_OVER)
_OF_PART: Final = {
    TO_COME: Q(received_at__isnull=True),
    WAITING: Q(received_at__isnull=False, collected_at__isnull=True),
    HANDED_OVER: Q(collected_at__isnull=False),
}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A proposal in the list: how many titles it has, how many came and how many were collected."""

    batch: DiplomaBatch
    mark: Mark
    titles: int
    received: int
    collected: int


@dataclass(frozen=True, slots=True)
class BatchesPage:
    """Some proposals, and the key after which the older ones begin; 0 at the end."""

    rows: list[BatchLine]
    tabs: list[tuple[str, str, int]]
    total: int
    after: int


@dataclass(frozen=True, slots=True)
class DiplomaLine:
    """A title: whose, and what came of the SMS."""

    diploma: Diploma
    sms: Mark | None
    reason: str


@dataclass(frozen=True, slots=True)
class BatchPage:
    """The titles of a proposal, with their numbers by part and the sends that told of them."""

    batch: DiplomaBatch
    mark: Mark
    rows: list[DiplomaLine]
    numbers: dict[str, int]
    total: int
    after: int
    sends: list[Message]
    failed: int
    untold: int


def batch_mark(batch: DiplomaBatch) -> Mark:
    """Its state as people see it."""
    return Mark(str(BatchState(batch.state).label), *BATCH_MARKS[batch.state])


def batches_page(user: User, school: School, today: date, state: str, after: int) -> BatchesPage:
    """Newest first; of one state or of all."""
    found = batches_kept_by(user, today).filter(school=school)
    counts = dict(found.order_by().values_list("state").annotate(number=Count("pk")))
    rows = found.filter(state=state) if state else found
    if after:
        rows = rows.filter(pk__lt=after)
    some = list(rows.order_by("-pk")[: PAGE + 1])
    hers = diplomas_kept_by(user, today).filter(batch__in=[one.pk for one in some[:PAGE]])
    numbers = {
        row[0]: row[1:]
        for row in hers.order_by()
        .values_list("batch_id")
        .annotate(
            titles=Count("pk"),
            received=Count("pk", filter=Q(received_at__isnull=False)),
            collected=Count("pk", filter=_OF_PART[HANDED_OVER]),
        )
    }
    return BatchesPage(
        rows=[BatchLine(one, batch_mark(one), *numbers.get(one.pk, (0, 0, 0))) for one in some[:PAGE]],
        tabs=[(one.value, str(one.label), counts.get(one.value, 0)) for one in BatchState],
        total=sum(counts.values()),
        after=some[PAGE - 1].pk if len(some) > PAGE else 0,
    )


def batch_page(user: User, batch: DiplomaBatch, today: date, part: str, after: int) -> BatchPage:
    """Her titles of a proposal by name, `STUDENTS` at a time."""
    hers = diplomas_kept_by(user, today).filter(batch=batch)
    numbers = hers.aggregate(all=Count("pk"), **{part: Count("pk", filter=_OF_PART[part]) for part in PARTS})
    rows = hers.filter(_OF_PART[part]) if part in PARTS else hers
    some = list(_after(rows, after)[: STUDENTS + 1])
    told = list(hers.filter(message__isnull=False).select_related("student"))
    results = results_of(told)
    sends = (
        Message.objects.filter(pk__in=sends_of([one.pk for one in told])) if told else Message.objects.none()
    )
    outcomes = Counter(results[one.pk].outcome for one in told if one.pk in results and not one.collected_at)
    taken_back = {pk for pk, one in results.items() if one.outcome == Outcome.CANCELLED}
    untold = numbers[WAITING] - sum(
        1 for one in told if one.pk not in taken_back and one.received_at and not one.collected_at
    )
    return BatchPage(
        batch=batch,
        mark=batch_mark(batch),
        rows=[_line(one, results.get(one.pk)) for one in some[:STUDENTS]],
        numbers={part: numbers[part] for part in PARTS},
        total=numbers["all"],
        after=some[STUDENTS - 1].pk if len(some) > STUDENTS else 0,
        sends=list(sends.order_by("-pk")),
        failed=sum(outcomes[outcome] for outcome in RETRYABLE),
        untold=untold,
    )


def _after(rows: QuerySet[Diploma], after: int) -> QuerySet[Diploma]:
    """In the order of their names, those behind the title with this id."""
    ordered = rows.select_related("student__person", "collected_by").order_by(
        "student__person__sort_key", "pk"
    )
    last = Diploma.objects.filter(pk=after).values_list("student__person__sort_key", flat=True).first()
    if last is None:
        return ordered
    same = Q(student__person__sort_key=last, pk__gt=after)
    return ordered.filter(same | Q(student__person__sort_key__gt=last))


def _line(diploma: Diploma, result: Result | None) -> DiplomaLine:
    if result is None:
        return DiplomaLine(diploma, None, "")
    return DiplomaLine(diploma, outcome_mark(result.outcome, result.reason), sentence(result.reason))


@dataclass(frozen=True, slots=True)
class Found:
    """A student who can be proposed, her last group, and whether she is in the proposal."""

    student: Student
    group: str
    inside: bool


def groups_of(school: School) -> list[Group]:
    """To choose students by, of this year and of those before."""
    return list(Group.objects.filter(school=school).select_related("year").order_by("-year__name", "name"))


def students_found(user: User, batch: DiplomaBatch, today: date, words: str, group: int) -> list[Found]:
    """By words of their name or expediente, and by a group of any year; nobody where neither is asked for."""
    if not search_key(words) and not group:
        return []
    rows = students_proposed_by(user, today).filter(named(words, number="expediente"), school=batch.school_id)
    if group:
        rows = rows.filter(pk__in=Enrolment.objects.filter(group=group).values("student"))
    some = list(rows.select_related("person").order_by("person__sort_key", "pk")[:STUDENTS])
    last = Enrolment.objects.filter(student__in=[one.pk for one in some]).select_related("group", "year")
    groups = {one.student_id: f"{one.group} · {one.year}" for one in last.order_by("year__name", "pk")}
    inside = set(Diploma.objects.filter(batch=batch).values_list("student_id", flat=True))
    return [Found(one, groups.get(one.pk, ""), one.pk in inside) for one in some]
