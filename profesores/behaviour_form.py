"""What is typed of a behaviour record (requirement E4): every mistake is said at its field."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convivencia.models import BehaviourRecord
from convivencia.records.choices import MEASURE_LENGTH, PLACE_LENGTH, TEXT_LENGTH, BehaviourKind, Measure
from convivencia.records.writing import Written


class RecordForm(forms.Form):
    """Of one incident, whoever took part in it. `today` is the school's day: nothing has happened after it."""

    kind = forms.ChoiceField(label=gettext_lazy("Tipo"), choices=BehaviourKind.choices)
    day = forms.DateField(
        label=gettext_lazy("Día"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    session = forms.TypedChoiceField(
        label=gettext_lazy("Sesión"), required=False, coerce=int, empty_value=None
    )
    hour = forms.TimeField(
        label=gettext_lazy("Hora, si no fue en una sesión"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    place = forms.CharField(label=gettext_lazy("Lugar"), required=False, max_length=PLACE_LENGTH)
    text = forms.CharField(
        label=gettext_lazy("Qué ha pasado"), max_length=TEXT_LENGTH, widget=forms.Textarea({"rows": 6})
    )
    measure = forms.ChoiceField(label=gettext_lazy("Medida tomada"), choices=Measure.choices)
    measure_text = forms.CharField(
        label=gettext_lazy("Detalle de la medida"), required=False, max_length=MEASURE_LENGTH
    )

    def __init__(self, sessions: Sequence[int], today: date, data: Any = None, **given: Any) -> None:
        self.today = today
        super().__init__(data, **given)
        choices = [("", "—"), *((one, f"{one}ª") for one in sessions)]
        self.fields["session"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    @classmethod
    def initial_of(cls, record: BehaviourRecord) -> dict[str, Any]:
        """What a record says now."""
        return {name: getattr(record, name) for name in cls.base_fields}

    def clean_day(self) -> date:
        """Not one that is to come."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("Ese día aún no ha llegado."))
        return day

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if cleaned.get("session") and cleaned.get("hour"):
            self.add_error("hour", _("Diga la sesión o la hora, no las dos."))
        return cleaned

    @property
    def written(self) -> Written:
        """What was typed; of a form that is right."""
        typed = self.cleaned_data
        return Written(
            kind=BehaviourKind(typed["kind"]),
            text=typed["text"],
            day=typed["day"],
            session=typed["session"],
            hour=typed["hour"],
            place=typed["place"],
            measure=Measure(typed["measure"]),
            measure_text=typed["measure_text"],
        )
