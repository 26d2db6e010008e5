"""What happened to a school's fees on a day, or between two: totals by concept and each movement (requirement E8)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from plumier.models import School, User
from profesores.fees_page import group_names, in_one_piece, named_by
from secretaria.fees.access import movements_kept_by
from secretaria.fees.choices import Movement
from secretaria.fees.totals import Line, lines_of, sums_of
from secretaria.models import FeeConcept, FeeMovement, FeeReport

PAGE: Final = 100
_RELATED: Final = ("fee__student__person", "fee__concept", "by")


@dataclass(frozen=True, slots=True)
class Filters:
    """From a day to another, both included; `kind` is a movement or empty, `concept` an id or 0."""

    first: date
    last: date
    kind: str = ""
    concept: int = 0
    words: str = ""

    @property
    def narrow(self) -> bool:
        """Whether anything but the days is asked for."""
        return bool(self.kind or self.concept or self.words)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the totals: of each kind of movement how many and how much, in words; empty for none."""

    concept: str
    cells: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A movement with its amount in words, and its student's group."""

    movement: FeeMovement
    amount: str
    group: str


@dataclass(frozen=True, slots=True)
class MovementsPage:
    """Some movements, the newest first, and the key after which the older begin (0 at the end)."""

    shown: list[Shown]
    rows: list[Row]
    sums: list[Row]
    after: int
    concepts: list[FeeConcept]
    report: FeeReport | None


def movements_page(user: User, school: School, today: date, filters: Filters, after: int) -> MovementsPage:
    """Up to PAGE of them; the same queries for one and for many."""
    rows = _narrowed(movements_kept_by(user, school, today), filters)
    shown = rows
    if last := rows.filter(pk=after).values_list("day", flat=True).first():
        shown = rows.filter(Q(day__lt=last) | Q(day=last, pk__lt=after))
    found = list(shown.select_related(*_RELATED).order_by("-day", "-pk")[: PAGE + 1])
    page = found[:PAGE]
    groups = group_names((one.fee.student_id for one in page), today)
    lines = lines_of(rows)
    one_day = filters.first == filters.last
    report = FeeReport.objects.filter(school=school, day=filters.first).first() if one_day else None
    return MovementsPage(
        [
            Shown(one, in_one_piece(one.amount, one.fee.currency), groups.get(one.fee.student_id, ""))
            for one in page
        ],
        [_row(line) for line in lines],
        [_row(line) for line in sums_of(lines)],
        page[-1].pk if len(found) > PAGE else 0,
        list(FeeConcept.objects.filter(school=school).order_by("name", "pk")),
        report,
    )


def movements_found(user: User, school: School, today: date, filters: Filters) -> QuerySet[FeeMovement]:
    """All of them, the oldest first."""
    rows = _narrowed(movements_kept_by(user, school, today), filters)
    return rows.select_related(*_RELATED).order_by("day", "pk")


def _row(line: Line) -> Row:
    cells = []
    for kind in Movement:
        number, amount = line.of(kind)
        cells.append((number, in_one_piece(amount, line.currency) if number else ""))
    return Row(line.concept, cells)


def _narrowed(rows: QuerySet[FeeMovement], filters: Filters) -> QuerySet[FeeMovement]:
    rows = rows.filter(day__gte=filters.first, day__lte=filters.last)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.concept:
        rows = rows.filter(fee__concept=filters.concept)
    return rows.filter(named_by(filters.words, "fee__")) if filters.words else rows
