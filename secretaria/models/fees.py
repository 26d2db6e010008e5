"""Fees of a school and all that happens to them (requirement E8). Amounts are exact, in the fee's own currency."""

from decimal import Decimal
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Round
from django.utils.translation import gettext_lazy as _

from plumier.models import Currency
from secretaria.fees.choices import FeeState, Movement, PaymentWay

REASON_LENGTH: Final = 500  # characters
REFERENCE_LENGTH: Final = 60
LEAST: Final = Decimal("0.01")
_ZERO: Final = Decimal(0)


def amount_field(words: Any, **kept: Any) -> Any:
    """An amount of money; what it may be, the constraints of its table say."""
    return models.DecimalField(words, max_digits=14, decimal_places=2, **kept)


def _whole_dongs(name: str) -> models.CheckConstraint:
    """The dong has no smaller coin."""
    whole = Q(amount=Round(F("amount")))
    return models.CheckConstraint(condition=~Q(currency=Currency.DONG) | whole, name=name)


def _of_school() -> Any:
    return models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )


def _by(words: Any) -> Any:
    """Nobody where it came from a file."""
    return models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=words,
    )


class FeeConcept(models.Model):
    """What a school charges for, and how much as a rule."""

    school = _of_school()
    name = models.CharField(_("concepto"), max_length=120)
    amount = amount_field(_("importe"), validators=[MinValueValidator(LEAST)])
    currency = models.CharField(_("moneda"), max_length=3, choices=Currency.choices, default=Currency.EURO)
    active = models.BooleanField(_("se emite"), default=True)

    class Meta:
        verbose_name = _("concepto de tasa")
        verbose_name_plural = _("conceptos de tasas")
        constraints: ClassVar = [
            models.UniqueConstraint("school", Lower("name"), name="fee_concept_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_concept_positive"),
            _whole_dongs("fee_concept_whole_dongs"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for a part of a dong, in words for the field."""
        if self.currency == Currency.DONG and self.amount is not None and self.amount % 1:
            raise ValidationError({"amount": _("Los dongs no tienen decimales.")})


class FeeIssue(models.Model):
    """One act: a fee to some students at once."""

    school = _of_school()
    concept = models.ForeignKey(
        FeeConcept, on_delete=models.PROTECT, related_name="issues", verbose_name=_("concepto")
    )
    number = models.PositiveIntegerField(_("tasas"))
    at = models.DateTimeField(_("cuándo"))
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("la emitió")
    )
    client_key = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("emisión de tasas")
        verbose_name_plural = _("emisiones de tasas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "client_key"], name="fee_issue_once"),
        ]

    def __str__(self) -> str:
        return f"{self.concept} × {self.number}"


class Fee(models.Model):
    """What a student is charged. `paid` and `annulled` are sums of its movements, kept by a trigger.

    `reference` is the school's own number of it, which the bank's files name too.
    """

    school = _of_school()
    student = models.ForeignKey(
        "plumier.Student", on_delete=models.PROTECT, related_name="fees", verbose_name=_("alumno")
    )
    concept = models.ForeignKey(
        FeeConcept, on_delete=models.PROTECT, related_name="fees", verbose_name=_("concepto")
    )
    issue = models.ForeignKey(
        FeeIssue,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fees",
        verbose_name=_("emisión"),
    )
    reference = models.CharField(_("referencia"), max_length=REFERENCE_LENGTH)
    amount = amount_field(_("importe"))
    currency = models.CharField(_("moneda"), max_length=3, choices=Currency.choices)
    issued_on = models.DateField(_("emitida el"))
    due_on = models.DateField(_("vence el"), null=True, blank=True)
    paid = amount_field(_("pagado"), default=_ZERO, editable=False)
    annulled = amount_field(_("anulado"), default=_ZERO, editable=False)

    class Meta:
        verbose_name = _("tasa")
        verbose_name_plural = _("tasas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "reference"], name="fee_reference_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_positive"),
            models.CheckConstraint(condition=~Q(reference=""), name="fee_has_reference"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("issued_on")), name="fee_due_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(paid__gte=0, annulled__gte=0, amount__gte=F("paid") + F("annulled")),
                name="fee_no_more_than_owed",
            ),
            _whole_dongs("fee_whole_dongs"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["school", "-id"], name="fee_newest"),
            models.Index(
                fields=["school", "-id"],
                condition=Q(amount__gt=F("paid") + F("annulled")),
                name="fee_owed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.student.expediente}"

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        owed: Decimal = self.amount - self.paid - self.annulled
        return owed

    @property
    def state(self) -> FeeState:
        """Where it stands; its `label` is what people read."""
        if self.annulled:
            return FeeState.ANNULLED
        if not self.owed:
            return FeeState.PAID
        return FeeState.PARTLY if self.paid else FeeState.PENDING


class FeeReport(models.Model):
    """What a school was told of a day on which something happened to its fees: once a day, as it was told."""

    school = _of_school()
    day = models.DateField(_("día"))
    lines = models.JSONField(_("totales"), default=list)
    told = models.PositiveIntegerField(_("avisados"), default=0)
    message = models.OneToOneField(
        "notica.Message",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("envío"),
    )
    at = models.DateTimeField(_("enviado"))

    class Meta:
        verbose_name = _("informe de tasas")
        verbose_name_plural = _("informes de tasas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "day"], name="fee_report_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.day}"


class FeeMovement(models.Model):
    """Something that happened to a fee; rows are added and never changed, but for the report that tells of them.

    `day` is the school's civil day on which it was noted, and once it is told the day of that report. `paid_on` is
    when the money came, `bank_reference` the payment's own number, `reverses` the payment that is taken back.
    """

    school = _of_school()
    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="movements", verbose_name=_("tasa"))
    kind = models.CharField(_("movimiento"), max_length=10, choices=Movement.choices)
    amount = amount_field(_("importe"))
    day = models.DateField(_("día"))
    at = models.DateTimeField(_("anotado"))
    by = _by(_("lo anotó"))
    paid_on = models.DateField(_("pagada el"), null=True, blank=True)
    way = models.CharField(_("forma de pago"), max_length=10, choices=PaymentWay.choices, blank=True)
    bank_reference = models.CharField(_("referencia del pago"), max_length=REFERENCE_LENGTH, blank=True)
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        verbose_name=_("cobro que se devuelve"),
    )
    reason = models.CharField(_("motivo"), max_length=REASON_LENGTH, blank=True)
    report = models.ForeignKey(
        FeeReport,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="movements",
        verbose_name=_("informe"),
    )
    client_key = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("movimiento de tasa")
        verbose_name_plural = _("movimientos de tasas")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_movement_positive"),
            models.UniqueConstraint(
                fields=["fee"], condition=Q(kind=Movement.ISSUED), name="fee_issued_once"
            ),
            models.UniqueConstraint(
                fields=["fee"], condition=Q(kind=Movement.ANNULLED), name="fee_annulled_once"
            ),
            models.UniqueConstraint(
                fields=["fee", "bank_reference"],
                condition=Q(kind=Movement.PAID) & ~Q(bank_reference=""),
                name="fee_payment_once",
            ),
            models.UniqueConstraint(
                fields=["by", "client_key"], condition=~Q(client_key=""), name="fee_movement_pressed_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind=Movement.PAID) | Q(paid_on__isnull=False) & ~Q(way=""),
                name="fee_paid_when_and_how",
            ),
            models.CheckConstraint(
                condition=Q(kind=Movement.REVERSED, reverses__isnull=False)
                | ~Q(kind=Movement.REVERSED) & Q(reverses__isnull=True),
                name="fee_reversed_what",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[Movement.REVERSED, Movement.ANNULLED]) | ~Q(reason=""),
                name="fee_undone_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["school", "day", "id"], name="fee_movement_day"),
            models.Index(
                fields=["school", "day"], condition=Q(report__isnull=True), name="fee_movement_untold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.fee.reference}"
