"""The form by which a file is brought in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.scope import scoped
from plumier.importing.kinds import kind_labels
from plumier.importing.tables import MEGABYTE, MOST_BYTES
from plumier.leadership import leadership
from plumier.models import AcademicYear, School
from plumier.uploads import was_too_large


class YearField(forms.ModelChoiceField[AcademicYear]):
    """Years, each with its school for who leads several."""

    with_school = False

    def label_from_instance(self, obj: AcademicYear) -> str:
        return f"{obj.name} · {obj.school}" if self.with_school else obj.name


class UploadForm(forms.Form):
    """A file, what it brings, and which year it is of."""

    school = forms.ModelChoiceField(School.objects.none(), label=gettext_lazy("Centro"))
    file = forms.FileField(
        label=gettext_lazy("Archivo"),
        help_text=gettext_lazy("Excel (.xlsx), CSV, RegAlum.txt o un zip de OneRoster; como mucho 50 MB."),
        error_messages={"required": gettext_lazy("Elija el archivo.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Qué trae"),
        required=False,
        help_text=gettext_lazy("Se ve por sus columnas; dígalo si no se acierta."),
    )
    year = YearField(
        AcademicYear.objects.none(),
        label=gettext_lazy("Curso académico"),
        required=False,
        empty_label=gettext_lazy("El que está en curso"),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools: Any = self.fields["school"]
        years: Any = self.fields["year"]
        kinds: Any = self.fields["kind"]
        schools.queryset = scoped(School.objects.all(), request)
        years.queryset = scoped(AcademicYear.objects.select_related("school"), request).order_by(
            "-name", "id"
        )
        years.with_school = leadership(request).several
        labels = [(name, str(label).capitalize()) for name, label in kind_labels().items()]
        kinds.choices = [("", _("Lo que digan sus columnas")), *labels]
        if not leadership(request).several:
            schools.initial, schools.widget = schools.queryset.first(), forms.HiddenInput()
        if was_too_large(request):
            self.fields["file"].error_messages["required"] = too_large()

    def clean_file(self) -> Any:
        """Not larger than anything that is read, and not empty."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(too_large())
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        year = cleaned.get("year")
        if year is not None and cleaned.get("school") != year.school:
            self.add_error("year", _("Es de otro centro."))
        return cleaned


def too_large() -> str:
    """The sentence for a file that is larger than any that is read."""
    return _("El archivo pasa de %(limit)d MB.") % {"limit": MOST_BYTES // MEGABYTE}
