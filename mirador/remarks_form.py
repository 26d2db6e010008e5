"""The form of «Observaciones»."""

from secrets import token_urlsafe
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from plumier.names import clean_text

KEY_LENGTH: Final = 64


class RemarksForm(forms.Form):
    """What a family writes about some marks; `key` makes a repeated click one message."""

    text = forms.CharField(
        label=gettext_lazy("Mensaje"), required=False, strip=False, widget=forms.Textarea({"rows": 8})
    )
    key = forms.CharField(required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": token_urlsafe(16)})

    def clean_text(self) -> str:
        """A browser sends its lines ended by two signs; they count as one."""
        typed: str = self.cleaned_data["text"]
        return typed.replace("\r\n", "\n").replace("\r", "\n")

    def clean_key(self) -> str:
        """One is made where none came."""
        return clean_text(self.cleaned_data["key"]) or token_urlsafe(16)
