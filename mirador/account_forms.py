"""The forms of the families' web."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from notica.choices import Way
from plumier.models import Contact


class LettersForm(forms.Form):
    """In which language the schools write to her; empty is each school's own."""

    language = forms.ChoiceField(
        label=_("Idioma de los mensajes"),
        choices=[*settings.LANGUAGES, ("", _("El del centro"))],
        widget=forms.RadioSelect,
        required=False,
    )


class TrialForm(forms.Form):
    """To which of her addresses a test goes, and by which way."""

    address = forms.TypedChoiceField(coerce=int)
    way = forms.ChoiceField(choices=[(way.value, way.label) for way in Way])
    key = forms.CharField(max_length=36)

    def __init__(self, contacts: Sequence[Contact], *args: Any) -> None:
        super().__init__(*args)
        self._contacts = {contact.pk: contact for contact in contacts}
        chosen: forms.ChoiceField = self.fields["address"]  # type: ignore[assignment]
        chosen.choices = [(pk, pk) for pk in self._contacts]

    @property
    def contact(self) -> Contact:
        """The address that was chosen."""
        return self._contacts[self.cleaned_data["address"]]

    @property
    def client_key(self) -> str:
        """The same for a double click on one of the page's buttons."""
        return f"{self.cleaned_data['key']}-{self.contact.pk}-{self.cleaned_data['way'][:6]}"
