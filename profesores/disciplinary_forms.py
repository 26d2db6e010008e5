"""The forms of expedientes disciplinarios (requirement E5)."""

import secrets
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convivencia.disciplinary.access import instructors_for
from convivencia.disciplinary.choices import CaseKind, Ending, StepKind
from convivencia.disciplinary.opening import Opening
from convivencia.disciplinary.steps import Closing, Step
from convivencia.models import DisciplinaryCase
from convivencia.models.disciplinary import KEY_LENGTH, TEXT_LENGTH
from notica.files import KeptFile
from plumier.models import Person, Student
from plumier.refusals import Refused, SavedOtherwise


def _day(words: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=words, widget=widget, required=required)


def _text(words: Any, *, required: bool = True) -> forms.CharField:
    area = forms.Textarea({"rows": 6})
    return forms.CharField(label=words, widget=area, max_length=TEXT_LENGTH, required=required)


def _key() -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH)


def new_key() -> str:
    """What makes a form that is sent twice one thing."""
    return secrets.token_urlsafe(16)


class PressedOnce(forms.Form):
    """A form whose `key` makes a double press one thing."""

    key = _key()

    def refuse(self, refusal: Refused) -> None:
        """Say why; where the key has saved something else, what was typed gets another."""
        self.add_error(None, str(refusal))
        if isinstance(refusal, SavedOtherwise):
            self.data = {**self.data, "key": new_key()}


class InstructorChoice(forms.ModelChoiceField[Person]):
    """Of the school's staff, by name."""

    def label_from_instance(self, obj: Person) -> str:
        return str(obj)


def _instructors(student: Student, today: date) -> InstructorChoice:
    people = instructors_for(student, today).order_by("sort_key", "pk")
    return InstructorChoice(
        people, label=gettext_lazy("Instructor"), empty_label=gettext_lazy("Elija a una persona")
    )


class OpeningForm(PressedOnce):
    """An expediente about a pupil."""

    kind = forms.ChoiceField(label=gettext_lazy("Procedimiento"), choices=CaseKind.choices)
    happened_on = _day(gettext_lazy("Fecha de los hechos"))
    facts = _text(gettext_lazy("Hechos"))

    def __init__(self, data: Any, student: Student, today: date) -> None:
        super().__init__(data, initial={"key": new_key(), "happened_on": today})
        self._student, self._today = student, today
        self.fields["instructor"] = _instructors(student, today)

    def clean_happened_on(self) -> date:
        """Not a day that is to come."""
        day: date = self.cleaned_data["happened_on"]
        if day > self._today:
            raise forms.ValidationError(_("Los hechos no pueden ser de un día que no ha llegado."))
        return day

    @property
    def opening(self) -> Opening:
        """What was written; of a form that is right."""
        data = self.cleaned_data
        return Opening(
            self._student.pk,
            data["kind"],
            data["facts"],
            data["happened_on"],
            data["instructor"].pk,
            data["key"],
        )


class StepForm(PressedOnce):
    """A step, new or corrected."""

    kind = forms.ChoiceField(label=gettext_lazy("Actuación"), choices=StepKind.choices)
    due_on = _day(gettext_lazy("Plazo, si lo tiene"), required=False)
    done_on = _day(gettext_lazy("Hecha el, si ya se hizo"), required=False)
    note = _text(gettext_lazy("Nota"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any, case: DisciplinaryCase, today: date, **initial: Any) -> None:
        super().__init__(data, initial={"key": new_key(), "seen": 1, **initial})
        self._case, self._today = case, today

    def clean_done_on(self) -> date | None:
        """Between the facts and today."""
        day: date | None = self.cleaned_data["done_on"]
        if day is not None and not self._case.happened_on <= day <= self._today:
            raise forms.ValidationError(_("El día en que se hizo está entre los hechos y hoy."))
        return day

    def clean_due_on(self) -> date | None:
        """Not before the facts."""
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day < self._case.happened_on:
            raise forms.ValidationError(_("El plazo no puede acabar antes de los hechos."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        days = {"due_on", "done_on"}
        if not days & set(self.errors) and not any(cleaned.get(name) for name in days):
            self.add_error("due_on", _("Ponga el plazo, o el día en que se hizo."))
        return cleaned

    def step(self, files: tuple[KeptFile, ...]) -> Step:
        """What was written; of a form that is right."""
        data = self.cleaned_data
        return Step(
            data["kind"], data["due_on"], data["done_on"], data["note"], files, data["key"], data["seen"]
        )


class ClosingForm(forms.Form):
    """How it ends."""

    ending = forms.ChoiceField(label=gettext_lazy("Cómo termina"), choices=[("", "—"), *Ending.choices])
    closed_on = _day(gettext_lazy("Cerrado el"))
    resolution = _text(gettext_lazy("Qué se resuelve, o por qué se archiva"))

    def __init__(self, data: Any, case: DisciplinaryCase, today: date) -> None:
        super().__init__(data, initial={"closed_on": today})
        self._case, self._today = case, today

    def clean_closed_on(self) -> date:
        """Between the opening and today."""
        day: date = self.cleaned_data["closed_on"]
        if not self._case.opened_on <= day <= self._today:
            raise forms.ValidationError(_("El día del cierre está entre la apertura y hoy."))
        return day

    @property
    def closing(self) -> Closing:
        """What was written; of a form that is right."""
        data = self.cleaned_data
        return Closing(data["ending"], data["resolution"], data["closed_on"])


class InstructorForm(forms.Form):
    """Who instructs it from now on."""

    def __init__(self, data: Any, case: DisciplinaryCase, today: date) -> None:
        super().__init__(data)
        self.fields["instructor"] = _instructors(case.student, today)
