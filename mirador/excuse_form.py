"""The form in which a family says why it knew of an absence."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.justifying import REASON_LENGTH
from notica.files import KeptFile
from notica.refusals import Refused
from notica.writing.attaching import ACCEPT, keep_upload
from plumier.names import clean_text

ROWS: Final = 4


class ExcuseForm(forms.Form):
    """The reason, and perhaps a file, which is looked at by its content and kept."""

    reason = forms.CharField(
        label=gettext_lazy("Motivo de la falta"),
        required=False,
        widget=forms.Textarea({"rows": ROWS, "maxlength": REASON_LENGTH}),
    )
    file = forms.FileField(
        label=gettext_lazy("Justificante (opcional)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ACCEPT}),
    )

    def clean_reason(self) -> str:
        """In one line."""
        reason = clean_text(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(_("Escriba el motivo de la falta."))
        if len(reason) > REASON_LENGTH:
            raise forms.ValidationError(
                _("El motivo es demasiado largo: caben %(most)d caracteres.") % {"most": REASON_LENGTH}
            )
        return reason

    def clean_file(self) -> KeptFile | None:
        """What it is, whatever its name says."""
        upload: Any = self.cleaned_data["file"]
        if not upload:
            return None
        try:
            return keep_upload(upload)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    @property
    def choose_again(self) -> bool:
        """Whether a file that was sound has to be chosen again: a browser does not keep it."""
        return bool(self.errors) and "file" in self.files and "file" not in self.errors
