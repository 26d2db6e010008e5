"""What is typed about proposals of titles."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plumier.names import clean_text
from profesores.picking.expedientes import LONGEST_TEXT, recognise, spellings, words_of
from secretaria.diplomas.batches import MOST, Written
from secretaria.models.diplomas import NUMBER_LENGTH, TITLE_LENGTH, YEAR_LENGTH

_UNKNOWN_SHOWN: Final = 10


class BatchForm(forms.Form):
    """Of which title, of which year, and its number."""

    titulo = forms.CharField(
        label=gettext_lazy("Título o enseñanza"),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    curso = forms.CharField(label=gettext_lazy("Curso en que se obtuvo"), max_length=YEAR_LENGTH)
    numero = forms.CharField(
        label=gettext_lazy("Número de propuesta, si lo tiene"), max_length=NUMBER_LENGTH, required=False
    )

    def clean_titulo(self) -> str:
        return clean_text(self.cleaned_data["titulo"])

    @property
    def written(self) -> Written:
        """Of a form that is right."""
        typed = self.cleaned_data
        return Written(typed["titulo"], clean_text(typed["curso"]), clean_text(typed["numero"]))


class ExpedientesForm(forms.Form):
    """Students by a pasted list; all of them are found, or none is taken."""

    expedientes = forms.CharField(
        label=gettext_lazy("Expedientes"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, known: Callable[[set[str]], Mapping[str, int]], *given: Any, **named: Any) -> None:
        """`known` gives, by expediente, the students of some spellings whom she may propose."""
        super().__init__(*given, **named)
        self._known = known

    def clean_expedientes(self) -> tuple[int, ...]:
        """Their ids."""
        words = words_of(self.cleaned_data["expedientes"])
        if len(words) > MOST:
            raise forms.ValidationError(_("En una propuesta caben %(most)d títulos.") % {"most": MOST})
        found = recognise(words, self._known(spellings(words))) if words else None
        if found is not None and found.unknown:
            shown = ", ".join(found.unknown[:_UNKNOWN_SHOWN])
            said = ngettext(
                "%(number)d expediente no es de este centro: %(words)s. Corríjalo o quítelo.",
                "%(number)d expedientes no son de este centro: %(words)s. Corríjalos o quítelos.",
                len(found.unknown),
            )
            raise forms.ValidationError(said % {"number": len(found.unknown), "words": shown})
        return found.ids if found else ()


class SentForm(forms.Form):
    """On which day it was sent."""

    enviada = forms.DateField(
        label=gettext_lazy("Día en que se envió"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
