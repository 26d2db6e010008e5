"""What happens to a fee after it was issued: paid, a payment taken back, annulled (requirement E8)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumier.clock import day_in
from plumier.models import Currency, School, User
from plumier.money import money
from plumier.refusals import Refused
from secretaria.fees.access import fees_kept_by
from secretaria.fees.choices import Movement
from secretaria.models import Fee, FeeMovement
from secretaria.models.fees import REASON_LENGTH, REFERENCE_LENGTH


@dataclass(frozen=True, slots=True)
class Payment:
    """What came in for a fee; `bank_reference` is the payment's own number, if it has one."""

    amount: Decimal
    paid_on: date
    way: str
    bank_reference: str = ""
    client_key: str = ""


@transaction.atomic
def pay(school: School, fee_id: int, payment: Payment, *, by: User, now: datetime) -> FeeMovement:
    """Note a payment, of the whole or of a part; once for a client key. Raises Refused for more than is owed."""
    if known := _pressed(by, payment.client_key):
        return known
    fee = _held(school, fee_id, by, now)
    if known := _pressed(by, payment.client_key):
        return known
    today = day_in(school, now)
    if fee.annulled:
        raise Refused(_("Esta tasa está anulada: no admite cobros."))
    if payment.amount <= 0 or (fee.currency == Currency.DONG and payment.amount % 1):
        raise Refused(_("El importe no es válido."))
    if payment.amount > fee.owed:
        words = {"owed": money(fee.owed, fee.currency)}
        raise Refused(_("De esta tasa solo quedan por pagar %(owed)s.") % words)
    if payment.paid_on > today:
        raise Refused(_("La fecha del pago aún no ha llegado."))
    reference = clean_reference(payment.bank_reference)
    paid = FeeMovement.objects.filter(fee=fee, kind=Movement.PAID)
    if reference and paid.filter(bank_reference=reference).exists():
        raise Refused(_("Ese pago ya está anotado en esta tasa, con la misma referencia."))
    return _add(
        fee,
        Movement.PAID,
        payment.amount,
        {
            "paid_on": payment.paid_on,
            "way": payment.way,
            "bank_reference": reference,
            "client_key": payment.client_key,
        },
        by=by,
        now=now,
    )


@transaction.atomic
def reverse(
    school: School, fee_id: int, payment_id: int, reason: str, *, by: User, now: datetime
) -> FeeMovement:
    """Take a payment back, whole, and say why: it is owed again. The same one twice is the same movement.

    Raises Refused without a reason, or for what is no payment of that fee.
    """
    fee = _held(school, fee_id, by, now)
    payment = FeeMovement.objects.filter(fee=fee, kind=Movement.PAID, pk=payment_id).first()
    if payment is None:
        raise Refused(_("Ese cobro ya no está. Vuelva a cargar la página."))
    known = FeeMovement.objects.filter(reverses=payment).first()
    if known is not None:
        return known
    values = {"reverses": payment, "reason": _reason(reason)}
    return _add(fee, Movement.REVERSED, payment.amount, values, by=by, now=now)


@transaction.atomic
def annul(school: School, fee_id: int, reason: str, *, by: User, now: datetime) -> FeeMovement:
    """Nothing is owed any more, and why; once. Raises Refused without a reason, or while there are payments."""
    fee = _held(school, fee_id, by, now)
    known = FeeMovement.objects.filter(fee=fee, kind=Movement.ANNULLED).first()
    if known is not None:
        return known
    if fee.paid:
        raise Refused(_("Esta tasa tiene cobros: anote primero su devolución y después anúlela."))
    return _add(fee, Movement.ANNULLED, fee.amount, {"reason": _reason(reason)}, by=by, now=now)


def clean_reference(typed: str) -> str:
    """As references are compared: capitals, one space between words."""
    return " ".join(typed.split()).upper()[:REFERENCE_LENGTH]


def _held(school: School, fee_id: int, by: User, now: datetime) -> Fee:
    """The fee, which nobody else touches meanwhile."""
    hers = fees_kept_by(by, school, day_in(school, now)).filter(pk=fee_id)
    fee = Fee.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=hers.values("pk")).first()
    if fee is None:
        raise Refused(_("Esta tasa ya no está o no es de su centro."))
    return fee


def _pressed(by: User, client_key: str) -> FeeMovement | None:
    return FeeMovement.objects.filter(by=by, client_key=client_key).first() if client_key else None


def _reason(typed: str) -> str:
    reason = " ".join(typed.split())[:REASON_LENGTH]
    if not reason:
        raise Refused(_("Escriba el motivo: queda con la tasa."))
    return reason


def _add(
    fee: Fee, kind: Movement, amount: Decimal, values: dict[str, Any], *, by: User, now: datetime
) -> FeeMovement:
    return FeeMovement.objects.create(
        school_id=fee.school_id,
        fee=fee,
        kind=kind,
        amount=amount,
        day=day_in(fee.school, now),
        at=now,
        by=by,
        **values,
    )
