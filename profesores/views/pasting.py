"""A list of expedientes pasted on Alumnos centro: read, looked up, and put into the selection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from profesores.picking.expedientes import LONGEST_TEXT, MOST, Recognised, words_of
from profesores.picking.school_picker import SchoolPicker
from profesores.picking.selecting import change

FIELD = "expedientes"
SINGLY = 30  # up to so many unknown ones have a field each


class PasteForm(forms.Form):
    """What was pasted, or typed again in place of what was not found."""

    expedientes = forms.CharField(
        label=_("Expedientes"),
        help_text=_(
            "Cópielos de un listado o de Excel y péguelos aquí: valen espacios, comas, punto y coma y líneas."
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Pegue o escriba al menos un expediente."),
            "max_length": _("Es demasiado texto: péguelo en varias partes."),
        },
    )

    def clean_expedientes(self) -> list[str]:
        """The words."""
        words = words_of(self.cleaned_data[FIELD])
        if not words:
            raise forms.ValidationError(_("Pegue o escriba al menos un expediente."))
        if len(words) > MOST:
            raise forms.ValidationError(
                ngettext(
                    "Hay %(number)d expediente y se admiten %(most)d de una vez: péguelos en varias partes.",
                    "Hay %(number)d expedientes y se admiten %(most)d de una vez: péguelos en varias partes.",
                    len(words),
                )
                % {"number": len(words), "most": MOST}
            )
        return words


@dataclass(frozen=True, slots=True)
class Pasted:
    """What came of it: whose they were, and how many of these are not enrolled any more."""

    found: Recognised
    gone: int

    @property
    def singly(self) -> bool:
        """Whether each unknown one has a field of its own."""
        return len(self.found.unknown) <= SINGLY


def is_paste(request: HttpRequest) -> bool:
    return request.method == "POST" and FIELD in request.POST


def paste(request: HttpRequest, picker: SchoolPicker, *, now: datetime) -> dict[str, Any]:
    """Put those recognised into the selection; what the page then says of it, with what was typed if it was wrong."""
    form = PasteForm({FIELD: "\n".join(request.POST.getlist(FIELD))})
    if not form.is_valid():
        return {"paste": form}
    found = picker.recognised(form.cleaned_data[FIELD])
    change(picker, found.ids, (), now=now)
    return {"paste": PasteForm(), "pasted": Pasted(found, picker.gone(found.ids) if found.ids else 0)}
