"""What the list of sends is narrowed to, as its address says it."""

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.choices import Way
from notica.kinds import KINDS
from notica.sends_list import ENDED, RUNNING, Filters

WORDS_LENGTH: Final = 100
MINE: Final = "mios"
# What somebody sends on purpose: the others are told of by the page that made them.
_KINDS: Final = tuple(code for code, kind in KINDS.items() if kind.acuse or code in ("reply", "absence"))


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SendsFilter(forms.Form):
    """Each field may be empty; one that is wrong says so and narrows nothing."""

    buscar = forms.CharField(label=gettext_lazy("Buscar en el asunto y el texto"), required=False)
    estado = forms.ChoiceField(choices=[(RUNNING, ""), (ENDED, "")], required=False)
    desde = forms.DateField(
        label=gettext_lazy("Desde el día"), required=False, widget=_Day, input_formats=["%Y-%m-%d"]
    )
    hasta = forms.DateField(
        label=gettext_lazy("Hasta el día"), required=False, widget=_Day, input_formats=["%Y-%m-%d"]
    )
    via = forms.ChoiceField(label=gettext_lazy("Vía"), required=False)
    clase = forms.ChoiceField(label=gettext_lazy("Clase"), required=False)
    quien = forms.ChoiceField(label=gettext_lazy("De quién"), required=False)

    def __init__(self, data: Any, *, leads: bool) -> None:
        super().__init__(data, auto_id="filter_%s")
        self._choose("via", [("", _("Todas")), *Way.choices])
        self._choose("clase", [("", _("Todas")), *((code, KINDS[code].label) for code in _KINDS)])
        self._choose("quien", [("", _("De todo el centro")), (MINE, _("Solo los míos"))])
        if not leads:
            del self.fields["quien"]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("desde") and given.get("hasta") and given["desde"] > given["hasta"]:
            self.add_error("hasta", _("Es anterior al primer día: ponga uno posterior o déjelo vacío."))
        return given

    def filters(self, zone: ZoneInfo) -> Filters:
        """Of what is right; days are those of a zone."""
        self.is_valid()
        given = self.cleaned_data
        since, until = given.get("desde"), given.get("hasta")
        return Filters(
            state=given.get("estado", ""),
            words=given.get("buscar", "")[:WORDS_LENGTH],
            since=datetime.combine(since, time.min, zone) if since else None,
            until=datetime.combine(until + timedelta(days=1), time.min, zone) if until else None,
            way=given.get("via", ""),
            kind=given.get("clase", ""),
            mine=given.get("quien", "") == MINE,
        )
