"""Files of fees: what another programme issued, and what the bank says was paid (requirement E8).

A row with a student and a concept issues the fee of its reference unless it is there; a row with a day of payment
notes that payment unless it is there. So the same file twice changes nothing, and one file may have both.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.clock import database_now
from plumier.importing.cells import text_of
from plumier.importing.differences import describe_with
from plumier.importing.forms import Form, FormRow
from plumier.importing.kinds import Kind, Setting, add_kind
from plumier.importing.plan import Counts
from plumier.importing.writing import let_change
from plumier.models import Student
from plumier.money import money
from plumier.names import plain_words
from secretaria.fees.amounts import read_amount
from secretaria.fees.choices import Movement, PaymentWay
from secretaria.fees.issuing import is_our_reference
from secretaria.fees.recording import clean_reference
from secretaria.models import Fee, FeeConcept, FeeMovement
from secretaria.models.fees import REFERENCE_LENGTH

FORM: Final = Form(
    titles={
        "reference": (
            *("referencia", "referencia tasa", "referencia de la tasa", "n recibo", "recibo"),
            *("no recibo", "num recibo", "numero de recibo", "justificante", "ma phieu", "so phieu"),
        ),
        "expediente": ("expediente", "exp", "expte", "expediente centro", "expediente alumno"),
        "concept": ("concepto", "tasa", "concepto tasa", "khoan thu", "ten khoan thu"),
        "amount": ("importe", "importe tasa", "cuantia", "cantidad", "so tien"),
        "issued": ("fecha emision", "fecha de emision", "emitida", "emision", "ngay phat hanh"),
        "due": ("vencimiento", "fecha vencimiento", "fecha de vencimiento", "han nop"),
        "paid": ("fecha pago", "fecha de pago", "pagada", "fecha cobro", "fecha de cobro", "ngay nop"),
        "paid_amount": ("importe pagado", "importe cobrado", "pagado", "cobrado", "so tien da nop"),
        "way": ("forma de pago", "forma pago", "via de pago", "medio de pago", "hinh thuc"),
        "bank_reference": (
            *("referencia pago", "referencia del pago", "referencia banco", "operacion", "n operacion"),
            "ma giao dich",
        ),
    },
    needed=(("reference",), ("amount", "paid_amount"), ("issued", "paid")),
)
_WAYS: Final = {
    PaymentWay.BANK: ("banco", "ingreso", "ingreso en el banco", "ventanilla", "cajero", "ngan hang"),
    PaymentWay.TRANSFER: ("transferencia", "chuyen khoan"),
    PaymentWay.CARD: ("tarjeta", "tpv", "the"),
    PaymentWay.CASH: ("efectivo", "metalico", "tien mat"),
    PaymentWay.APP: ("bizum", "app", "aplicacion", "aplicacion movil", "vi dien tu"),
}
_Payment = tuple[str, str, date | None, Decimal | None]  # of a fee: by its number, else by its day and amount


def add_fees() -> None:
    """Let files of fees be imported."""
    add_kind(Kind("fees", gettext_lazy("tasas"), FORM, plan_fees, before_rosters=True))
    for model in (Fee, FeeMovement):
        let_change(model)
        describe_with(model)


@dataclass(slots=True)
class _Known:
    """What the school has, and what is planned; `owed` of each fee after the rows so far."""

    setting: Setting
    at: datetime
    students: dict[str, Student]
    concepts: dict[str, FeeConcept]
    fees: dict[str, Fee]
    payments: set[_Payment]
    owed: dict[str, Decimal]
    seen: set[_Payment] = field(default_factory=set)
    issued: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, setting: Setting, references: Collection[str]) -> "_Known":
        """Read what there is of these fees: four queries."""
        school = setting.school
        found = Fee.objects.filter(school=school, reference__in=references).select_related("student")
        fees = {one.reference: one for one in found}
        paid = FeeMovement.objects.filter(school=school, kind=Movement.PAID, fee__reference__in=references)
        rows = paid.values_list("fee__reference", "bank_reference", "paid_on", "amount")
        return cls(
            setting,
            database_now(),
            {one.expediente: one for one in Student.objects.filter(school=school).select_related("person")},
            {plain_words(one.name): one for one in FeeConcept.objects.filter(school=school)},
            fees,
            {_key(*row) for row in rows},
            {reference: one.owed for reference, one in fees.items()},
        )

    def move(self, fee: Fee, kind: Movement, amount: Decimal, **values: object) -> None:
        """Plan what happens to a fee: noted today, by nobody."""
        moved = FeeMovement(
            school=self.setting.school,
            fee=fee,
            kind=kind,
            amount=amount,
            day=self.setting.today,
            at=self.at,
            **values,
        )
        self.setting.plan.make(moved)


def plan_fees(rows: Iterator[FormRow], setting: Setting) -> None:
    """Plan the fees and payments of a file."""
    counts = setting.plan.others["fees"] = Counts()
    payments = setting.plan.others["payments"] = Counts()
    read = list(rows)
    known = _Known.of(setting, {clean_reference(text_of(row.cell("reference"))) for row in read})
    setting.plan.new[Fee]  # before what happens to them, which refers to them
    for row in read:
        setting.plan.line = row.number
        reference = clean_reference(row.text("reference", REFERENCE_LENGTH))
        if not reference:
            row.error("reference", _("Falta la referencia de la tasa."))
            continue
        fee = _fee(row, reference, known, counts)
        if fee is not None and row.text("paid"):
            _pay(row, fee, known, payments)


def _fee(row: FormRow, reference: str, known: _Known, counts: Counts) -> Fee | None:
    """The fee of a row, planned if it is new; None where something is wrong with it."""
    found = known.fees.get(reference)
    if found is None:
        fee = _read_fee(row, reference, known)
        if fee is not None:
            known.fees[reference], known.owed[reference] = fee, fee.amount
            known.issued.add(reference)
            known.setting.plan.make(fee)
            known.move(fee, Movement.ISSUED, fee.amount)
            counts.add(new=True, changed=False)
        return fee
    if not _agrees(row, found):
        return None
    if reference not in known.issued:
        known.issued.add(reference)
        counts.add(new=False, changed=False)
    return found


def _agrees(row: FormRow, fee: Fee) -> bool:
    """Whether the file says of a fee what is kept of it: it does not change what was issued."""
    before = len(row.findings.errors)
    typed = row.number_text("expediente") if row.has("expediente") else ""
    if typed and typed != fee.student.expediente:
        row.error("expediente", _("Esta referencia es de la tasa de otro alumno."))
    if row.has("amount") and (row.has("issued") or row.has("paid_amount")) and row.text("amount"):
        amount = _amount(row, "amount", fee.currency)
        if amount is not None and amount != fee.amount:
            words = {"amount": money(fee.amount, fee.currency)}
            row.error("amount", _("Esta tasa está emitida por %(amount)s.") % words)
    return len(row.findings.errors) == before


def _read_fee(row: FormRow, reference: str, known: _Known) -> Fee | None:
    before = len(row.findings.errors)
    if not (row.has("expediente") and row.has("concept") and row.has("issued") and row.has("amount")):
        row.error("reference", _("No hay ninguna tasa con esta referencia."))
        return None
    if is_our_reference(reference):
        row.error("reference", _("Esta referencia tiene la forma de las que pone Plumier y no existe."))
    student = known.students.get(row.number_text("expediente"))
    if student is None:
        row.error("expediente", _("Ningún alumno del centro tiene este expediente."))
    concept = known.concepts.get(plain_words(row.text("concept", 120)))
    if concept is None:
        row.error("concept", _("El centro no tiene esta tasa: créela en «Conceptos de tasas»."))
    amount = _amount(row, "amount", concept.currency) if concept is not None else None
    issued, due = _day(row, "issued", known.setting.today), _due(row)
    if issued and due and due < issued:
        row.error("due", _("El vencimiento es anterior a la emisión."))
    if len(row.findings.errors) > before or student is None or concept is None:
        return None
    assert amount is not None
    assert issued is not None
    return Fee(
        school=known.setting.school,
        student=student,
        concept=concept,
        reference=reference,
        amount=amount,
        currency=concept.currency,
        issued_on=issued,
        due_on=due,
    )


def _pay(row: FormRow, fee: Fee, known: _Known, counts: Counts) -> None:
    """Plan the payment of a row, unless it is noted."""
    before = len(row.findings.errors)
    paid_on = _day(row, "paid", known.setting.today)
    name = "paid_amount" if row.has("paid_amount") else "amount"
    amount, way = _amount(row, name, fee.currency), _way(row)
    number = (
        clean_reference(row.text("bank_reference", REFERENCE_LENGTH)) if row.has("bank_reference") else ""
    )
    if len(row.findings.errors) > before or amount is None or paid_on is None:
        return
    key = _key(fee.reference, number, paid_on, amount)
    if key in known.seen:
        row.error("reference", _("Este pago está dos veces en el archivo."))
        return
    known.seen.add(key)
    new = key not in known.payments
    if new and amount > known.owed[fee.reference]:
        words = {"owed": money(known.owed[fee.reference], fee.currency)}
        row.error(name, _("De esta tasa solo quedan por pagar %(owed)s.") % words)
        return
    counts.add(new=new, changed=False)
    if new:
        known.owed[fee.reference] -= amount
        known.move(fee, Movement.PAID, amount, paid_on=paid_on, way=way, bank_reference=number)


def _key(reference: str, number: str, paid_on: date | None, amount: Decimal | None) -> _Payment:
    return (reference, number, None, None) if number else (reference, "", paid_on, amount)


def _amount(row: FormRow, name: str, currency: str) -> Decimal | None:
    amount = read_amount(row.text(name, 40), currency)
    if amount is None:
        row.error(name, _("No se entiende el importe: escríbalo como 25,50."))
    return amount


def _day(row: FormRow, name: str, today: date) -> date | None:
    day = row.date(name)
    if day is None and not row.text(name):
        row.error(name, _("Falta la fecha."))
    elif day is not None and day > today:
        row.error(name, _("Ese día aún no ha llegado."))
    return day


def _due(row: FormRow) -> date | None:
    return row.date("due") if row.has("due") else None


def _way(row: FormRow) -> PaymentWay:
    """How it was paid: into the bank, where the file does not say it."""
    typed = plain_words(row.text("way", 60)) if row.has("way") else ""
    if not typed:
        return PaymentWay.BANK
    return next((way for way, words in _WAYS.items() if typed in words), PaymentWay.OTHER)
