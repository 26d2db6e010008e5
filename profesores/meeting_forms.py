"""The forms of a body and of a call to its meeting (requirement E9)."""

from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from secretaria.bodies.choices import BodyKind
from secretaria.bodies.keeping import NAME_LENGTH
from secretaria.bodies.writing import LONGEST, MOST_POINTS, POINT_LENGTH, Written, points_of
from secretaria.models import Body, Meeting

NOTES_LENGTH: Final = 2_000


class BodyForm(forms.Form):
    """What a body is and how it is called."""

    kind = forms.ChoiceField(label=gettext_lazy("Qué es"), choices=BodyKind.choices)
    name = forms.CharField(label=gettext_lazy("Nombre"), max_length=NAME_LENGTH)

    def __init__(self, data: Any, body: Body | None) -> None:
        initial = {"kind": body.kind, "name": body.name} if body else {}
        super().__init__(data, initial=initial)


def _hour(label: Any, *, required: bool = True) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=required, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )


class MeetingForm(forms.Form):
    """A call: its hours are those of the school's own clock."""

    place = forms.CharField(label=gettext_lazy("Lugar"), max_length=200)
    day = forms.DateField(
        label=gettext_lazy("Día"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    hour = _hour(gettext_lazy("Primera convocatoria"))
    second = _hour(gettext_lazy("Segunda convocatoria (si la hay)"), required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("Duración en minutos"), min_value=5, max_value=720, initial=60
    )
    agenda = forms.CharField(
        label=gettext_lazy("Orden del día: un punto en cada línea"), widget=forms.Textarea({"rows": 7})
    )
    notes = forms.CharField(
        label=gettext_lazy("Observaciones (si las hay)"),
        required=False,
        max_length=NOTES_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data: Any, meeting: Meeting | None, zone: ZoneInfo, now: datetime) -> None:
        super().__init__(data, initial=_initial(meeting, zone) if meeting else {})
        self._zone, self._now = zone, now

    def clean_agenda(self) -> tuple[str, ...]:
        """Its points."""
        points = points_of(self.cleaned_data["agenda"])
        if len(points) > MOST_POINTS:
            raise forms.ValidationError(_("Caben %(most)d puntos como mucho.") % {"most": MOST_POINTS})
        if any(len(point) > POINT_LENGTH for point in points):
            raise forms.ValidationError(
                _("Un punto tiene más de %(most)d caracteres: ponga el detalle en un fichero.")
                % {"most": POINT_LENGTH}
            )
        return points

    def clean(self) -> dict[str, Any]:
        """The hours are to come, and in their order."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day, hour, second = (cleaned.get(name) for name in ("day", "hour", "second"))
        if not day or not hour:
            return cleaned
        starts = self._moment(day, hour, "hour")
        if starts is None:
            return cleaned
        if starts <= self._now:
            self.add_error("day", _("Ese día y esa hora ya han pasado: elija otros."))
        elif starts > self._now + LONGEST:
            self.add_error("day", _("Falta más de un año para ese día: revíselo."))
        if second and second <= hour:
            self.add_error("second", _("La segunda convocatoria es después de la primera."))
        cleaned["starts_at"] = starts
        cleaned["second_at"] = self._moment(day, second, "second") if second else None
        return cleaned

    def _moment(self, day: date, hour: time, field: str) -> datetime | None:
        """On the school's clock; when it is put forward, an hour of that night does not exist."""
        moment = datetime.combine(day, hour, tzinfo=self._zone)
        if moment.astimezone(ZoneInfo("UTC")).astimezone(self._zone).time() != hour:
            self.add_error(field, _("Esa noche se adelanta el reloj y esa hora no existe: elija otra."))
            return None
        return moment

    @property
    def written(self) -> Written:
        """What was typed; of a form that is right."""
        data = self.cleaned_data
        return Written(
            " ".join(data["place"].split()),
            data["starts_at"],
            data["minutes"],
            data["agenda"],
            data["second_at"],
            data["notes"].strip(),
        )


def _initial(meeting: Meeting, zone: ZoneInfo) -> dict[str, Any]:
    starts = meeting.starts_at.astimezone(zone)
    second = meeting.second_at.astimezone(zone) if meeting.second_at else None
    return {
        "place": meeting.place,
        "day": starts.date(),
        "hour": starts.time(),
        "second": second.time() if second else None,
        "minutes": meeting.minutes,
        "agenda": "\n".join(meeting.agenda),
        "notes": meeting.notes,
    }


class ReasonForm(forms.Form):
    """Why a meeting is called off."""

    reason = forms.CharField(label=gettext_lazy("Motivo (lo leen los convocados)"), max_length=300)
