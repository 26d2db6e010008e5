"""The forms of the pages of fees. What was typed is kept; what is wrong is said at its field."""

from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plumier.models import Group, School
from plumier.money import money
from profesores.picking.expedientes import LONGEST_TEXT, MOST, words_of
from secretaria.fees.amounts import read_amount
from secretaria.fees.choices import PaymentWay
from secretaria.models import Fee, FeeConcept
from secretaria.models.fees import REASON_LENGTH, REFERENCE_LENGTH

KEY_LENGTH: Final = 64
_TYPED_AMOUNT: Final = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}


def day_input() -> forms.DateInput:
    """A day as the browser asks for it."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def new_key() -> str:
    """Makes a second press of the same page the same act."""
    return uuid4().hex


class ConceptChoice(forms.ModelChoiceField[FeeConcept]):
    """What is charged for, with its usual amount."""

    def label_from_instance(self, obj: FeeConcept) -> str:
        return f"{obj.name} · {money(obj.amount, obj.currency)}"


class IssueForm(forms.Form):
    """What is issued and to whom: groups, expedientes, or both."""

    tasa = ConceptChoice(FeeConcept.objects.none(), label=gettext_lazy("Tasa"), empty_label=None)
    importe = forms.CharField(
        label=gettext_lazy("Importe"),
        required=False,
        max_length=40,
        widget=forms.TextInput(_TYPED_AMOUNT),
    )
    emitida = forms.DateField(label=gettext_lazy("Fecha de emisión"), widget=day_input())
    vence = forms.DateField(label=gettext_lazy("Vence el (si vence)"), required=False, widget=day_input())
    grupos = forms.ModelMultipleChoiceField(
        Group.objects.none(), label=gettext_lazy("Grupos"), required=False
    )
    expedientes = forms.CharField(
        label=gettext_lazy("Expedientes"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    otra = forms.BooleanField(
        label=gettext_lazy("Emitirla también a quien ya la tiene este curso"), required=False
    )
    clave = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH)

    def __init__(self, school: School, today: date, data: Any = None) -> None:
        super().__init__(data, initial={"emitida": today, "clave": new_key()})
        self.today = today
        concepts, groups = self.fields["tasa"], self.fields["grupos"]
        assert isinstance(concepts, forms.ModelChoiceField)
        assert isinstance(groups, forms.ModelMultipleChoiceField)
        concepts.queryset = FeeConcept.objects.filter(school=school, active=True).order_by("name", "pk")
        groups.queryset = Group.objects.filter(school=school, year__is_current=True).order_by("name", "pk")

    def clean_expedientes(self) -> list[str]:
        """The words."""
        words = words_of(self.cleaned_data["expedientes"])
        if len(words) > MOST:
            said = ngettext(
                "Hay %(number)d expediente y se admiten %(most)d de una vez: péguelos en varias partes.",
                "Hay %(number)d expedientes y se admiten %(most)d de una vez: péguelos en varias partes.",
                len(words),
            )
            raise forms.ValidationError(said % {"number": len(words), "most": MOST})
        return words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        concept, issued, due = (cleaned.get(name) for name in ("tasa", "emitida", "vence"))
        if issued and issued > self.today:
            self.add_error("emitida", _("La fecha de emisión aún no ha llegado."))
        if issued and due and due < issued:
            self.add_error("vence", _("El vencimiento es anterior a la emisión."))
        if concept is not None:
            cleaned["amount"] = self._amount(concept, cleaned.get("importe", ""))
        if "expedientes" in cleaned and not cleaned["expedientes"] and not cleaned.get("grupos"):
            self.add_error("expedientes", _("Elija al menos un grupo o pegue algún expediente."))
        return cleaned

    def _amount(self, concept: FeeConcept, typed: str) -> Decimal:
        amount = read_amount(typed, concept.currency) if typed.strip() else concept.amount
        if amount is None:
            self.add_error("importe", _("No se entiende el importe: escríbalo como 25,50."))
        return amount or concept.amount


class PayForm(forms.Form):
    """A payment of a fee: the whole of what is owed, unless somebody writes less."""

    importe = forms.CharField(
        label=gettext_lazy("Importe"), max_length=40, widget=forms.TextInput(_TYPED_AMOUNT)
    )
    pagada = forms.DateField(label=gettext_lazy("Fecha del pago"), widget=day_input())
    via = forms.ChoiceField(label=gettext_lazy("Forma de pago"), choices=PaymentWay.choices)
    operacion = forms.CharField(
        label=gettext_lazy("Referencia del pago (si la tiene)"), required=False, max_length=REFERENCE_LENGTH
    )
    clave = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH)

    def __init__(self, fee: Fee, today: date, data: Any = None) -> None:
        owed = str(fee.owed.normalize() if fee.owed == int(fee.owed) else fee.owed)
        initial = {"importe": f"{Decimal(owed):f}".replace(".", ","), "pagada": today, "clave": new_key()}
        super().__init__(data, initial=initial)
        self.fee, self.today = fee, today

    def clean_importe(self) -> Decimal:
        """The amount."""
        amount = read_amount(self.cleaned_data["importe"], self.fee.currency)
        if amount is None:
            raise forms.ValidationError(_("No se entiende el importe: escríbalo como 25,50."))
        return amount

    def clean_pagada(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["pagada"]
        if day > self.today:
            raise forms.ValidationError(_("La fecha del pago aún no ha llegado."))
        return day


class ReasonForm(forms.Form):
    """Why a payment is taken back or a fee annulled."""

    motivo = forms.CharField(label=gettext_lazy("Motivo"), max_length=REASON_LENGTH)
