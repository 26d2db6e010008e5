"""The forms of transfers: how one begins, and what goes with a step."""

import re
import secrets
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.files import KeptFile
from notica.refusals import Refused as FileRefused
from notica.writing.attaching import keep_upload
from plumier.models import School
from plumier.models.groups import StageKind
from plumier.uploads import was_too_large
from secretaria.models import Transfer
from secretaria.transfers.actions import MOST_FILES
from secretaria.transfers.refusals import AtField
from secretaria.transfers.written import NOTE_LENGTH, Asked, Words

_KEY: Final = re.compile(r"[0-9a-f]{32}")


class StepForm(forms.Form):
    """The note that goes with a step; its files stand beside it in the request."""

    note = forms.CharField(
        label=gettext_lazy("Observaciones (las lee el otro centro)"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3, "maxlength": NOTE_LENGTH}),
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, **given: Any) -> None:
        initial = {"key": secrets.token_hex(16), **given.pop("initial", {})}
        super().__init__(data, initial=initial, **given)
        self.file_problems: list[str] = []
        self.problem = ""

    def clean_key(self) -> str:
        """Its own, or a new one where it was lost."""
        typed = str(self.cleaned_data["key"])
        return typed if _KEY.fullmatch(typed) else secrets.token_hex(16)

    def words(self, request: HttpRequest) -> Words | None:
        """What goes with the step; None where a file of it cannot be kept: why stands in `file_problems`."""
        files = self._kept(request)
        if self.file_problems:
            return None
        return Words(self.cleaned_data["note"], files, self.cleaned_data["key"])

    def refuse(self, refusal: AtField) -> None:
        """Say it at the field that it is about, or above the form."""
        if refusal.field in self.fields:
            self.add_error(refusal.field, str(refusal))
        else:
            self.problem = str(refusal)

    def _kept(self, request: HttpRequest) -> tuple[KeptFile, ...]:
        uploads = request.FILES.getlist("files")
        if was_too_large(request):
            self.file_problems.append(_("Es demasiado para una sola vez: adjunte menos ficheros."))
        if len(uploads) > MOST_FILES:
            self.file_problems.append(_("Caben hasta %(most)d ficheros.") % {"most": MOST_FILES})
            return ()
        found = []
        for upload in uploads:
            try:
                found.append(keep_upload(upload))
            except FileRefused as refusal:
                self.file_problems.append(
                    _("«%(name)s»: %(reason)s") % {"name": upload.name, "reason": refusal}
                )
        return tuple(found)


class NewForm(StepForm):
    """With which school."""

    other = forms.ChoiceField(
        label=gettext_lazy("Centro de destino"),
        error_messages={
            "required": gettext_lazy("Elija el otro centro."),
            "invalid_choice": gettext_lazy("Elija el otro centro de la lista."),
        },
    )

    def __init__(self, schools: Iterable[School], data: Any = None, **given: Any) -> None:
        super().__init__(data, **given)
        self._schools = {str(school.pk): school for school in schools}
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        names = [(key, f"{school.name} ({school.code})") for key, school in self._schools.items()]
        field.choices = [("", _("Elija un centro")), *names]

    @property
    def school(self) -> School:
        """The one that was chosen; of a form that is right."""
        return self._schools[self.cleaned_data["other"]]


class StudentFields(forms.Form):
    """A student as another school knows her."""

    nre = forms.CharField(
        label="NRE", max_length=20, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    given_name = forms.CharField(label=gettext_lazy("Nombre"), max_length=100, required=False)
    surname = forms.CharField(label=gettext_lazy("Apellidos"), max_length=150, required=False)
    stage = forms.ChoiceField(label=gettext_lazy("Enseñanza"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["stage"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Sin indicar")), *StageKind.choices]

    @property
    def asked(self) -> Asked:
        """As it was written; of a form that is right."""
        data = self.cleaned_data
        return Asked(data["nre"], data["given_name"], data["surname"], data["stage"])


class AskForm(NewForm, StudentFields):
    """A request to the school where the student is."""

    field_order = ("other", "nre", "given_name", "surname", "stage", "note")


class AcceptForm(StepForm):
    """Who the student is in the origin's register."""

    expediente = forms.CharField(
        label=gettext_lazy("Expediente del alumno en su centro"), max_length=30, required=False
    )


class CorrectForm(StepForm, StudentFields):
    """A request that was returned, to be sent again."""


def initial_of(transfer: Transfer) -> dict[str, str]:
    """The student as the request has her."""
    return {name: getattr(transfer, name) for name in ("nre", "given_name", "surname", "stage")}
