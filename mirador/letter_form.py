"""The form of a letter to teachers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.kinds import SUBJECT_LENGTH
from notica.letter_limits import check_length
from notica.models import KeptDraft
from notica.refusals import Refused
from notica.writing.attaching import ACCEPT
from notica.writing.keeping import SUBJECT_ROOM, Written, written_of
from notica.writing.many_files import ManyFiles


class LetterForm(forms.Form):
    """What is typed. Everything is kept as it is; `check_for_sending` looks at it hard."""

    subject = forms.CharField(
        label=gettext_lazy("Asunto (opcional)"), required=False, max_length=SUBJECT_ROOM
    )
    body = forms.CharField(
        label=gettext_lazy("Mensaje"), required=False, strip=False, widget=forms.Textarea({"rows": 7})
    )
    # Django takes declared fields out of the class: what came with the form stays in `self.files`.
    files = forms.Field(  # type: ignore[assignment]
        label=gettext_lazy("Ficheros"), required=False, widget=ManyFiles({"multiple": True, "accept": ACCEPT})
    )

    def __init__(self, draft: KeptDraft, data: Any = None, files: Any = None) -> None:
        self.draft = draft
        super().__init__(data, files, initial={"subject": draft.subject, "body": draft.body})

    @property
    def text(self) -> str:
        """What stands in the field, each new line as one character."""
        return str(self["body"].value() or "").replace("\r\n", "\n").replace("\r", "\n")

    def written(self) -> Written:
        """All that was typed, to be kept; what is not shown stays as it was."""
        kept = written_of(self.draft)
        subject = str(self.data.get("subject", kept.subject))
        return Written(
            kept.to,
            kept.way,
            subject=" ".join(subject.split())[:SUBJECT_ROOM],
            body=self.text if "body" in self.data else kept.body,
        )

    def check_for_sending(self) -> None:
        """Note at each field what keeps it from being sent."""
        if len(self.written().subject) > SUBJECT_LENGTH:
            self.add_error(
                "subject",
                _("El asunto es demasiado largo: caben %(most)d caracteres.") % {"most": SUBJECT_LENGTH},
            )
        if not self.text.strip():
            self.add_error("body", _("El mensaje está vacío. Escriba el texto."))
        try:
            check_length(self.text)
        except Refused as refusal:
            self.add_error("body", str(refusal))
