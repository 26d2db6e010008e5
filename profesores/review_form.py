"""The form of a general message: the office's, and the desk's beside it (requirement C8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.choices import Way
from notica.kinds import GENERAL, KINDS, SUBJECT_LENGTH
from notica.review.saying import Said
from plumier.models import Group, School, Student
from profesores.picking.expedientes import LONGEST_TEXT, recognise, spellings, words_of
from profesores.picking.levels import level_of

EVERYONE, SOME = "todos", "algunos"
NOW, LATER = "ahora", "luego"
MARK: Final = "marcar:"  # before the key of a level whose groups a button ticks


@dataclass(frozen=True, slots=True)
class Level:
    """The groups of a level, each with whether it is ticked; `key` is what its button says."""

    key: str
    stage: str
    name: str
    groups: list[tuple[Group, bool]]


class ReviewForm(forms.Form):
    """What to say, to whom, by which way and when."""

    body = forms.CharField(
        label=gettext_lazy("Texto"),
        required=False,
        strip=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 7}),
    )
    way = forms.ChoiceField(label=gettext_lazy("Vía"), widget=forms.RadioSelect)
    subject = forms.CharField(
        label=gettext_lazy("Asunto (solo para correos)"), required=False, max_length=SUBJECT_LENGTH
    )
    para = forms.ChoiceField(choices=[(EVERYONE, EVERYONE), (SOME, SOME)])
    groups = forms.TypedMultipleChoiceField(coerce=int, required=False)
    expedientes = forms.CharField(
        label=gettext_lazy("Alumnos, por su expediente"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )
    when = forms.ChoiceField(choices=[(NOW, NOW), (LATER, LATER)])
    day = forms.DateField(
        label=gettext_lazy("Día"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TimeField(
        label=gettext_lazy("Hora"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )

    def __init__(
        self, school: School, said: Said | None, data: Any = None, *, kept: QuerySet[Student]
    ) -> None:
        """`kept` are those from whom a court keeps her: she is shown none of them and chooses none; who was chosen
        by others stays so."""
        self.school, self.zone, self._kept = school, ZoneInfo(school.time_zone), kept
        chosen = said.students if said else ()
        self._unseen = set(kept.filter(pk__in=chosen).values_list("pk", flat=True)) if chosen else set()
        self.every = list(
            Group.objects.filter(school=school, year__is_current=True)
            .select_related("stage")
            .order_by("stage_id", "name", "pk")
        )
        super().__init__(
            data, initial=_initial(said, self.zone, self._unseen) if said else {"para": SOME, "when": NOW}
        )
        used = [way for way in KINDS[GENERAL].ways if way in school.policy.channels]
        self.fields["way"].choices = [(way, Way(way).label) for way in used]  # type: ignore[attr-defined]
        self.fields["groups"].choices = [(one.pk, one.name) for one in self.every]  # type: ignore[attr-defined]
        if used and not self.initial.get("way"):
            self.initial["way"] = used[0]
        self._students: tuple[int, ...] = ()

    def clean_expedientes(self) -> str:
        """Whose they are; those that are nobody's are said."""
        typed: str = self.cleaned_data["expedientes"]
        words = words_of(typed)
        known = Student.objects.filter(school=self.school, expediente__in=spellings(words))
        known = known.exclude(pk__in=self._kept.values("pk"))
        found = recognise(words, dict(known.values_list("expediente", "pk")))
        if found.unknown:
            raise forms.ValidationError(
                _("No se encuentran: %(unknown)s. Corríjalos o quítelos.")
                % {"unknown": ", ".join(found.unknown[:20])}
            )
        self._students = found.ids
        return typed

    def clean(self) -> dict[str, Any]:
        """A later hour needs its day and its hour."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("when") == LATER:
            for name in ("day", "hour"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Indique el día y la hora, o elija «Cuanto antes»."))
        return cleaned

    def said(self) -> Said:
        """What was typed, and whom of those chosen she is not shown."""
        typed, everyone = self.cleaned_data, self.cleaned_data["para"] == EVERYONE
        return Said(
            body=typed["body"],
            way=Way(typed["way"]),
            subject=typed["subject"],
            everyone=everyone,
            groups=() if everyone else tuple(typed["groups"]),
            students=() if everyone else tuple({*self._students, *self._unseen}),
            not_before=self._moment(),
        ).clean()

    def _moment(self) -> datetime | None:
        typed = self.cleaned_data
        if typed["when"] != LATER:
            return None
        return datetime.combine(typed["day"], typed["hour"], self.zone)

    @property
    def ticked(self) -> set[int]:
        """The groups that are ticked on the page."""
        values: Iterable[Any] = self["groups"].value() or ()
        return {int(one) for one in values if str(one).isdecimal() and len(str(one)) < 19}

    def levels(self) -> list[Level]:
        """Levels with their groups, in the school's order."""
        found: dict[str, Level] = {}
        ticked = self.ticked
        for one in self.every:
            name = level_of(one.name)
            key = f"{one.stage_id}:{name}"
            level = found.setdefault(key, Level(key, str(one.stage), name, []))
            level.groups.append((one, one.pk in ticked))
        return list(found.values())


def unchecked(form: ReviewForm) -> ReviewForm:
    """The form with what was posted, which nobody asked to be looked at yet."""
    form.errors.clear()
    return form


def with_level(data: Any, key: str, levels: Iterable[Level]) -> Any:
    """What was posted, with all groups of a level ticked."""
    data = data.copy()
    more = [str(group.pk) for level in levels if level.key == key for group, _is in level.groups]
    data.setlist("groups", sorted({*data.getlist("groups"), *more}))
    data["para"] = SOME
    return data


def _initial(said: Said, zone: ZoneInfo, unseen: set[int]) -> dict[str, Any]:
    moment = said.not_before.astimezone(zone) if said.not_before else None
    seen = set(said.students) - unseen
    numbers = Student.objects.filter(pk__in=seen).order_by("pk").values_list("expediente", flat=True)
    return {
        "body": said.body,
        "way": said.way,
        "subject": said.subject,
        "para": EVERYONE if said.everyone else SOME,
        "groups": list(said.groups),
        "expedientes": ", ".join(numbers) if seen else "",
        "when": LATER if moment else NOW,
        "day": moment.date() if moment else None,
        "hour": moment.time() if moment else None,
    }
