"""What the pages of transfers show (requirement E7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from notica.event_words.transfers import TO_DO
from plumier.models import Enrolment, Person, School, Student, User
from plumier.names import search_key
from secretaria.models import Transfer, TransferStep
from secretaria.models.transfers import OPEN
from secretaria.transfers.access import found_students, side_of, transfers_of
from secretaria.transfers.rules import ENDED, WAY, Side, State, Step, days_over, is_back, steps_of

PAGE: Final = 50
OURS, RUNNING, OVER = "toca", "curso", "terminados"
TABS: Final = (OURS, RUNNING, OVER)
MOST_FOUND: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer as one of its schools sees it: whether she leaves it, and how many days its turn is over its time."""

    row: Transfer
    leaves: bool
    other: School
    ours: bool
    over: int
    to_do: str


@dataclass(frozen=True, slots=True)
class TransfersPage:
    """Some of a tab, the key after which the rest begin (0 at the end), and how many each tab has."""

    lines: list[Line]
    after: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the way: whether it is behind, and whether it stands there now."""

    word: str
    done: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What was done, and by whom of its school."""

    step: TransferStep
    name: str


@dataclass(frozen=True, slots=True)
class TransferPage:
    """One transfer: where it stands, what its school may do in it now, and all that was done."""

    line: Line
    way: list[Stage]
    steps: tuple[Step, ...]
    history: list[Told]


@dataclass(frozen=True, slots=True)
class Pupil:
    """A student of the school and the group in which she is."""

    student: Student
    group: str


def transfers_page(
    user: User, school: School, today: date, tab: str, words: str, after: int
) -> TransfersPage:
    """Up to PAGE of a tab: what is open by its deadline, the overdue first; what has ended, the newest first."""
    mine = transfers_of(user, school, today)
    rows = _narrowed(mine, school, tab, words)
    last = mine.filter(pk=after).first() if after else None
    if tab == OVER:
        if last is not None:
            rows = rows.filter(
                Q(changed_at__lt=last.changed_at) | Q(changed_at=last.changed_at, pk__lt=last.pk)
            )
        rows = rows.order_by("-changed_at", "-pk")
    else:
        if last is not None and last.due_on is not None:
            rows = rows.filter(Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, pk__gt=last.pk))
        rows = rows.order_by("due_on", "pk")
    found = list(rows.select_related("school", "destination")[: PAGE + 1])
    shown = found[:PAGE]
    return TransfersPage(
        [_line(row, school, today) for row in shown],
        shown[-1].pk if len(found) > PAGE else 0,
        _counts(mine, school),
    )


def _narrowed(mine: QuerySet[Transfer], school: School, tab: str, words: str) -> QuerySet[Transfer]:
    rows = mine.filter(_tabs(school)[tab])
    for word in search_key(words).split():
        rows = rows.filter(Q(sort_key__contains=word) | Q(nre__iexact=word))
    return rows


def _tabs(school: School) -> dict[str, Q]:
    return {OURS: OPEN & Q(turn=school), RUNNING: OPEN & ~Q(turn=school), OVER: Q(state__in=ENDED)}


def _counts(mine: QuerySet[Transfer], school: School) -> dict[str, int]:
    found: dict[str, int] = mine.aggregate(
        **{tab: Count("pk", filter=wanted) for tab, wanted in _tabs(school).items()}
    )
    return found


def _line(row: Transfer, school: School, today: date) -> Line:
    leaves = side_of(row, school) == Side.ORIGIN
    return Line(
        row,
        leaves,
        row.destination if leaves else row.school,
        row.turn_id == school.pk,
        days_over(row.due_on, today),
        str(TO_DO[row.state]),
    )


def transfer_page(row: Transfer, school: School, today: date) -> TransferPage:
    """The same queries for few steps and for many."""
    steps = row.steps.select_related("school").prefetch_related("files").order_by("number")
    history = list(steps)
    names = _names(history)
    return TransferPage(
        _line(row, school, today),
        _way(row, history),
        steps_of(State(row.state), side_of(row, school), Side(row.begun_by)),
        [Told(step, names.get((step.by_id, step.school_id), "")) for step in history],
    )


def _way(row: Transfer, history: list[TransferStep]) -> list[Stage]:
    """Every state of the straight way; one that was annulled stands where it came to."""
    way = WAY[Side(row.begun_by)]
    state = State(row.state)
    if state == State.ANNULLED:
        reached = [State(step.state) for step in history if step.state in way]
        here, current = max((way.index(one) for one in reached), default=0), False
    else:
        here, current = (0 if is_back(state) else way.index(state)), state not in ENDED
    ended = state == State.CLOSED
    return [
        Stage(str(one.label), number < here or ended, current and number == here)
        for number, one in enumerate(way)
    ]


def _names(history: Iterable[TransferStep]) -> dict[tuple[int, int], str]:
    """By user and school, the name of who acted, as that school has it."""
    users = {step.by_id for step in history}
    schools = {step.school_id for step in history}
    people = Person.objects.filter(user__in=users, school__in=schools).order_by("pk")
    return {(person.user_id or 0, person.school_id): person.full_name for person in people}


def pupils(user: User, school: School, typed: str, today: date) -> list[Pupil]:
    """Some of the school's students whom these words may mean; nobody for none."""
    if not typed.strip():
        return []
    return _with_groups(list(found_students(user, school, typed.strip(), today)[:MOST_FOUND]), today)


def recognised(user: User, row: Transfer, today: date) -> list[Pupil]:
    """Whom a request may mean in the origin's register: by the NRE, else by the name."""
    by_nre = pupils(user, row.school, row.nre, today) if row.nre else []
    return by_nre or pupils(user, row.school, f"{row.given_name} {row.surname}", today)


def _with_groups(students: list[Student], today: date) -> list[Pupil]:
    enrolled = Enrolment.objects.in_force(today).filter(student__in=students, year__is_current=True)
    groups = dict(enrolled.values_list("student_id", "group__name"))
    return [Pupil(student, groups.get(student.pk, "")) for student in students]
