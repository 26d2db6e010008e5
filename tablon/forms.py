"""The form of a notice, and why one is withdrawn."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tablon.choices import Readers
from tablon.models import Notice

LASTS: Final = timedelta(days=30)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class NoticeForm(forms.Form):
    """What a notice says, to whom and from when until when; `today` is its owner's day."""

    title = forms.CharField(label=gettext_lazy("Título"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Texto"), widget=forms.Textarea({"rows": 12}), max_length=20_000
    )
    readers = forms.ChoiceField(label=gettext_lazy("Quién lo lee"), choices=Readers.choices)
    starts_on = _day(gettext_lazy("Desde"))
    ends_on = _day(gettext_lazy("Hasta"))

    def __init__(self, today: date, notice: Notice | None, *args: Any, **kwargs: Any) -> None:
        initial = {"starts_on": today, "ends_on": today + LASTS, "readers": Readers.FAMILIES}
        if notice is not None:
            initial = {name: getattr(notice, name) for name in self.base_fields}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self._today = today

    def clean(self) -> dict[str, Any]:
        """The days in their order, and not all of them gone."""
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("El último día no puede ser anterior al primero."))
        elif ends and ends < self._today and "ends_on" in self.changed_data:
            self.add_error("ends_on", _("Ese día ya ha pasado: elija hoy u otro posterior."))
        return cleaned


class WithdrawForm(forms.Form):
    """Why a notice is taken from the board."""

    reason = forms.CharField(label=gettext_lazy("Por qué se retira"), max_length=200)
