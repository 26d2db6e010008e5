"""«Tasas»: the fees of a school, those still to be paid first asked for, and one of them (requirement E8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Sum

from plumier.models import Enrolment, Group, School, Student, User
from plumier.money import money
from plumier.names import search_key
from secretaria.fees.access import fees_kept_by, students_charged_by
from secretaria.fees.choices import Movement
from secretaria.models import Fee, FeeConcept, FeeMovement

PAGE: Final = 50
PENDING, PAID, ANNULLED, ALL = "pendientes", "pagadas", "anuladas", "todas"
STATES: Final = (PENDING, PAID, ANNULLED, ALL)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is shown: `state` is one of STATES; `concept`, `group` and `student` are ids or 0."""

    state: str = PENDING
    concept: int = 0
    group: int = 0
    student: int = 0
    words: str = ""

    @property
    def narrow(self) -> bool:
        """Whether anything but the state is asked for."""
        return bool(self.concept or self.group or self.student or self.words)


@dataclass(frozen=True, slots=True)
class FeeLine:
    """A fee with its amounts in words, and the group in which the student is."""

    fee: Fee
    group: str
    overdue: bool

    @property
    def amount(self) -> str:
        """What it costs."""
        return in_one_piece(self.fee.amount, self.fee.currency)

    @property
    def owed(self) -> str:
        """What is still to be paid."""
        return in_one_piece(self.fee.owed, self.fee.currency)


@dataclass(frozen=True, slots=True)
class Total:
    """How many fees of a currency are shown, for how much, and what is owed of them."""

    number: int
    amount: str
    owed: str


@dataclass(frozen=True, slots=True)
class FeesPage:
    """Some fees, the newest first, and the key after which the older begin (0 at the end)."""

    lines: list[FeeLine]
    totals: list[Total]
    after: int
    concepts: list[FeeConcept]
    groups: list[Group]
    student: Student | None
    any: bool


@dataclass(frozen=True, slots=True)
class MovementLine:
    """What happened to a fee; `reversible` says that it is a payment which can still be taken back."""

    movement: FeeMovement
    amount: str
    reversible: bool


def in_one_piece(amount: Decimal, currency: str) -> str:
    """An amount in words that is not broken between two lines."""
    return money(amount, currency).replace(" ", "\u00a0")


def fees_page(user: User, school: School, today: date, filters: Filters, after: int) -> FeesPage:
    """Up to PAGE of them; the same queries for one and for many."""
    hers = fees_kept_by(user, school, today)
    rows = _narrowed(hers, filters, today)
    shown = rows.filter(pk__lt=after) if after else rows
    found = list(shown.select_related("student__person", "concept").order_by("-pk")[: PAGE + 1])
    fees = found[:PAGE]
    groups = group_names((fee.student_id for fee in fees), today)
    students = students_charged_by(user, school, today).filter(pk=filters.student).select_related("person")
    return FeesPage(
        [
            FeeLine(fee, groups.get(fee.student_id, ""), bool(fee.owed and fee.due_on and fee.due_on < today))
            for fee in fees
        ],
        _totals(rows),
        fees[-1].pk if len(found) > PAGE else 0,
        list(FeeConcept.objects.filter(school=school).order_by("name", "pk")),
        list(Group.objects.filter(school=school, year__is_current=True).order_by("name", "pk")),
        students.first() if filters.student else None,
        bool(fees) or hers.exists(),
    )


def fees_found(user: User, school: School, today: date, filters: Filters) -> QuerySet[Fee]:
    """All that the filters find, the newest first."""
    rows = _narrowed(fees_kept_by(user, school, today), filters, today)
    return rows.select_related("student__person", "concept").order_by("-pk")


def movement_lines(fee: Fee) -> list[MovementLine]:
    """All that happened to a fee, in its order."""
    rows = list(FeeMovement.objects.filter(fee=fee).select_related("by").order_by("pk"))
    taken_back = {one.reverses_id for one in rows}
    return [
        MovementLine(
            one,
            in_one_piece(one.amount, fee.currency),
            one.kind == Movement.PAID and one.pk not in taken_back,
        )
        for one in rows
    ]


def group_names(students: Iterable[int], today: date) -> dict[int, str]:
    """In which group each of these students is today."""
    rows = Enrolment.objects.in_force(today).filter(student__in=list(students), year__is_current=True)
    return dict(rows.values_list("student_id", "group__name"))


def named_by(words: str, fee: str = "") -> Q:
    """Fees whose student, expediente or reference has every word; `fee` leads from the row to the fee."""
    found = Q()
    for word in words.split():
        person = Q(**{f"{fee}student__person__sort_key__contains": search_key(word)})
        number = Q(**{f"{fee}student__expediente": word})
        found &= person | number | Q(**{f"{fee}reference__contains": word.upper()})
    return found


def in_group(group: int, today: date, fee: str = "") -> Q:
    """Fees of students who are in a group today."""
    enrolled = Enrolment.objects.in_force(today).filter(group=group, year__is_current=True)
    return Q(**{f"{fee}student__in": enrolled.values("student")})


def _narrowed(rows: QuerySet[Fee], filters: Filters, today: date) -> QuerySet[Fee]:
    states = {
        PENDING: Q(amount__gt=F("paid") + F("annulled")),
        PAID: Q(paid=F("amount")),
        ANNULLED: Q(annulled__gt=0),
    }
    rows = rows.filter(states.get(filters.state, Q()))
    if filters.concept:
        rows = rows.filter(concept=filters.concept)
    if filters.group:
        rows = rows.filter(in_group(filters.group, today))
    if filters.student:
        rows = rows.filter(student=filters.student)
    return rows.filter(named_by(filters.words)) if filters.words else rows


def _totals(rows: QuerySet[Fee]) -> list[Total]:
    """By currency: two are never added."""
    rest = Sum(F("amount") - F("paid") - F("annulled"))
    sums = rows.order_by().values("currency").annotate(number=Count("pk"), total=Sum("amount"), rest=rest)
    return [
        Total(
            one["number"],
            in_one_piece(one["total"], one["currency"]),
            in_one_piece(one["rest"], one["currency"]),
        )
        for one in sums.order_by("currency")
    ]
