"""What happened to a school's fees on a day, or between two: totals by concept and each movement (requirement E8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from plumier.models import School, User
from plumier.workbooks import Sheet, Value
from profesores.fees_page import group_names, in_one_piece, named_by
from secretaria.fees.access import movements_kept_by
from secretaria.fees.choices import Movement
from secretaria.fees.totals import Line, lines_of, sums_of
from secretaria.models import FeeConcept, FeeMovement, FeeReport

PAGE: Final = 100
MOST_IN_A_BOOK: Final = 20_000
_AT_ONCE: Final = 1_000
_WIDTHS: Final = (12, 14, 14, 34, 14, 18, 26, 14, 8, 12, 18, 18, 30)


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


_RELATED: Final = ("fee__student__person", "fee__concept", "by")


def book_rows(user: User, school: School, today: date, filters: Filters) -> QuerySet[FeeMovement]:
    """All of them, the oldest first."""
    rows = _narrowed(movements_kept_by(user, school, today), filters)
    return rows.select_related(*_RELATED).order_by("day", "pk")


def book_sheet() -> Sheet:
    """The sheet of the workbook, in the language in force."""
    titles = [
        *(_("Día"), _("Movimiento"), _("Expediente"), _("Alumno"), _("Grupo"), _("Referencia")),
        *(_("Concepto"), _("Importe"), _("Moneda"), _("Pagada el"), _("Forma de pago")),
        *(_("Referencia del pago"), _("Motivo")),
    ]
    return Sheet(_("Tasas"), titles, _WIDTHS, frozen=2)


def book_values(rows: QuerySet[FeeMovement], today: date) -> Iterator[list[Value]]:
    """Row by row, read in chunks; what was taken back or annulled is written as it is counted, below nothing."""
    chunk: list[FeeMovement] = []
    for one in rows.iterator(chunk_size=_AT_ONCE):
        chunk.append(one)
        if len(chunk) == _AT_ONCE:
            yield from _values(chunk, today)
            chunk = []
    yield from _values(chunk, today)


def _values(chunk: list[FeeMovement], today: date) -> Iterator[list[Value]]:
    groups = group_names((one.fee.student_id for one in chunk), today)
    for one in chunk:
        fee = one.fee
        yield [
            one.day,
            str(one.get_kind_display()),
            fee.student.expediente,
            fee.student.person.full_name,
            groups.get(fee.student_id, ""),
            fee.reference,
            fee.concept.name,
            _signed(one),
            fee.currency,
            one.paid_on,
            str(one.get_way_display()),
            one.bank_reference,
            one.reason,
        ]


def _signed(one: FeeMovement) -> Decimal:
    amount: Decimal = one.amount
    return -amount if one.kind in (Movement.REVERSED, Movement.ANNULLED) else amount


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
