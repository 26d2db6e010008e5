"""The sample school's fees: two concepts, issued some days ago, which most families have paid since."""

import zlib
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction

from plumier.clock import database_now, day_in
from plumier.models import Group, School, Student, User
from secretaria.fees.access import students_charged_by
from secretaria.fees.choices import Movement, PaymentWay
from secretaria.fees.issuing import Order, issue
from secretaria.fees.recording import annul
from secretaria.models import Fee, FeeConcept, FeeMovement

SECRETARY: Final = "secretario"
INSURANCE, CANTEEN = ("Seguro escolar", Decimal("1.12")), ("Comedor, noviembre", Decimal("86.40"))
ISSUED, PAID, ANNULLED = timedelta(days=6), timedelta(days=2), timedelta(days=1)  # ago
TO_PAY: Final = timedelta(days=20)  # from the issue
PAID_SHARE, HALF_SHARE = 70, 10  # of a hundred
GRANT: Final = "Beca de comedor concedida"


@transaction.atomic
def fees(of: School, groups: Sequence[Group]) -> None:
    """The insurance to the first two groups and the canteen to the first. Done once.

    Days with movement, so that the clock has reports to make.
    """
    if Fee.objects.filter(school=of).exists():
        return
    secretary, now = User.objects.get(username=SECRETARY), database_now()
    for (name, amount), charged in ((INSURANCE, groups[:2]), (CANTEEN, groups[:1])):
        concept, _new = FeeConcept.objects.get_or_create(school=of, name=name, defaults={"amount": amount})
        order = _order(of, concept, charged, secretary)
        issue(of, order, by=secretary, now=now - ISSUED)
    _pay(of, secretary)
    unpaid = Fee.objects.filter(school=of, concept__name=CANTEEN[0], paid=0).order_by("pk").first()
    if unpaid is not None:
        annul(of, unpaid.pk, GRANT, by=secretary, now=now - ANNULLED)


def _order(of: School, concept: FeeConcept, groups: Sequence[Group], secretary: User) -> Order:
    day = day_in(of, database_now() - ISSUED)
    students = students_charged_by(secretary, of, day).filter(enrolments__group__in=groups)
    ids = sorted(set(students.values_list("pk", flat=True)))
    return Order(concept, concept.amount, day, day + TO_PAY, ids, f"demo-{concept.pk}")


def _pay(of: School, secretary: User) -> None:
    """Most have paid, and some a half, at the bank or by card."""
    at = database_now() - PAID
    day = day_in(of, at)
    rows = Fee.objects.filter(school=of).select_related("student").order_by("pk")
    FeeMovement.objects.bulk_create(
        FeeMovement(
            school=of,
            fee=one,
            kind=Movement.PAID,
            amount=one.amount if share < PAID_SHARE else one.amount / 2,
            day=day,
            at=at,
            by=secretary,
            paid_on=day,
            way=PaymentWay.BANK if share % 2 else PaymentWay.CARD,
        )
        for one in rows
        if (share := _number(one.student, one.concept_id) % 100) < PAID_SHARE + HALF_SHARE
    )


def _number(student: Student, concept: int) -> int:
    """Always the same for the same student."""
    return zlib.crc32(f"{concept} {student.expediente}".encode())
