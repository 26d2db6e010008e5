"""Issuing a fee to one student or to many, in one act (requirement E8)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from plumier.clock import day_in
from plumier.models import Currency, School, Student, User
from plumier.refusals import Refused
from secretaria.fees.access import students_charged_by
from secretaria.fees.choices import Movement
from secretaria.models import Fee, FeeConcept, FeeIssue, FeeMovement

MOST: Final = 5_000  # students of one act


@dataclass(frozen=True, slots=True)
class Order:
    """What is issued, and to whom: students by id. `client_key` makes a second press the same act."""

    concept: FeeConcept
    amount: Decimal
    issued_on: date
    due_on: date | None
    students: Collection[int]
    client_key: str


@transaction.atomic
def issue(school: School, order: Order, *, by: User, now: datetime) -> FeeIssue:
    """A fee for each of them, with a reference of its own; once for a client key.

    Raises Refused where there is nobody, or one of them is not hers to charge; then nobody is charged.
    """
    known = act_of(by, order.client_key)
    if known is not None:
        return known
    _check(school, order, day_in(school, now))
    today = day_in(school, now)
    wanted = set(order.students)
    rows = students_charged_by(by, school, today).filter(pk__in=wanted)
    students = list(rows.select_related("person").order_by("person__sort_key", "pk"))
    if len(students) < len(wanted):
        raise Refused(
            _("Alguno de los alumnos ya no está en el centro. Vuelva a elegirlos: no se ha emitido nada.")
        )
    act, new = FeeIssue.objects.get_or_create(
        by=by,
        client_key=order.client_key,
        defaults={"school": school, "concept": order.concept, "number": len(students), "at": now},
    )
    if new:
        _write(act, order, students, today)
    return act


def act_of(by: User, client_key: str) -> FeeIssue | None:
    """What this key has done already."""
    return FeeIssue.objects.filter(by=by, client_key=client_key).select_related("concept").first()


def charged_already(concept: FeeConcept, students: Collection[int], since: date) -> set[int]:
    """Those of these students who have a fee of that concept since then that is not annulled."""
    rows = Fee.objects.filter(concept=concept, student__in=students, issued_on__gte=since, annulled=0)
    return set(rows.values_list("student_id", flat=True))


def reference_of(act: int, number: int) -> str:
    """The number of a fee: of the act and of the fee in it. Files may not bring new ones of this form."""
    return f"T{act}-{number:04d}"


def is_our_reference(reference: str) -> bool:
    """Whether it looks like one that is given here."""
    head, _dash, tail = reference.partition("-")
    return head[:1] == "T" and head[1:].isdecimal() and tail.isdecimal() and len(tail) >= 4


def _check(school: School, order: Order, today: date) -> None:
    concept = order.concept
    if concept.school_id != school.pk or not concept.active:
        raise Refused(_("Esta tasa ya no se emite en el centro: elija otra."))
    if not order.students:
        raise Refused(_("Elija al menos un alumno."))
    if len(order.students) > MOST:
        raise Refused(_("Son demasiados alumnos para una vez: elija como mucho %(most)d.") % {"most": MOST})
    if order.amount <= 0 or (concept.currency == Currency.DONG and order.amount % 1):
        raise Refused(_("El importe no es válido."))
    if order.issued_on > today:
        raise Refused(_("La fecha de emisión aún no ha llegado."))
    if order.due_on is not None and order.due_on < order.issued_on:
        raise Refused(_("El vencimiento es anterior a la emisión."))


def _write(act: FeeIssue, order: Order, students: list[Student], today: date) -> None:
    fees = Fee.objects.bulk_create(
        Fee(
            school_id=act.school_id,
            student=student,
            concept=order.concept,
            issue=act,
            reference=reference_of(act.pk, number),
            amount=order.amount,
            currency=order.concept.currency,
            issued_on=order.issued_on,
            due_on=order.due_on,
        )
        for number, student in enumerate(students, start=1)
    )
    FeeMovement.objects.bulk_create(
        FeeMovement(
            school_id=act.school_id,
            fee=fee,
            kind=Movement.ISSUED,
            amount=fee.amount,
            day=today,
            at=act.at,
            by=act.by,
        )
        for fee in fees
    )
